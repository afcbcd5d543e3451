"""Probabilities of scikit-learn's l1-penalised logistic regression on a small made panel, to the solver's last digits.

    python test/golden/lassologit.py > test/golden/lassologit.json
"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

UNITS, PERIODS = 15, 6
state = 12345


def uniform():
    global state
    state = (state * 1664525 + 1013904223) % 2**32
    return state / 2**32


n = UNITS * PERIODS
x = np.round([[uniform() * 4 - 2 for _ in range(4)] for _ in range(n)], 3)
unit, time = np.arange(n) // PERIODS, np.arange(n) % PERIODS
y = (x[:, 0] - 0.5 * x[:, 1] + np.round(unit % 4 - 1.5, 3) * 0.5 > np.round([2 * uniform() - 1 for _ in range(n)], 3)).astype(int)
dense = StandardScaler().fit_transform(np.hstack([x, np.eye(UNITS)[unit], np.eye(PERIODS)[time]]))
cases = []
for alpha in (0.1, 0.03, 0.01, 0.002):
    model = LogisticRegression(l1_ratio=1, C=1 / (n * alpha), solver="saga", tol=1e-13, max_iter=2_000_000)
    model.fit(dense, y)
    cases.append({"alpha": alpha, "probabilities": model.predict_proba(dense)[:, 1].tolist()})
print(json.dumps({"sklearn": sklearn.__version__, "x": x.T.tolist(), "unit": unit.tolist(), "time": time.tolist(), "y": y.tolist(), "cases": cases}))
