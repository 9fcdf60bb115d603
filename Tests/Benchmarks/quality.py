"""Trains the same network on the same traces with mle-trainer and with PyTorch, the same settings and
number of epochs, and prints the cross entropy of both on traces that neither has seen.

Started by quality.sh; `quality.py --help` has the options. docs/training.md says what is done; weights,
batches and dropout are drawn by each with its own random numbers.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

import torch_networks

# The defaults of mle-trainer, named to both.
BATCH, SEGMENT = 500, 256
SETTINGS = {
    "learning-rate": 3e-3,
    "warmup": 0.02,
    "weight-decay": 0.01,
    "dropout": 0.05,
    "unknown-rate": 0.01,
    "clip-norm": 1.0,
}
FINAL_SHARE = 0.01  # of the learning rate, at the end


def arguments():
    parser = argparse.ArgumentParser(description="Cross entropy beside PyTorch.")
    parser.add_argument("--name", required=True, help="of the data, for the table")
    parser.add_argument("--train", type=pathlib.Path, required=True, help="data set to train on")
    parser.add_argument("--rest", type=pathlib.Path, required=True, help="data set to judge by")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="for files")
    parser.add_argument("--trainer", required=True, help="the mle-trainer program")
    parser.add_argument("--epochs", type=int, default=3, help="of each run (3)")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each (1)")
    return parser.parse_args()


class Traces:
    """Segments of a data set as the states of a network, with their past."""

    def __init__(self, path, known):
        with h5py.File(path) as file:
            to_model = np.zeros(len(file["vocabulary/id"]), dtype=np.int64)
            names = [name.decode() for name in file["vocabulary/name"][()]]
            for state, name in enumerate(names):
                to_model[state] = known.get(name, 0) if state > 0 else 0
            self.states = to_model[file["events/state"][()]]
            self.offset = file["sequences/offset"][()].astype(np.int64)
            count = len(self.offset) - 1
            if "sequences/parent" in file:
                parents = file["sequences/parent"][()].astype(np.int64)
                self.parent = np.where(parents == 0xFFFFFFFF, -1, parents)
                self.parent_events = file["sequences/parent_events"][()].astype(np.int64)
            else:
                self.parent = np.full(count, -1)

    def past(self, sequence, event, count):
        """Up to `count` states before an event; the unknown one where nothing is known before."""
        pieces = []
        while True:
            start = max(self.offset[sequence], event - count)
            pieces.append(self.states[start:event])
            count -= event - start
            if count == 0:
                break
            parent = self.parent[sequence]
            if parent < 0:
                pieces.append(np.zeros(1, dtype=np.int64))
                break
            event = self.offset[parent] + self.parent_events[sequence]
            sequence = parent
        return np.concatenate(pieces[::-1])

    def segments(self, field):
        """Inputs and targets; the last inputs are those just before the targets."""
        for sequence in range(len(self.offset) - 1):
            first, end = self.offset[sequence : sequence + 2]
            parts = -(-(end - first) // SEGMENT)
            for part in range(parts):
                start = first + part * (end - first) // parts
                stop = first + (part + 1) * (end - first) // parts
                past = self.past(sequence, start, field)
                targets = self.states[start:stop]
                yield np.concatenate([past, targets[:-1]]), targets


def padded(segments):
    """Segments as inputs and targets of one length, the end filled up; targets 0 carry no loss."""
    length = max(len(inputs) for inputs, _ in segments)
    x = np.zeros((len(segments), length), dtype=np.int64)
    y = np.zeros_like(x)
    for row, (inputs, targets) in enumerate(segments):
        x[row, : len(inputs)] = inputs
        y[row, len(inputs) - len(targets) : len(inputs)] = targets
    return torch.tensor(x), torch.tensor(y)


def loss_sum(network, x, y):
    carries = y != 0
    return F.cross_entropy(network(x)[carries], y[carries], reduction="sum"), int(carries.sum())


def evaluate(network, segments):
    """Mean cross entropy in nats."""
    network.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(segments), 64):
            loss, targets = loss_sum(network, *padded(segments[start : start + 64]))
            total, count = total + loss.item(), count + targets
    return total / count


def initialize(network):
    """Uniform weights with the variances of mle-trainer (`initialParameters`)."""

    def draw(weight, variance):
        torch.nn.init.uniform_(weight, -math.sqrt(3 * variance), math.sqrt(3 * variance))

    for block in network.blocks:
        inputs = block.conv.in_channels * block.conv.kernel_size[0]
        draw(block.conv.weight, (1 if block.gated else 2) / inputs)
        draw(block.mix.weight, 1 / block.mix.in_channels / len(network.blocks))
        torch.nn.init.zeros_(block.conv.bias)
        torch.nn.init.zeros_(block.mix.bias)
    draw(network.head.weight, 1 / network.head.in_features)
    torch.nn.init.zeros_(network.head.bias)
    if network.embedding is not None:
        draw(network.embedding.weight, 1 / network.embedding.embedding_dim)


def batches(segments, generator):
    """An epoch in a random order, about BATCH targets each."""
    total = sum(len(targets) for _, targets in segments)
    count = max(1, total // BATCH)
    dealt, before = [[] for _ in range(count)], 0
    for index in generator.permutation(len(segments)):
        dealt[before * count // total].append(segments[index])
        before += len(segments[index][1])
    return [batch for batch in dealt if batch]


def rate_at(step, total):
    """The share of the learning rate at a step, 1 for the first."""
    warmup = round(total * SETTINGS["warmup"])
    if step < warmup:
        return step / warmup
    progress = min(1, (step - warmup) / max(1, total - warmup))
    return FINAL_SHARE + (1 - FINAL_SHARE) * (1 + math.cos(math.pi * progress)) / 2


def train(network, segments, epochs, seed):
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    initialize(network)
    matrices = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() == 1]
    groups = [
        {"params": matrices, "weight_decay": SETTINGS["weight-decay"]},
        {"params": others, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    total = epochs * max(1, sum(len(targets) for _, targets in segments) // BATCH)
    step = 0
    network.train()
    for _ in range(epochs):
        for batch in batches(segments, generator):
            x, y = padded(batch)
            x = torch.where(torch.rand(x.shape) < SETTINGS["unknown-rate"], 0, x)
            loss, count = loss_sum(network, x, y)
            optimizer.zero_grad(set_to_none=True)
            (loss / max(1, count)).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), SETTINGS["clip-norm"])
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = SETTINGS["learning-rate"] * rate_at(step, total)
            optimizer.step()


def train_mle(options, checkpoint, seed):
    command = [options.trainer, "train", options.train, "-o", checkpoint, "--quiet"]
    command += ["--epochs", str(options.epochs), "--seed", str(seed), "--held-out", "0"]
    command += ["--batch-tokens", str(BATCH), "--segment-length", str(SEGMENT)]
    for key, value in SETTINGS.items():
        command += [f"--{key}", str(value)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"quality.py: {done.stderr.strip()}")


def states_of(checkpoint):
    with h5py.File(checkpoint) as file:
        return {name.decode(): state for state, name in enumerate(file["vocabulary/name"][()])}


def text(values):
    spread = f" ({min(values):.4f} to {max(values):.4f})" if len(values) > 1 else ""
    return f"{statistics.mean(values):.4f}{spread}"


def main():
    options = arguments()
    losses = {"mle": [], "PyTorch": []}

    def say(text):
        print(f"quality.py: {options.name}, seed {seed} of {options.seeds}: {text}", file=sys.stderr)

    for seed in range(1, options.seeds + 1):
        say("mle-trainer trains")
        checkpoint = options.work / f"quality-{options.name}-{seed}.ckpt.h5"
        train_mle(options, checkpoint, seed)
        network = torch_networks.load(checkpoint, dropout=SETTINGS["dropout"])
        if seed == 1:
            shape, known = torch_networks.shape(checkpoint), states_of(checkpoint)
            field = 1 + (shape["K"] - 1) * sum(shape["D"])
            training = list(Traces(options.train, known).segments(field))
            rest = list(Traces(options.rest, known).segments(field))
        losses["mle"].append(evaluate(network, rest))
        say("PyTorch trains")
        train(network, training, options.epochs, seed)
        losses["PyTorch"].append(evaluate(network, rest))
    targets = sum(int((y != 0).sum()) for _, y in rest)
    seeds = "1 seed" if options.seeds == 1 else f"{options.seeds} seeds"
    print(f"{options.name}: {targets} unseen events after {options.epochs} epochs, {seeds}")
    for label, values in losses.items():
        print(f"  {label:<8} {text(values)} nats an event")
    difference = statistics.mean(losses["mle"]) - statistics.mean(losses["PyTorch"])
    print(f"  mle - PyTorch: {difference:+.4f}")
    path = options.work / f"quality-{options.name}.json"
    path.write_text(json.dumps({"epochs": options.epochs, "nats": losses}, indent=2) + "\n")


main()
