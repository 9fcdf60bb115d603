"""The reference networks: shapes, seeded weights, and the files that mle makes a blob of."""

import struct
import zlib

import h5py
import numpy as np

SEED = 20
# V states with the unknown one, C channels, K kernel width, D dilations; ReLU, own embedding.
TCN = {
    "tcn-s": {"V": 256, "C": 32, "K": 3, "D": [1, 2, 4, 8, 16]},
    "tcn-l": {"V": 1024, "C": 64, "K": 3, "D": [1, 2, 4, 8, 16]},
}
# W events of V states: the network of the Exein Core player of 2020.
WINDOW_CNN = {"window-cnn": {"V": 17, "W": 10}}
# Knows no state that is played: what is left is reading, threads and windows.
READING = {"reading": {"V": 2, "C": 1, "K": 2, "D": [1]}}
NETWORKS = TCN | WINDOW_CNN | READING


def check(name, shape):
    """Ends the run where mle-trainer's definition of a network is not the one of here."""
    known = NETWORKS.get(name, shape)
    if any(shape[key] != value for key, value in known.items()):
        raise SystemExit(f"networks.py: {name} is {known} here and {shape} in mle-trainer")


def is_tcn(shape):
    return "C" in shape


def tensor_shapes(shape):
    """Names and shapes in the order of docs/checkpoint-format.md."""
    if is_tcn(shape):
        vocabulary, channels, kernel = shape["V"], shape["C"], shape["K"]
        yield "embedding", (vocabulary, channels)
        for block in range(len(shape["D"])):
            yield f"blocks.{block}.conv.weight", (kernel, channels, channels)
            yield f"blocks.{block}.conv.bias", (channels,)
            yield f"blocks.{block}.mix.weight", (channels, channels)
            yield f"blocks.{block}.mix.bias", (channels,)
        yield "head.weight", (channels, vocabulary)
        yield "head.bias", (vocabulary,)
        return
    vocabulary, window = shape["V"], shape["W"]
    layers = [
        ("layer1", (3, vocabulary, 32)),
        ("layer2", (3, 32, 32)),
        ("layer3", (3, 32, 64)),
        ("layer4", (3, 64, 64)),
        ("layer5", (window // 2 // 2 * 64, 32)),
        ("layer6", (32, 64)),
        ("head", (64, vocabulary)),
    ]
    for name, weight in layers:
        yield f"{name}.weight", weight
        yield f"{name}.bias", weight[-1:]


def weights(name):
    """Seeded normal weights, scaled so that activations neither vanish nor explode."""
    generator = np.random.default_rng(SEED + sum(name.encode()))
    tensors = {}
    for tensor, shape in tensor_shapes(NETWORKS[name]):
        if tensor == "embedding" or tensor.endswith("bias"):
            deviation = 1.0 if tensor == "embedding" else 0.1
        else:
            deviation = np.sqrt(2 / np.prod(shape[:-1]))
            if "mix" in tensor or "head" in tensor:
                deviation /= 3
        values = deviation * generator.standard_normal(shape)
        tensors[tensor] = values.astype(np.float32)
    return tensors


def states(name, count):
    """A seeded stream of known states with some order in it: a noisy walk."""
    vocabulary = NETWORKS[name]["V"]
    generator = np.random.default_rng(SEED)
    steps = generator.integers(1, 4, count) * (generator.random(count) < 0.9)
    jumps = generator.integers(0, vocabulary, count) * (generator.random(count) < 0.2)
    return 1 + np.cumsum(steps + jumps) % (vocabulary - 1)


def state_names(name):
    """Other names for every network, so that one does not know another's states."""
    return ["unknown"] + [f"{name}:{state}" for state in range(1, NETWORKS[name]["V"])]


def write_checkpoint(path, name):
    """What docs/checkpoint-format.md requires of one, and no more."""
    shape = NETWORKS[name]
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "mle-checkpoint"
        file.attrs["format_version"] = 1
        if is_tcn(shape):
            file.attrs["architecture"] = "tcn"
            file.attrs["channels"] = shape["C"]
            file.attrs["kernel_width"] = shape["K"]
            file.attrs["dilations"] = shape["D"]
            file.attrs["activation"] = "relu"
            file.attrs["tied"] = 0
        else:
            file.attrs["architecture"] = "window-cnn"
            file.attrs["window_length"] = shape["W"]
        file["vocabulary/name"] = np.array(state_names(name), dtype="S64")
        for tensor, values in weights(name).items():
            file[f"parameters/{tensor}"] = values


def write_dataset(path, name, count):
    """A data set of one sequence (docs/dataset-format.md), to calibrate a blob with."""
    names = state_names(name)
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "mle-traces"
        file.attrs["format_version"] = 1
        file["vocabulary/name"] = np.array(names, dtype="S64")
        file["vocabulary/id"] = np.arange(len(names), dtype=np.uint32)
        file["events/state"] = states(name, count).astype(np.uint16)
        file["sequences/offset"] = np.array([0, count], dtype=np.uint64)
        for field, kind in [("pid", "u4"), ("tid", "u4"), ("start_ns", "u8"), ("label", "u1")]:
            file[f"sequences/{field}"] = np.array([field in ("pid", "tid")], dtype=kind)
        file["sequences/name"] = np.array(["bench"], dtype="S16")


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def write_capture(path, name, count, processes=1):
    """A capture (docs/capture-format.md) of `count` events, dealt to processes in turn."""
    zero = varint(0)
    names = b"".join(
        bytes([1]) + varint(state) + varint(len(text)) + text.encode()
        for state, text in enumerate(state_names(name))
        if state > 0
    )
    threads = [bytes([2]) + 2 * varint(1 + process) for process in range(processes)]
    ids = [varint(state) + zero for state in range(NETWORKS[name]["V"])]
    records = [threads[i % processes] + ids[s] for i, s in enumerate(states(name, count))]
    with open(path, "wb") as file:
        header = b"\x89MLT\r\n\x1a\n" + struct.pack("<HH", 1, 0)
        file.write(header + struct.pack("<I", zlib.crc32(header)))
        for start in [-1, *range(0, count, 65536)]:
            data = names if start < 0 else b"".join(records[start : start + 65536])
            lengths = struct.pack("<II", len(data), zlib.crc32(data))
            file.write(lengths + struct.pack("<I", zlib.crc32(lengths)) + data)
