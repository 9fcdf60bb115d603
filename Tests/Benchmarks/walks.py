"""The batches that `mle-trainer bench` trains on, by the same rule (BenchmarkBatches.swift)."""

import numpy as np

BATCHES = 8
SEED = 20


def mix(counters):
    """64 well-mixed bits a counter: the finalizer of SplitMix64."""
    z = counters + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def walks(count, length, states):
    """`count` walks over the states 1 to V - 1: mostly on by 1, 2 or 3, a jump once in eight events."""
    known = np.uint64(states - 1)
    bits = mix(np.uint64(SEED) + np.arange(count * length, dtype=np.uint64)).reshape(count, length)
    jumps = bits & np.uint64(7) == 0
    jumps[:, 0] = True
    rest = bits >> np.uint64(8)
    steps = np.where(jumps, rest % known, np.uint64(1) + rest % np.uint64(3))
    return (1 + np.cumsum(steps, axis=1) % known).astype(np.int64)


def batches(shape):
    """Inputs and targets: (32, 256) states each, or 1024 windows and what follows each."""
    if "W" not in shape:
        states = walks(BATCHES * 32, 257, shape["V"]).reshape(BATCHES, 32, 257)
        return [(batch[:, :-1], batch[:, 1:]) for batch in states]
    window = shape["W"]
    states = walks(BATCHES * 8, window + 128, shape["V"])
    windows = np.lib.stride_tricks.sliding_window_view(states[:, :-1], window, axis=1)
    windows = windows.reshape(BATCHES, 1024, window)
    targets = states[:, window:].reshape(BATCHES, 1024)
    return [(x.copy(), y.copy()) for x, y in zip(windows, targets)]
