"""Writes Tests/ModelFormatTests/Golden/*.mle from docs/model-format.md alone.

It shares no code with the package, so that a blob which the package reads, and writes again to the
same bytes, shows that specification, reader and writer agree. Seeded; needs nothing but Python 3.

    python3 Tests/Reference/make_blobs.py
"""

import hashlib
import pathlib
import random
import struct

GOLDEN = pathlib.Path(__file__).parent.parent / "ModelFormatTests" / "Golden"
CAP = 463_571_609


def padded(data, multiple):
    return data + bytes(-len(data) % multiple)


def record(kind, critical, contents):
    return padded(struct.pack("<HHI", kind, critical, len(contents)) + contents, 8)


def vocabulary(states):
    names = [name.encode() for _, name in states]
    ends = [sum(map(len, names[: i + 1])) for i in range(len(names))]
    by_name = sorted(range(len(names)), key=lambda i: names[i])
    v = len(states)
    fixed = struct.pack(f"<{v}I{v}I{v}H", *(id for id, _ in states), *ends, *by_name)
    return padded(fixed, 4) + b"".join(names)


def detection(cap, unknown, channels):
    data = struct.pack("<IIII", cap, unknown, len(channels), 0)
    for kind, length, minimum, threshold, rule, parameter, largest in channels:
        data += struct.pack("<IIIIIfII", kind, length, minimum, threshold, rule, parameter, largest, 0)
    return data


def golden(events):
    return struct.pack("<II", len(events), 0) + b"".join(struct.pack("<II", *e) for e in events)


def provenance(facts):
    return "".join(f"{key}={facts[key]}\n" for key in sorted(facts)).encode()


def blob(architecture, v, dimensions, shapes, records, seed):
    rng = random.Random(seed)
    metadata = padded(b"".join(records), 64)
    weights = b""
    for shape in shapes:
        count = 1
        for d in shape:
            count *= d
        weights += padded(struct.pack(f"<{count}f", *(rng.uniform(-1, 1) for _ in range(count))), 64)
    total = 128 + len(metadata) + len(weights) + 32
    header = b"\x89MLE\r\n\x1a\n" + struct.pack(
        "<HHIQIIHHHHI", 1, 0, 128, total, len(metadata), len(weights), architecture, 1, 1, 0, v
    )
    data = (header + dimensions).ljust(128, b"\0") + metadata + weights
    return data + hashlib.sha256(data).digest()


def tcn():
    v, c, k, dilations = 5, 6, 3, [1, 2, 4]
    shapes = [(v, c)]
    for _ in dilations:
        shapes += [(k, c, 2 * c), (2 * c,), (c, c), (c,)]
    shapes += [(c, v), (v,)]
    dimensions = struct.pack("<HHHBB3H", c, k, len(dilations), 2, 0, *dilations)
    states = [(0, "unknown"), (3, "openat:rdonly"), (7, "close"), (8, "mmap:exec"), (4_000_000_000, "a")]
    channels = [
        (1, 128, 16, 2 * 16_777_216, 1, 2.0, 16_777_216),
        (1, 4096, 4096, 12_345_678, 3, 0.999, 12_345_000),
    ]
    records = [
        record(1, 1, vocabulary(states)),
        record(2, 1, detection(CAP, CAP - 1, channels)),
        record(3, 1, golden([(1, 20_000_000), (0, CAP - 1), (4, 0)])),
        record(64, 0, provenance({"data-set": "sha256:00", "seed": "7", "tool": "mle 0.1.0", "author": "Zoë"})),
    ]
    return blob(1, v, dimensions, shapes, records, seed=1)


def window_cnn():
    v, w = 4, 8
    shapes = [(3, v, 32), (32,), (3, 32, 32), (32,), (3, 32, 64), (64,), (3, 64, 64), (64,)]
    shapes += [(w // 2 // 2 * 64, 32), (32,), (32, 64), (64,), (64, v), (v,)]
    states = [(0, "unknown"), (1, "read"), (2, "write"), (3, "close")]
    records = [
        record(1, 1, vocabulary(states)),
        record(2, 1, detection(20 * 16_777_216, 16_777_216, [(1, 10, 1, 1, 2, 0.5, 0)])),
        record(3, 1, golden([(3, 5)])),
    ]
    return blob(2, v, struct.pack("<H", w), shapes, records, seed=2)


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / "v1-tcn.mle").write_bytes(tcn())
    (GOLDEN / "v1-window-cnn.mle").write_bytes(window_cnn())


main()
