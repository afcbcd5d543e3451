"""Goldens of difference in differences by DoubleML 0.11.4: `bench/.venv/bin/python test/golden/did.py > test/golden/did.json`."""

import json

import numpy as np
from doubleml import DoubleMLDID, DoubleMLDIDData
from sklearn.linear_model import LinearRegression, LogisticRegression

random = np.random.default_rng(7)
n, k = 300, 3
x = random.normal(size=(n, 2))
d = (random.uniform(size=n) < 1 / (1 + np.exp(-0.8 * x[:, 0] + 0.5 * x[:, 1]))).astype(float)
y = 0.7 * d + x[:, 0] + 0.5 * x[:, 1] ** 2 + random.normal(size=n)
fold = np.arange(n) % k
model = DoubleMLDID(DoubleMLDIDData.from_arrays(x=x, y=y, d=d), LinearRegression(), LogisticRegression(C=1e12, tol=1e-12), n_folds=k, draw_sample_splitting=False, clipping_threshold=0.05)
model.set_sample_splitting([[(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]])
model.fit()
print(json.dumps({
    "data": {"y": y.tolist(), "d": d.tolist(), "x1": x[:, 0].tolist(), "x2": x[:, 1].tolist(), "fold": fold.tolist(),
             "g0": model.predictions["ml_g0"][:, 0, 0].tolist(), "m": model.predictions["ml_m"][:, 0, 0].tolist()},
    "clip": 0.05, "coef": float(model.coef[0]), "se": float(model.se[0]),
}))
