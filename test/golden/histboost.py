"""HistGradientBoosting of scikit-learn 1.9.1 on shared data: writes histboost.json beside this file.

Run with the folder of continuous.csv and wagepan.csv. Row i is held out where (7 i + floor(i / 11)) mod 5 = 0; of the
held-out rows the first 120 are kept. Weights are 1 + i mod 4; a value of a feature is missing where `holes` says so.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

KEPT = 120
X = [f"x{j}" for j in range(6)]
WAGE = ["hours", "exper", "educ", "black", "hisp", "married", "poorhlth", "south", "nrthcen", "nrtheast", "rur"]
CASES = [
    {"data": "continuous.csv", "target": "y", "features": X},
    {"data": "continuous.csv", "target": "d", "features": X, "weights": True},
    {"data": "continuous.csv", "target": "y", "features": X, "options": {"minLeaf": 1, "leaves": 8, "l2": 2.5, "learningRate": 0.3}},
    {"data": "continuous.csv", "target": "d", "features": X, "options": {"maxDepth": 3, "maxBins": 16, "trees": 50}},
    {"data": "continuous.csv", "target": "d", "features": X, "weights": True, "options": {"maxBins": 40, "minLeaf": 5}},
    {"data": "continuous.csv", "target": "y", "features": X, "holes": "both"},
    {"data": "continuous.csv", "target": "y", "features": X, "holes": "held"},
    {"data": "continuous.csv", "target": "y", "features": X, "classify": True, "options": {"trees": 60}},
    {"data": "continuous.csv", "target": "y", "features": X, "classify": True, "weights": True, "holes": "both", "options": {"l2": 1, "minLeaf": 7}},
    {"data": "wagepan.csv", "target": "lwage", "features": WAGE},
    {"data": "wagepan.csv", "target": "lwage", "features": WAGE, "dummies": ["year"]},
    {"data": "wagepan.csv", "target": "hours", "features": WAGE[1:], "dummies": ["nr", "year"], "options": {"minLeaf": 3}},
    {"data": "wagepan.csv", "target": "union", "features": WAGE, "classify": True, "dummies": ["year"]},
]
NAMES = {"trees": "max_iter", "learningRate": "learning_rate", "leaves": "max_leaf_nodes", "maxDepth": "max_depth",
         "minLeaf": "min_samples_leaf", "l2": "l2_regularization", "maxBins": "max_bins"}


def with_holes(x, held, holes):
    """Cell (i, j) is missing where i + 3 j is a multiple of 7, in all rows or in the held-out ones."""
    i, j = np.indices(x.shape)
    empty = (i + 3 * j) % 7 == 0
    if holes == "held":
        empty &= held[:, None]
    return np.where(empty, np.nan, x) if holes else x


def run(case, folder):
    data = pd.read_csv(f"{folder}/{case['data']}")
    i = np.arange(len(data))
    held = (7 * i + i // 11) % 5 == 0
    x = with_holes(data[case["features"]].to_numpy(float), held, case.get("holes"))
    dummies = [(data[name].to_numpy()[:, None] == data[name].unique()).astype(float) for name in case.get("dummies", [])]
    x = np.hstack([x, *dummies])
    y = data[case["target"]].to_numpy(float)
    kind = HistGradientBoostingRegressor
    if case.get("classify"):
        y, kind = (y > y.mean()).astype(float), HistGradientBoostingClassifier
    options = {NAMES[name]: value for name, value in case.get("options", {}).items()}
    weights = (1 + i % 4).astype(float)[~held] if case.get("weights") else None
    model = kind(early_stopping=False, **options).fit(x[~held], y[~held], sample_weight=weights)
    predicted = model.predict_proba(x[held])[:, 1] if case.get("classify") else model.predict(x[held])
    return {**case, "sd": float(f"{y.std():.6g}"), "predicted": [float(f"{value:.10g}") for value in predicted[:KEPT]]}


def main():
    cases = [run(case, sys.argv[1]) for case in CASES]
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"sklearn": "{sklearn.__version__}", "cases": [\n{lines}\n]}}\n'
    (Path(__file__).parent / "histboost.json").write_text(text)


main()
