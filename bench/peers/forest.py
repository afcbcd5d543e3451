"""scikit-learn's forest on the rows that the bench sends: one line of JSON in, one out, until the input ends."""

import json
import resource
import sys
import time

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

MODELS = {"rf": RandomForestRegressor, "extratrees": ExtraTreesRegressor}


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
        learner = MODELS[ask["learner"]](
            n_estimators=ask["trees"],
            max_features=ask["maxFeatures"],
            min_samples_leaf=ask["minLeaf"],
            n_jobs=ask["threads"],
            random_state=ask["seed"],
        )
        wall, cpu = time.perf_counter(), time.process_time()
        predictions = learner.fit(design[~held], y[~held]).predict(design[held])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        r2 = 1 - ((y[held] - predictions) ** 2).sum() / ((y[held] - y[held].mean()) ** 2).sum()
        answer = {"wall": wall, "cpu": cpu, "r2": r2, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        print(json.dumps(answer), flush=True)


main()
