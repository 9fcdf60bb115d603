"""Writes Tests/ModelFormatTests/Golden/*.mle from docs/model-format.md alone.

It shares no code with the package, so that a blob which the package reads, and writes again to the
same bytes, shows that specification, reader and writer agree. Seeded; needs nothing but Python 3.

    python3 Tests/Reference/make_blobs.py
"""

import hashlib
import math
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


def floats(shapes, seed):
    rng = random.Random(seed)
    weights = b""
    for shape in shapes:
        count = math.prod(shape)
        weights += padded(struct.pack(f"<{count}f", *(rng.uniform(-1, 1) for _ in range(count))), 64)
    return weights


def integers(shapes, tables, steps, seed):
    """The int8 weights of the tensors; `tables` says of those that are looked up which axis has the scales."""
    rng = random.Random(seed)

    def scales(count):
        return padded(struct.pack(f"<{count}f", *(rng.uniform(0.001, 0.1) for _ in range(count))), 64)

    weights = b""
    for index, shape in enumerate(shapes):
        if len(shape) == 1:
            weights += padded(struct.pack(f"<{shape[0]}f", *(rng.uniform(-1, 1) for _ in range(shape[0]))), 64)
        elif index in tables:
            values = [rng.randint(-127, 127) for _ in range(math.prod(shape))]
            weights += padded(struct.pack(f"<{len(values)}b", *values), 64) + scales(shape[tables[index]])
        else:
            outputs, inputs = shape[-1], math.prod(shape[:-1])
            groups = -(-inputs // 4)
            values = [0] * (-(-outputs // 8) * groups * 32)
            for i in range(inputs):
                for o in range(outputs):
                    values[((o // 8 * groups + i // 4) * 8 + o % 8) * 4 + i % 4] = rng.randint(-127, 127)
            weights += padded(struct.pack(f"<{len(values)}b", *values), 64) + scales(outputs)
    return weights + scales(steps)


def certificates(weights, multiply_adds):
    return [
        record(65, 0, struct.pack("<IIII", len(weights), 2496, multiply_adds, 0)),
        record(66, 0, struct.pack("<IIIIQQ", 70_000, 300, 21_000_000, 42_000_000, 5_000_000_000, 12)),
    ]


def blob(architecture, v, dimensions, weights, records, minor=0, precision=1):
    metadata = padded(b"".join(records), 64)
    total = 128 + len(metadata) + len(weights) + 32
    header = b"\x89MLE\r\n\x1a\n" + struct.pack(
        "<HHIQIIHHHHI", 1, minor, 128, total, len(metadata), len(weights), architecture, precision, 1, 0, v
    )
    data = (header + dimensions).ljust(128, b"\0") + metadata + weights
    return data + hashlib.sha256(data).digest()


def tcn(int8=False):
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
    if not int8:
        return blob(1, v, dimensions, floats(shapes, seed=1), records)
    weights = integers(shapes, tables={0: 0}, steps=2 * len(dilations) + 1, seed=3)
    multiply_adds = len(dilations) * (k * c * 2 * c + c * c) + c * v
    return blob(1, v, dimensions, weights, records + certificates(weights, multiply_adds), 1, 2)


EWMA = [
    (1, 10, 1, 1, 2, 0.5, 0),
    (2, 400, 50, 2, 4, 0.25, 4_294_967_295),
    (2, 4096, 4096, 4_294_967_295, 5, 0.125, 7),
    (1, 1, 1, 3, 1, 2.0, 8),
]


def window_cnn(int8=False, channels=((1, 10, 1, 1, 2, 0.5, 0),), minor=0):
    v, w = 4, 8
    shapes = [(3, v, 32), (32,), (3, 32, 32), (32,), (3, 32, 64), (64,), (3, 64, 64), (64,)]
    shapes += [(w // 2 // 2 * 64, 32), (32,), (32, 64), (64,), (64, v), (v,)]
    states = [(0, "unknown"), (1, "read"), (2, "write"), (3, "close")]
    records = [
        record(1, 1, vocabulary(states)),
        record(2, 1, detection(20 * 16_777_216, 16_777_216, channels)),
        record(3, 1, golden([(3, 5)])),
    ]
    dimensions = struct.pack("<H", w)
    if not int8:
        return blob(2, v, dimensions, floats(shapes, seed=2), records, minor)
    weights = integers(shapes, tables={0: 2}, steps=6, seed=4)
    return blob(2, v, dimensions, weights, records, 1, 2)


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / "v1-tcn.mle").write_bytes(tcn())
    (GOLDEN / "v1-window-cnn.mle").write_bytes(window_cnn())
    (GOLDEN / "v1-window-cnn-ewma.mle").write_bytes(window_cnn(channels=EWMA, minor=2))
    (GOLDEN / "v1-tcn-int8.mle").write_bytes(tcn(int8=True))
    (GOLDEN / "v1-window-cnn-int8.mle").write_bytes(window_cnn(int8=True))


main()
