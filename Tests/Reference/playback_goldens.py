"""Writes Tests/EndToEndTests/Fixtures/{window-cnn,tcn}*: networks, events, and what PyTorch expects.

    python Tests/Reference/playback_goldens.py

NAME.ckpt.h5 is a checkpoint with seeded random weights that h5py wrote, as one who trained a network
elsewhere would. NAME.1.txt and NAME.2.txt are random traces of one thread each: numbers, of which a
few are over the vocabulary. NAME.json holds the probability of every event given those before it in
its thread, in float64; null where the network does not know the state. A thread begins with the
unknown state, and a window is full of it.
"""

import json
import pathlib

import h5py
import numpy as np
import torch

from training_goldens import tcn_logits, tcn_shapes, window_logits, window_shapes

OUTPUT = pathlib.Path(__file__).parent.parent / "EndToEndTests" / "Fixtures"
SEED = 20
V, W = 17, 10
C, K, DILATIONS = 12, 2, [1, 2, 4, 8]
EVENTS = (400, 150)


def weights(shape, generator):
    """Normal, so that activations grow a little; multiples of 2^-10, which pack well."""
    fan_in = int(np.prod(shape[:-1])) if len(shape) > 1 else 25
    values = generator.normal(size=shape) * np.sqrt(3.5 / fan_in)
    return (np.round(values * 1024) / 1024).astype(np.float32)


def write_checkpoint(name, attributes, tensors):
    with h5py.File(OUTPUT / f"{name}.ckpt.h5", "w") as file:
        file.attrs.update({"format": "mle-checkpoint", "format_version": 1, **attributes})
        names = ["unknown"] + [f"syscall_{number}" for number in range(V - 1)]
        file["vocabulary/name"] = np.array(names, dtype="S16")
        for tensor, values in tensors.items():
            packed = {"compression": "gzip", "shuffle": True} if values.size > 2000 else {}
            file.create_dataset(f"parameters/{tensor}", data=values, **packed)


def probabilities(states, logits_of):
    before = torch.tensor([0] + states[:-1])
    log_p = torch.log_softmax(logits_of(before), dim=1)
    return [float(f"{log_p[i, s].exp():.9g}") if s else None for i, s in enumerate(states)]


def golden(name, attributes, tensor_names, shapes, logits_of, generator):
    tensors = {n: weights(shape, generator) for n, shape in zip(tensor_names, shapes, strict=True)}
    flat = torch.tensor(np.concatenate([t.ravel() for t in tensors.values()]), dtype=torch.float64)
    write_checkpoint(name, attributes, tensors)
    expected = []
    for index, count in enumerate(EVENTS):
        # One number in fifty is 90: not in the vocabulary, so unknown.
        numbers = generator.integers(0, V - 1, count)
        numbers[generator.random(count) < 0.02] = 90
        (OUTPUT / f"{name}.{index + 1}.txt").write_text(" ".join(map(str, numbers)) + "\n")
        states = [int(number) + 1 if number < V - 1 else 0 for number in numbers]
        expected.append(probabilities(states, lambda before: logits_of(flat, before)))
    contents = {"torch": torch.__version__, "seed": SEED, "probabilities": expected}
    (OUTPUT / f"{name}.json").write_text(json.dumps(contents) + "\n")


def main():
    OUTPUT.mkdir(exist_ok=True)
    generator = np.random.default_rng(SEED)
    layers = [f"layer{i}" for i in range(1, 7)] + ["head"]
    golden(
        "window-cnn", {"architecture": "window-cnn", "window_length": W},
        [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")],
        window_shapes(V, W), lambda flat, before: window_logits(flat, before, V, W), generator)

    parts = ("conv.weight", "conv.bias", "mix.weight", "mix.bias")
    names = [f"blocks.{block}.{part}" for block in range(len(DILATIONS)) for part in parts]
    shape = (V, C, K, DILATIONS, True, True)
    golden(
        "tcn",
        {"architecture": "tcn", "channels": C, "kernel_width": K, "dilations": DILATIONS,
         "activation": "gated", "tied": True},
        names + ["head.weight", "head.bias"], tcn_shapes(*shape),
        lambda flat, before: tcn_logits(flat, before, *shape), generator)


main()
