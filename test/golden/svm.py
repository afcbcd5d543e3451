"""Makes svm.json: predictions of scikit-learn's SVR for test/learners/svm.test.ts.

    python svm.py > svm.json        (scikit-learn 1.9.1)

80 rows with three features, one of them constant, and two groups as one column per level. Rows 60 to 79 are predicted;
some of their levels have no training row, and the columns of those are 0 for them too.
"""
import json

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

ROWS, TRAIN = 80, 60
random = np.random.default_rng(5)
features = np.round(np.c_[random.normal(size=ROWS), 10 + 3 * random.random(ROWS), np.full(ROWS, 0.7)], 3)
city = np.r_[random.integers(0, 9, TRAIN), random.integers(0, 11, ROWS - TRAIN)]
year = np.r_[random.integers(0, 4, TRAIN), random.integers(0, 5, ROWS - TRAIN)]
target = np.round(features[:, 0] ** 2 + np.sin(features[:, 1]) + 0.3 * (city % 3) + 0.5 * random.normal(size=ROWS), 3)
weights = np.round(0.5 + 2 * random.random(ROWS), 2)


def dummies(codes, levels):
    columns = np.eye(levels)[codes]
    return columns * (columns[:TRAIN].sum(0) > 0)


design = np.hstack([features, dummies(city, 11), dummies(year, 5)])
settings = [
    {},
    {"C": 10, "epsilon": 0.01},
    {"gamma": "auto"},
    {"gamma": 0.2},
    {"epsilon": 0},
    {"kernel": "linear"},
    {"kernel": "linear", "C": 0.01, "epsilon": 0.3},
    {"standardize": False},
    {"standardize": False, "kernel": "linear", "C": 0.1},
    {"weighted": True},
    {"weighted": True, "kernel": "linear", "standardize": False},
    {"C": 0.001},
]
cases = []
for given in settings:
    options = dict(given)
    standardize, weighted = options.pop("standardize", True), options.pop("weighted", False)
    x = StandardScaler().fit(design[:TRAIN]).transform(design) if standardize else design
    if options.get("kernel") == "linear":
        x = x - x[:TRAIN].mean(0)  # the same function; LIBSVM's f32 kernel would lose digits to the second feature's level
    learner = SVR(tol=1e-6, **options).fit(x[:TRAIN], target[:TRAIN], sample_weight=weights[:TRAIN] if weighted else None)
    cases.append({
        "options": options | {"standardize": standardize},
        "weighted": weighted,
        "gamma": learner._gamma,
        "support": len(learner.support_),
        "predictions": learner.predict(x[TRAIN:]).tolist(),
    })
panel = {"features": features.T.tolist(), "city": city.tolist(), "year": year.tolist(), "target": target.tolist(), "weights": weights.tolist()}
print(json.dumps({"train": TRAIN, "levels": [11, 5], "panel": panel, "cases": cases}))
