"""Average partial effects by numpy 2.4.6 alone on simulated data with given folds: writes ape.json beside this file.

Nothing is shared with the engine: designs with dummies in full, normal equations by numpy.linalg, logit by Newton's steps.
"""

import json
from pathlib import Path

import numpy as np

N, K, UNITS = 150, 3, 10
rng = np.random.default_rng(11)
x = rng.normal(size=(N, 2)).round(4)
unit = np.arange(N) % UNITS
d = (0.7 * x[:, 0] - 0.3 * x[:, 1] + 0.1 * unit + rng.normal(size=N)).round(4)
y = (0.5 * d + 0.4 * d * x[:, 0] + 0.3 * d**2 + x.sum(axis=1) + 0.2 * unit + rng.normal(size=N)).round(4)
w = rng.uniform(0.5, 1.5, N).round(4)
fold = (7 * np.arange(N) + np.arange(N) // 15) % K
dummies = np.eye(UNITS)[unit]
means = np.stack([np.array([v[unit == u].mean() for u in range(UNITS)])[unit] for v in (x[:, 0], x[:, 1], d)], axis=1)


def least_squares(design, target, weights):
    root = np.sqrt(weights)[:, None]
    return np.linalg.lstsq(design * root, target * root[:, 0], rcond=None)[0]


def logit(design, label):
    b = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ b))
        b += np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design, design.T @ (label - p))
    return b


def sieve(features, groups, train, weights, order):
    mean = np.average(features[train], axis=0, weights=weights[train])
    sd = np.sqrt(np.average((features[train] - mean) ** 2, axis=0, weights=weights[train]))

    def basis(values):
        z = (values - mean) / sd
        products = [z[:, i] * z[:, j] for i in range(z.shape[1]) for j in range(i + 1)] if order == 2 else []
        return np.column_stack([np.ones(len(z)), z, *products, *([] if groups is None else [groups])])

    return basis


def ape(score, *, squares=False, extra=None, groups=None, weights=None, order=2, ridge=1.0, step=None, shift=None, clip=0.01):
    weights = np.ones(N) if weights is None else weights / weights.mean()
    mean = np.average(d, weights=weights)
    fifth = np.sqrt(np.average((d - mean) ** 2, weights=weights)) / 5
    h, s = step or fifth, shift or fifth
    fixed = x if extra is None else np.column_stack([x, extra])
    features = lambda t: np.column_stack([t, fixed])
    flexible = lambda t: np.column_stack([np.ones(N), t, fixed, *([t**2, x**2] if squares else []), *([] if groups is None else [groups])])
    signal = np.empty(N)
    for k in range(K):
        train, held = fold != k, fold == k
        b = least_squares(flexible(d)[train], y[train], weights[train])
        g = lambda t: (flexible(t) @ b)[held]
        if score == "derivative":
            basis = sieve(features(d), groups, train, weights, order)
            own = basis(features(d))
            moved = (basis(features(d + h)) - basis(features(d - h))) / (2 * h)
            total = weights[train].sum()
            gram = (own[train] * weights[train][:, None]).T @ own[train] / total
            penalty = np.eye(len(gram)) * ridge / train.sum() * np.trace(gram[1:, 1:]) / (len(gram) - 1)
            penalty[0, 0] = 0.0
            rho = np.linalg.solve(gram + penalty, np.average(moved[train], axis=0, weights=weights[train]))
            alpha, effect = own[held] @ rho, (g(d + h) - g(d - h)) / (2 * h)
        else:
            rows = np.concatenate([flexible(d)[train], flexible(d + s)[train]])
            a = logit(rows, np.repeat([0.0, 1.0], train.sum()))
            p = np.clip(1 / (1 + np.exp(-(flexible(d) @ a)[held])), clip, 1 - clip)
            alpha, effect = p / (1 - p) - 1, g(d + s) - g(d)
        signal[held] = effect + alpha * (y[held] - g(d))
    theta = np.average(signal, weights=weights)
    se = np.sqrt(((weights * (signal - theta)) ** 2).sum()) / N
    return {"coef": theta, "se": se}


unit_fe = {"fixedEffects": ["unit"]}
cases = [
    ("derivative, squares", {"degree": 2}, ape("derivative", squares=True)),
    ("derivative, a wide step, one order, another ridge", {"step": 1.5, "learner": {"g": "ols", "a": {"riesz": {"order": 1, "ridge": 20}}}},
     ape("derivative", step=1.5, order=1, ridge=20.0)),
    ("derivative, dummies and weights", {**unit_fe, "encode": "dummies", "weights": "w"}, ape("derivative", groups=dummies, weights=w)),
    ("derivative, unit means", {**unit_fe, "encode": "cre"}, ape("derivative", extra=means)),
    ("shift", {"score": "shift"}, ape("shift")),
    ("shift, squares, down and far, clipped", {"score": "shift", "shift": -1.2, "degree": 2, "clip": 0.2}, ape("shift", squares=True, shift=-1.2, clip=0.2)),
]
columns = {"y": y, "d": d, "x1": x[:, 0], "x2": x[:, 1], "unit": unit, "w": w, "fold": fold}
golden = {
    "columns": {name: values.tolist() for name, values in columns.items()},
    "cases": [{"name": name, "options": options, **result} for name, options, result in cases],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
for name, _, result in cases:
    print(name, result)
