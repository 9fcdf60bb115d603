"""Writes Tests/EvaluationTests/Golden/tails.json: tails and intervals as SciPy has them.

    python3 -m venv venv && venv/bin/pip install scipy==1.15.3
    venv/bin/python Tests/Reference/tail_goldens.py
"""

import json
import pathlib

import numpy
import scipy
from scipy import stats

GOLDEN = pathlib.Path(__file__).parent.parent / "EvaluationTests" / "Golden"
COUNTS = [(0, 1.0), (1, 0.5), (7, 1.0), (40, 2.0), (300, 0.1), (5000, 1.0)]
SAMPLES = [(0.25, 1.5, 200), (-0.3, 0.8, 400), (0.0, 2.0, 60)]


def tail(index, shape, scale, count):
    """A sample, its generalised Pareto distribution by L-moments, and what follows from that."""
    random = numpy.random.default_rng(index + 1)
    sample = numpy.sort(stats.genpareto.rvs(shape, scale=scale, size=count, random_state=random).round(4))
    l1, l2 = stats.lmoment(sample, order=[1, 2])
    xi = 2 - l1 / l2
    sigma = (1 - xi) * l1
    return {
        "sample": sample.tolist(),
        "shape": float(xi),
        "scale": float(sigma),
        "share": float(stats.genpareto.sf(2.5, xi, scale=sigma)),
        "excess": float(stats.genpareto.isf(1e-4, xi, scale=sigma)),
    }


def forecast(count, ratio):
    """A count, how much other data there is, and the 90 % interval of its count."""
    law = stats.nbinom(count + 0.5, 1 / (1 + ratio))
    return {"count": count, "ratio": ratio, "lower": int(law.ppf(0.05)), "upper": int(law.ppf(0.95))}


def main():
    goldens = {
        "scipy": scipy.__version__,
        "tails": [tail(index, *sample) for index, sample in enumerate(SAMPLES)],
        "counts": [forecast(*x) for x in COUNTS],
    }
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "tails.json").write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    main()
