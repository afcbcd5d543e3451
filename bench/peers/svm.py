"""scikit-learn's SVR on the rows that the bench sends: one line of JSON in, one out, until the input ends."""

import json
import sys
import time

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR


def one_hot(codes, levels):
    return np.eye(levels)[codes]


def main():
    folder = sys.argv[1]
    shape = json.load(open(f"{folder}/shape.json"))
    n, p = shape["rows"], shape["features"]
    x = np.fromfile(f"{folder}/x.bin").reshape(p, n).T
    groups = [np.fromfile(f"{folder}/group{g}.bin", "<i4") for g in range(len(shape["levels"]))]
    design = np.hstack([x] + [one_hot(codes, levels) for codes, levels in zip(groups, shape["levels"])])
    y = np.fromfile(f"{folder}/y.bin")
    held = np.fromfile(f"{folder}/held.bin", "<i4").astype(bool)
    for line in sys.stdin:
        ask = json.loads(line)
        learner = make_pipeline(StandardScaler(), SVR(kernel=ask["kernel"], C=ask["C"], cache_size=ask["cache"]))
        start, cpu = time.perf_counter(), time.process_time()
        learner.fit(design[~held], y[~held])
        fitted = time.process_time()
        predictions = learner.predict(design[held])
        end, cpu_end = time.perf_counter(), time.process_time()
        answer = {
            "wall": end - start,
            "cpu": cpu_end - cpu,
            "fit": fitted - cpu,
            "vectors": len(learner[-1].support_),
            "iterations": int(np.sum(learner[-1].n_iter_)),
            "predictions": predictions.tolist(),
        }
        print(json.dumps(answer), flush=True)


main()
