"""The fold that a bench sends: standardised dense design with one dummy per level, and the rows held out."""

import json
import sys
import time

import numpy as np
from sklearn.preprocessing import StandardScaler


def load():
    folder = sys.argv[1]
    shape = json.load(open(f"{folder}/shape.json"))
    n, p = shape["rows"], shape["features"]
    x = np.fromfile(f"{folder}/x.bin").reshape(p, n).T
    groups = [np.fromfile(f"{folder}/group{g}.bin", "<i4") for g in range(len(shape["levels"]))]
    design = np.hstack([x] + [np.eye(levels)[codes] for codes, levels in zip(groups, shape["levels"])])
    held = np.fromfile(f"{folder}/held.bin", "<i4").astype(bool)
    design = StandardScaler().fit(design[~held]).transform(design)
    return design, np.fromfile(f"{folder}/y.bin"), held


def answer(make):
    """Fits make(options) for each line of options; CPU seconds of fit and prediction."""
    design, y, held = load()
    for line in sys.stdin:
        model = make(json.loads(line))
        cpu = time.process_time()
        model.fit(design[~held], y[~held])
        predictions = model.predict_proba(design[held])[:, 1] if hasattr(model, "predict_proba") else model.predict(design[held])
        cpu = time.process_time() - cpu
        iterations = int(np.max(model.n_iter_))
        print(json.dumps({"cpu": cpu, "iterations": iterations, "predictions": predictions.tolist()}), flush=True)
