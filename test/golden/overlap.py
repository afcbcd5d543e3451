"""Overlap diagnostics by numpy's own functions (numpy 2.4). python overlap.py > overlap.json"""
import json
import sys

import numpy as np

rng = np.random.default_rng(11)
n = 250
x = np.round(rng.normal(size=(2, n)), 4)
true = 1 / (1 + np.exp(-1.5 * x[0]))
d = rng.binomial(1, true)
m = np.round(np.clip(true + 0.05 * rng.normal(size=n), 0.003, 0.997), 5)
weights = np.round(rng.uniform(0.5, 2, n), 4)
clip = 0.03


def arm(own):
    held = np.clip(m[own], clip, 1 - clip)
    w = weights[own] / (held if d[own][0] == 1 else 1 - held)
    return {
        "quantiles": np.quantile(m[own], [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1]).tolist(),
        "histogram": np.histogram(m[own], bins=20, range=(0, 1))[0].tolist(),
        "clipped": float(np.mean((m[own] < clip) | (m[own] > 1 - clip))),
        "effectiveSize": float(w.sum() ** 2 / np.sum(w**2)), "largestShare": float(w.max() / w.sum()),
    }


def difference(values):
    held = np.clip(m, clip, 1 - clip)
    inverse = weights * np.where(d == 1, 1 / held, 1 / (1 - held))
    means = [[np.average(values[d == a], weights=w[d == a]) for a in (0, 1)] for w in (weights, inverse)]
    # The variance of a weighted sample, with n / (n - 1).
    spread = [np.average((values[d == a] - means[0][a]) ** 2, weights=weights[d == a]) * np.sum(d == a) / (np.sum(d == a) - 1) for a in (0, 1)]
    unit = np.sqrt(np.mean(spread))
    return [float((pair[1] - pair[0]) / unit) for pair in means]


order = np.argsort(m, kind="stable")
json.dump({
    "x": x.tolist(), "d": d.tolist(), "m": m.tolist(), "weights": weights.tolist(), "clip": clip,
    "arms": [arm(d == 0), arm(d == 1)], "balance": [difference(values) for values in x],
    "calibration": [[len(part), float(m[part].mean()), float(d[part].mean())] for part in np.array_split(order, 10)],
}, sys.stdout, separators=(",", ":"))
