"""Checks that all contenders agree, times them in turn, prints a table and writes score.json.

Started by score.sh; `score.py --help` has the options.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import numpy as np

import networks
from contenders import LiteRT, OnnxRuntime, Player
from machine import machine

# Events of one timed run of the player: about half a second each.
EVENTS = {"tcn-s": 300_000, "tcn-l": 60_000, "window-cnn": 120_000}
AGREEMENT = 200
TOLERANCE = 1e-4  # nats
CALIBRATION = 5000
MINIMUM_EVENTS = 10  # of a verdict, by default
PRINTED = 1e-6  # nats; the player prints as many decimals
CAP = 27.631  # nats; the player's surprises end here, the peers' do not
BASE = "LiteRT, invoke alone"
SCORING = ("mle", "LiteRT", "ONNX")


def arguments():
    parser = argparse.ArgumentParser(description="Events per second beside LiteRT and ONNX Runtime.")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="for files, and the graphs")
    parser.add_argument("--export", type=pathlib.Path, required=True, help="the mle-export program")
    parser.add_argument("--player", action="append", required=True, help="LABEL=mle-player program")
    parser.add_argument("--rounds", type=int, default=9, help="times that everybody runs (9)")
    parser.add_argument("--json", type=pathlib.Path, help="result (WORK/score.json)")
    parser.add_argument("--network", action="append", choices=list(EVENTS), help="only these")
    return parser.parse_args()


class Files:
    """Blobs and captures of a network, made once a run."""

    def __init__(self, work, export):
        self.work, self.export = work, export

    def blob(self, name, precision="float32"):
        checkpoint, data = self.work / f"{name}.ckpt.h5", self.work / f"{name}.h5"
        blob = self.work / f"{name}-{precision}.mle"
        networks.write_checkpoint(checkpoint, name)
        networks.write_dataset(data, name, CALIBRATION)
        command = [self.export, checkpoint, "--calibrate", data, "-o", blob]
        command += ["--precision", precision]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"score.py: {done.stderr.strip()}")
        return blob

    def stated_difference(self, name):
        """How far an int8 blob says its scores are from float32's, at most, in nats."""
        command = [self.export, "inspect", "--json", self.blob(name, "int8")]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return json.loads(text)["quantization"]["largestDifferenceNats"]

    def capture(self, name, count, processes=1):
        path = self.work / f"{name}-{count}-{processes}.mlt"
        networks.write_capture(path, name, count, processes)
        return path


def peers(name, work):
    tflite = work / f"{name}.tflite"
    return {
        "LiteRT": LiteRT(name, tflite, accelerated=True),
        "LiteRT without XNNPACK": LiteRT(name, tflite, accelerated=False),
        "ONNX Runtime": OnnxRuntime(name, work / f"{name}.onnx"),
    }


def agreement(name, files, players, runtimes):
    """Largest difference to the first player's surprises; ends the run where it is too large."""
    states = networks.states(name, AGREEMENT)
    capture = files.capture(name, AGREEMENT)
    blob = files.blob(name)
    found = {
        f"mle {label}": Player(program, blob, capture, AGREEMENT).surprises()
        for label, program in players
    }
    expected = next(iter(found.values()))
    if len(expected) != AGREEMENT:
        sys.exit(f"score.py: {name}: {len(expected)} surprises of {AGREEMENT} events")
    for label, runtime in runtimes.items():
        found[label] = np.minimum(runtime.surprises(states), CAP)
    differences = {label: float(abs(s - expected).max()) for label, s in found.items()}
    for label, difference in differences.items():
        if not difference <= TOLERANCE:
            sys.exit(f"score.py: {name}: {label} differs by {difference} nats from the others")
    return differences


def int8_agreement(name, files, players):
    """Largest difference of int8 scores to float32's over the calibration's events, and what the
    blob states; ends the run where they are further apart or players differ."""
    capture, stated = files.capture(name, CALIBRATION), files.stated_difference(name)
    expected = Player(players[0][1], files.blob(name), capture, CALIBRATION).scores()
    found = [
        Player(program, files.blob(name, "int8"), capture, CALIBRATION).scores()
        for _, program in players
    ]
    if any((other != found[0]).any() for other in found):
        sys.exit(f"score.py: {name}: int8 scores differ from player to player")
    difference = float(abs(found[0] - expected)[MINIMUM_EVENTS - 1 :].max())
    if not difference <= stated + PRINTED:
        sys.exit(f"score.py: {name}: int8 scores differ by {difference}, {stated} is stated")
    return {"largest_nats": difference, "stated_nats": stated}


def contenders(name, files, players, runtimes):
    """Label to a function that runs once and gives seconds an event, in the order of a round."""
    count = EVENTS[name]
    one, many = files.capture(name, count), files.capture(name, count, processes=64)
    nothing = files.blob("reading")
    timed = {}
    for label, program in players:
        timed[f"reading, {label}"] = Player(program, nothing, one, count).seconds_per_event
        for precision in ("float32", "int8"):
            blob = files.blob(name, precision)
            run = f"mle {precision}, {label}"
            timed[run] = Player(program, blob, one, count).seconds_per_event
            timed[f"{run}, 64 processes"] = Player(program, blob, many, count).seconds_per_event
    states = networks.states(name, 1000)
    for label, runtime in runtimes.items():
        timed[f"{label}, invoke alone"] = lambda runtime=runtime: runtime.seconds_per_invoke(4000)
        timed[f"{label}, from Python"] = lambda r=runtime: r.seconds_per_event(states)
    timed["a call from Python"] = lambda: runtimes["LiteRT"].seconds_per_call(20_000)
    return timed


def measure(timed, rounds):
    """Microseconds of every contender in every round: A B C, A B C, ..."""
    runs = {label: [] for label in timed}
    for turn in range(rounds + 1):
        for label, run in timed.items():
            seconds = run()
            if turn > 0:  # the first round warms up
                runs[label].append(1e6 * seconds)
    # Without reading, in each round by itself, so that slow moments fall on both.
    for label in [label for label in runs if label.startswith("mle")]:
        reading = runs[f"reading, {label.split(', ')[1]}"]
        runs[f"{label}, without reading"] = [a - b for a, b in zip(runs[label], reading)]
    return runs


def table(name, runs):
    base = statistics.median(runs[BASE])
    rows = []
    for label, values in runs.items():
        median = statistics.median(values)
        rows.append((label, median, min(values), 1e6 / median, base / median))
    print(f"\n{name}: {'':<46} {'us/event':>9} {'least':>8} {'events/s':>11} {'x LiteRT':>9}")
    for label, median, least, rate, ratio in sorted(rows, key=lambda row: row[1]):
        line = f"  {label:<54} {median:>9.3f} {least:>8.3f}"
        # The rest are parts of others: no events are scored.
        print(line + (f" {rate:>11,.0f} {ratio:>9.2f}" if label.startswith(SCORING) else ""))
    return [
        dict(zip(("contender", "median_us", "least_us", "events_per_second", "times_litert"), row))
        for row in rows
    ]


def main():
    options = arguments()
    players = [player.split("=", 1) for player in options.player]
    files = Files(options.work, options.export)
    host = machine()
    print(f"{host['cpu']}, {host['cores']} cores, load {host['load_at_start']:.1f}; one thread each.")
    print(f"CPU time, medians of {options.rounds} rounds. Other work on the machine disturbs caches")
    print("and clock rates: trust ratios within one run, and those on a quiet machine.")
    report = {"machine": host, "rounds": options.rounds, "networks": {}}
    for name in options.network or EVENTS:
        runtimes = peers(name, options.work)
        differences = agreement(name, files, players, runtimes)
        largest = max(differences.values())
        integers = int8_agreement(name, files, players)
        runs = measure(contenders(name, files, players, runtimes), options.rounds)
        rows = table(name, runs)
        print(f"  float32: surprises of {AGREEMENT} events agree within {largest:.1e} nats")
        print(
            "  int8: scores of {} events are within {largest_nats:.4f} nats of float32's; the blob"
            " states {stated_nats:.4f}".format(CALIBRATION, **integers)
        )
        report["networks"][name] = {
            "differences_nats": differences,
            "int8_scores": integers,
            "contenders": rows,
        }
    path = options.json or options.work / "score.json"
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nwritten to {path}")


main()
