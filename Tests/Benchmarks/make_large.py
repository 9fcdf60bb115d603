"""Writes a data set of as many states as asked for, to see that training needs no memory for it.

    python Tests/Benchmarks/make_large.py large.h5 [--gigabytes 2] [--seed 1]

Walks over 300 states that mostly go on by 1, 2 or 3, in sequences of 500 to 4000 events, two bytes a
state; nothing else is as large. The same arguments give the same states.
"""

import argparse

import h5py
import numpy as np

STATES = 300
CHUNK = 65_536
BLOCK = 64 * CHUNK


def lengths(events, generator):
    """Lengths of sequences that sum up to `events`."""
    counts = generator.integers(500, 4001, events // 500 + 1)
    ends = np.cumsum(counts)
    ends = np.append(ends[ends < events], events)
    return np.diff(ends, prepend=0), np.concatenate([[0], ends])


def walk(count, place, generator):
    """`count` states that go on from `place`, and where they end."""
    draws = generator.integers(0, 8 * 3 * (STATES - 1), count)
    jumps = draws & 7 == 0
    draws >>= 3
    steps = np.where(jumps, draws % (STATES - 1), 1 + draws % 3)
    places = (place + np.cumsum(steps)) % (STATES - 1)
    return (1 + places).astype(np.uint16), int(places[-1])


def main():
    parser = argparse.ArgumentParser(description="A data set of many states.")
    parser.add_argument("output")
    parser.add_argument("--gigabytes", type=float, default=2.0, help="of states (2)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    events = int(options.gigabytes * 1e9) // 2
    generator = np.random.default_rng(options.seed)
    counts, offsets = lengths(events, generator)
    sequences = len(counts)
    packed = {"chunks": (CHUNK,), "shuffle": True, "compression": "gzip", "compression_opts": 1}
    with h5py.File(options.output, "w") as file:
        file.attrs["format"] = "mle-traces"
        file.attrs["format_version"] = 1
        file.attrs["source"] = f"made up, seed {options.seed}"
        names = ["unknown"] + [f"state:{state}" for state in range(1, STATES)]
        file["vocabulary/name"] = np.array(names, dtype="S64")
        file["vocabulary/id"] = np.arange(STATES, dtype=np.uint32)
        file["sequences/offset"] = offsets.astype(np.uint64)
        file["sequences/pid"] = np.arange(1, sequences + 1, dtype=np.uint32)
        file["sequences/tid"] = np.arange(1, sequences + 1, dtype=np.uint32)
        file["sequences/start_ns"] = np.arange(sequences, dtype=np.uint64) * 1000
        file["sequences/label"] = np.zeros(sequences, dtype=np.uint8)
        file["sequences/name"] = np.full(sequences, b"walker", dtype="S16")
        states = file.create_dataset("events/state", (events,), np.uint16, **packed)
        place = 0
        for start in range(0, events, BLOCK):
            end = min(start + BLOCK, events)
            states[start:end], place = walk(end - start, place, generator)
    print(f"{options.output}: {events} events in {sequences} sequences")


main()
