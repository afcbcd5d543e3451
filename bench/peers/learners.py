"""The peers' side of bench/learners.mjs: cross-fits what a line of JSON asks for, answers with a line, until the input ends."""

import json
import resource
import sys
import time

import numpy as np
from joblib import Parallel, delayed
from lightgbm import LGBMRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier, ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor,
    HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor,
)
from sklearn.linear_model import ElasticNetCV, LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

PEERS = {
    model.__name__: model
    for model in (
        ExtraTreesClassifier, ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor,
        HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor,
        ElasticNetCV, LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV, RidgeCV, MLPClassifier, MLPRegressor, SVR, LGBMRegressor,
    )
}


def load(folder):
    shape = json.load(open(f"{folder}/shape.json"))
    n, p = shape["rows"], shape["features"]
    x = np.fromfile(f"{folder}/x.bin").reshape(p, n).T
    dummies = [np.eye(levels)[np.fromfile(f"{folder}/group{g}.bin", "<i4")] for g, levels in enumerate(shape["levels"])]
    design = np.hstack([x, *dummies]) if dummies else np.ascontiguousarray(x)
    return design, {"numbers": np.fromfile(f"{folder}/y.bin"), "classes": np.fromfile(f"{folder}/class.bin")}


def fit(ask, design, y, held):
    model = PEERS[ask["peer"]](**ask["params"])
    if ask["scaled"]:
        model = make_pipeline(StandardScaler(), model)
    model.fit(design[~held], y[~held])
    return model.predict_proba(design[held])[:, 1] if ask["binary"] else model.predict(design[held])


def main():
    design, targets = load(sys.argv[1])
    rows = np.arange(len(design))
    for line in sys.stdin:
        ask = json.loads(line)
        y = targets["classes" if ask["binary"] else "numbers"]
        if ask["standard"]:
            y = (y - y.mean()) / y.std()
        folds = (7 * rows + rows // 11) % ask["folds"]
        masks = [folds == k for k in range(ask["folds"])]
        wall, cpu = time.perf_counter(), time.process_time()
        if ask["threads"] == 1:
            parts = [fit(ask, design, y, held) for held in masks]
        else:
            parts = Parallel(n_jobs=ask["threads"])(delayed(fit)(ask, design, y, held) for held in masks)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        predictions = np.empty(len(y))
        for held, part in zip(masks, parts):
            predictions[held] = part
        r2 = 1 - ((y - predictions) ** 2).sum() / ((y - y.mean()) ** 2).sum()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"wall": wall, "cpu": cpu, "r2": r2, "peak": peak}), flush=True)


main()
