"""Writes Tests/EvaluationTests/Golden/ranking.json: what scikit-learn says of scores.

    pip install scikit-learn
    python Tests/Reference/ranking_goldens.py

Eight seeded cases of 3 to 1500 scores a side, half of them with many ties. scikit-learn alarms on
scores at or over a threshold and lists every distinct score, so that its curves have the same points
as ours. `curve` keeps the corners only; the points on straight lines between are left out by exact
integer arithmetic on the counts.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

OUTPUT = pathlib.Path(__file__).parent.parent / "EvaluationTests" / "Golden" / "ranking.json"
SIZES = [(3, 3), (10, 40), (200, 30), (150, 1500)]
RATES = [0.001, 0.01, 0.05]


def corners(fpr, tpr, positives, negatives):
    points = [(round(x * negatives), round(y * positives)) for x, y in zip(fpr, tpr)]
    kept = [points[0]]
    for point in points[1:]:
        if point == kept[-1]:
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            if (by - ay) * (point[0] - bx) == (point[1] - by) * (bx - ax):
                kept.pop()
        kept.append(point)
    return [[x / negatives, y / positives] for x, y in kept]


def case(positives, negatives):
    scores = np.concatenate([positives, negatives])
    labels = np.concatenate([np.ones(len(positives)), np.zeros(len(negatives))])
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    return {
        "positives": positives.tolist(),
        "negatives": negatives.tolist(),
        "auc": float(roc_auc_score(labels, scores)),
        "averagePrecision": float(average_precision_score(labels, scores)),
        "bestF1": float(f1.max()),
        "truePositiveRates": {str(r): float(tpr[fpr <= r + 1e-12].max()) for r in RATES},
        "curve": corners(fpr, tpr, len(positives), len(negatives)),
    }


def main():
    generator = np.random.default_rng(11)
    cases = []
    for positives, negatives in SIZES:
        for digits in (1, 6):
            p = np.round(generator.normal(1, 1, positives), digits)
            n = np.round(generator.normal(0, 1, negatives), digits)
            cases.append(case(p, n))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"scikitLearn": sklearn.__version__, "cases": cases}) + "\n")


main()
