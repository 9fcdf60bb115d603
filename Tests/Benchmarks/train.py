"""Checks that all contenders learn the same, times them in turn, prints tables and writes train.json.

Started by train.sh; `train.py --help` has the options.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

import networks
import torch_networks
import walks
from machine import machine

NETWORKS = ["tcn-s", "tcn-m", "tcn-l", "tcn-xl", "window-cnn"]
STEPS = 20
TOLERANCE = 1e-3  # nats, of every loss of the first steps
LEARNING_RATE = 1e-3  # that of TrainingBenchmark.swift


def arguments():
    parser = argparse.ArgumentParser(description="Training steps per second beside PyTorch.")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="for files")
    parser.add_argument("--trainer", required=True, help="the mle-trainer program")
    parser.add_argument("--rounds", type=int, default=7, help="times that everybody runs (7)")
    parser.add_argument("--seconds", type=float, default=0.5, help="of a contender's turn (0.5)")
    parser.add_argument("--json", type=pathlib.Path, help="result (WORK/train.json)")
    parser.add_argument("--network", action="append", choices=NETWORKS, help="only these")
    parser.add_argument("--threads", action="append", type=int, help="only these (1 and 2)")
    parser.add_argument("--eager-only", action="store_true", help="without torch.compile")
    return parser.parse_args()


class Trainer:
    """`mle-trainer bench`."""

    def __init__(self, program, network):
        self.command = [program, "bench", network, "--json"]

    def bench(self, *options):
        command = self.command + [str(option) for option in options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"train.py: {done.stderr.strip()}")
        return json.loads(done.stdout)


class Torch:
    """A PyTorch training step on the walks."""

    def __init__(self, checkpoint, compiled):
        shape = torch_networks.shape(checkpoint)
        self.network = torch_networks.load(checkpoint).train()
        self.batches = [
            (torch.tensor(x), torch.tensor(y).flatten()) for x, y in walks.batches(shape)
        ]
        # One pass over all parameters; without `fused` it is slower.
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=LEARNING_RATE, fused=True
        )
        self.loss = torch.compile(self.forward) if compiled else self.forward
        self.steps = 0

    def forward(self, x, y):
        return F.cross_entropy(self.network(x).flatten(0, -2), y)

    def step(self):
        x, y = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def median_step(self, seconds):
        """Of as many steps as fit, after one that warms up."""
        self.step()
        times, start = [], time.perf_counter()
        while not times or time.perf_counter() - start < seconds:
            before = time.perf_counter()
            self.step()
            times.append(time.perf_counter() - before)
        return statistics.median(times)


def agreement(name, expected, contenders):
    """Largest difference of the first losses; ends the run where it is too large."""
    differences = {}
    for label, contender in contenders.items():
        losses = [contender.step() for _ in range(STEPS)]
        differences[label] = max(abs(a - b) for a, b in zip(losses, expected))
        if not differences[label] <= TOLERANCE:
            sys.exit(f"train.py: {name}: {label} differs by {differences[label]} nats from mle")
    return differences


def compare(name, threads, options, checkpoint):
    """Runs everybody in turn; medians over the rounds."""
    torch.set_num_threads(threads)
    trainer = Trainer(options.trainer, name)
    common = ["--threads", threads]
    first = trainer.bench("--seconds", 0, "--losses", STEPS, *common)
    contenders = {"PyTorch eager": Torch(checkpoint, compiled=False)}
    if not options.eager_only:
        contenders["torch.compile"] = Torch(checkpoint, compiled=True)
    differences = agreement(name, first["losses"], contenders)
    seconds = {label: [] for label in ["mle", *contenders]}
    peaks = []
    for _ in range(options.rounds):
        report = trainer.bench("--seconds", options.seconds, *common)
        seconds["mle"].append(report["timing"]["median_step_seconds"])
        peaks.append(report["peak_gigaflops"])
        for label, contender in contenders.items():
            seconds[label].append(contender.median_step(options.seconds))
    torch.compiler.reset()
    medians = {label: statistics.median(values) for label, values in seconds.items()}
    best = min(median for label, median in medians.items() if label != "mle")
    gigaflops = first["operations_per_step"] / medians["mle"] / 1e9
    peak = statistics.median(peaks)
    return {
        "threads": threads,
        "tokens_per_second": {l: first["tokens_per_step"] / m for l, m in medians.items()},
        "ratio_to_the_better": best / medians["mle"],
        "gigaflops": gigaflops,
        "peak_gigaflops": peak,
        "share_of_peak": gigaflops / peak,
        "first_losses": first["losses"],
        "largest_difference_nats": differences,
        "step_seconds": seconds,
    }


def row(name, result):
    rates = result["tokens_per_second"]
    compiled = rates.get("torch.compile")
    return (
        f"{name:<11} {result['threads']:>7} {rates['mle']:>10,.0f} {rates['PyTorch eager']:>10,.0f}"
        + (f" {compiled:>10,.0f}" if compiled else f" {'-':>10}")
        + f" {result['ratio_to_the_better']:>6.2f} {result['gigaflops']:>8.1f}"
        + f" {100 * result['share_of_peak']:>6.0f} %"
        + f" {max(result['largest_difference_nats'].values()):>10.1e}"
    )


def main():
    options = arguments()
    host = machine()
    print(f"{host['cpu']}, {host['cores']} cores, load {host['load_at_start']:.1f};", end=" ")
    print(f"torch {torch.__version__}; medians of {options.rounds} rounds in turn.")
    print("Events (window-cnn: windows) a second; ratio over the better of eager and compile; operations")
    print("as if none were saved, and against the peak: a loop of nothing but fused multiply-adds.")
    print(
        f"{'':<11} {'threads':>7} {'mle':>10} {'eager':>10} {'compile':>10} {'ratio':>6}"
        f" {'GFLOP/s':>8} {'of peak':>8} {'loss diff':>10}"
    )
    report = {"machine": host, "torch": torch.__version__, "networks": {}}
    for name in options.network or NETWORKS:
        checkpoint = options.work / f"{name}.first.ckpt.h5"
        Trainer(options.trainer, name).bench("--seconds", 0, "--weights", checkpoint)
        shape = torch_networks.shape(checkpoint)
        networks.check(name, shape)
        results = []
        for threads in options.threads or [1, 2]:
            results.append(compare(name, threads, options, checkpoint))
            print(row(name, results[-1]), flush=True)
        if any(r["first_losses"] != results[0]["first_losses"] for r in results):
            sys.exit(f"train.py: {name}: mle's losses depend on the number of threads")
        if len(results) > 1:
            first, last = results[0], results[-1]
            gain = {l: last["tokens_per_second"][l] / r for l, r in first["tokens_per_second"].items()}
            threads = f"{first['threads']} to {last['threads']} threads"
            text = ", ".join(f"{label} x {value:.2f}" for label, value in gain.items())
            print(f"{'':<11} {threads}: {text}")
        report["networks"][name] = {"shape": shape, "results": results}
    path = options.json or options.work / "train.json"
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {path}")


main()
