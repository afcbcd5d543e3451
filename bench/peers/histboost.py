"""Histogram boosting by scikit-learn and LightGBM on the rows that the bench sends: a line of JSON in, one out, until the input ends."""

import json
import resource
import sys
import time

import numpy as np
from lightgbm import LGBMRegressor
from sklearn.ensemble import HistGradientBoostingRegressor


def learner(kind, trees):
    if kind == "lightgbm":
        return LGBMRegressor(n_estimators=trees, num_leaves=31, min_child_samples=20, learning_rate=0.1, n_jobs=1, verbose=-1)
    return HistGradientBoostingRegressor(max_iter=trees, early_stopping=False)


def main():
    folder = sys.argv[1]
    shape = json.load(open(f"{folder}/shape.json"))
    n, p = shape["rows"], shape["features"]
    x = np.fromfile(f"{folder}/x.bin").reshape(p, n).T
    dummies = [np.eye(levels)[np.fromfile(f"{folder}/group{g}.bin", "<i4")] for g, levels in enumerate(shape["levels"])]
    design = np.hstack([x, *dummies])
    y = np.fromfile(f"{folder}/y.bin")
    held = np.fromfile(f"{folder}/held.bin", "<i4").astype(bool)
    fit, test = design[~held], design[held]
    for line in sys.stdin:
        ask = json.loads(line)
        cpu = time.process_time()
        predictions = learner(ask["kind"], ask["trees"]).fit(fit, y[~held]).predict(test)
        cpu = time.process_time() - cpu
        r2 = 1 - ((y[held] - predictions) ** 2).sum() / ((y[held] - y[held].mean()) ** 2).sum()
        answer = {"cpu": cpu, "r2": r2, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        print(json.dumps(answer), flush=True)


main()
