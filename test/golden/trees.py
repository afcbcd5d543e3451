"""Trees of scikit-learn 1.9.1 with weights, missing values and classes: `python trees.py > trees.json`.

No case in which columns cut alike, so that scikit-learn's seed would decide: the assertion below holds this.
"""
import json

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

rng = np.random.default_rng(20)
N, TRAIN = 160, 120
# Multiples of 1/4096 are the same in f32 and f64.
x = np.round(rng.normal(size=(N, 3)) * 4096) / 4096
signal = np.sin(2 * x[:, 0]) + x[:, 1] * (x[:, 2] > 0)
y = np.round((signal + 0.5 * rng.normal(size=N)) * 4096) / 4096
classes = (signal + 0.7 * rng.normal(size=N) > 0).astype(int)
weights = np.round((0.25 + 3 * rng.random(N)) * 64) / 64
gaps = x.copy()
gaps[rng.random(N) < 0.25, 0] = np.nan
gaps[(x[:, 1] > 0.5) & (rng.random(N) < 0.6), 1] = np.nan
gaps[TRAIN:, 2][rng.random(N - TRAIN) < 0.3] = np.nan  # none missing in training

CASES = [
    # name, model, parameters, features, target, whether weighted
    ("tree, missing", DecisionTreeRegressor, dict(max_depth=4, min_samples_leaf=3), "gaps", "y", False),
    ("tree, missing, large leaves", DecisionTreeRegressor, dict(min_samples_leaf=9), "gaps", "y", False),
    ("tree, missing, weights", DecisionTreeRegressor, dict(max_depth=6, min_samples_leaf=6), "gaps", "y", True),
    ("tree, weights", DecisionTreeRegressor, dict(min_samples_leaf=6, min_samples_split=20), "x", "y", True),
    ("classifier, weights", DecisionTreeClassifier, dict(max_depth=4), "x", "classes", True),
    ("classifier, missing, weights", DecisionTreeClassifier, dict(max_depth=4, min_samples_leaf=7), "gaps", "classes", True),
    ("forest classifier, weights", RandomForestClassifier,
     dict(n_estimators=2, bootstrap=False, max_features=None, max_depth=5), "x", "classes", True),
    ("boosting", GradientBoostingRegressor, dict(min_samples_leaf=8), "x", "y", False),
    ("boosting, weights", GradientBoostingRegressor, dict(max_depth=2, min_samples_leaf=4), "x", "y", True),
    ("boosting classifier, weights", GradientBoostingClassifier, dict(min_samples_leaf=8), "x", "classes", True),
    ("boosting classifier, weights, deep", GradientBoostingClassifier,
     dict(n_estimators=40, max_depth=4, learning_rate=0.3, min_samples_leaf=12), "x", "classes", True),
]


def predict(model, parameters, features, target, weighted, seed):
    fitted = model(random_state=seed, **parameters).fit(
        features[:TRAIN], target[:TRAIN], sample_weight=weights[:TRAIN] if weighted else None)
    return fitted.predict_proba(features)[:, 1] if hasattr(fitted, "predict_proba") else fitted.predict(features)


data = {"x": x, "gaps": gaps, "y": y, "classes": classes}
cases = []
for name, model, parameters, features, target, weighted in CASES:
    runs = [predict(model, parameters, data[features], data[target], weighted, seed) for seed in range(6)]
    spread = max(np.abs(run - runs[0]).max() for run in runs)
    assert spread < 1e-12, (name, spread)
    cases.append({"name": name, "features": features, "target": target, "weighted": weighted,
                  "predictions": [float(f"{value:.12g}") for value in runs[0]]})

missing = lambda column: [None if np.isnan(value) else float(value) for value in column]
print(json.dumps({
    "train": TRAIN, "x": [missing(c) for c in x.T], "gaps": [missing(c) for c in gaps.T], "y": y.tolist(),
    "classes": classes.tolist(), "weights": weights.tolist(), "cases": cases,
}))
