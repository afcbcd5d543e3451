"""Makes fewClusters.json: cr2, cr3 and Satterthwaite's degrees of freedom for test/inference/fewClusters.test.ts.

    python fewClusters.py > fewClusters.json          (numpy 2.4.6)

The definitions, slowly and on the full design with one dummy a level, nothing demeaned: cr2 with the symmetric root of each
cluster's block of I - H (Bell and McCaffrey 2002; zero eigenvalues stay zero, Pustejovsky and Tipton 2018), the freedom
from the n x G matrix of p_g, cr3 by regressions without each cluster. With weights all columns are times their roots.
With instruments H projects on the fitted values of the first stage, as clubSandwich's vcovCR.ivreg.
"""
import json

import numpy as np


def dummies(effects):
    columns = [(codes[:, None] == np.unique(codes)).astype(float) for codes in effects]
    return np.hstack(columns) if columns else np.zeros((0, 0))


def root_inverse(block):
    values, vectors = np.linalg.eigh(block)
    powers = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)
    return (vectors * powers) @ vectors.T


def estimate(y, x, z):
    """Two-stage least squares by generalised inverses: x = z is least squares."""
    return np.linalg.pinv(z @ np.linalg.pinv(z) @ x, rcond=1e-10) @ y


def adjusted(y, x, z, clusters, k):
    n = len(y)
    design = z @ np.linalg.pinv(z) @ x
    solver = np.linalg.pinv(design, rcond=1e-10)
    e = y - x @ (solver @ y)
    rest = np.eye(n) - design @ solver
    groups = [clusters == g for g in np.unique(clusters)]
    weights = [solver[:k, g] @ root_inverse(rest[np.ix_(g, g)]) for g in groups]
    scores = np.array([w @ e[g] for w, g in zip(weights, groups)])
    freedom = []
    for j in range(k):
        p = np.array([rest[:, g] @ w[j] for w, g in zip(weights, groups)])
        inner = p @ p.T
        freedom.append(np.trace(inner) ** 2 / (inner ** 2).sum())
    return scores.T @ scores, freedom


def jackknife(y, x, z, clusters, k):
    full = estimate(y, x, z)[:k]
    left = [clusters != g for g in np.unique(clusters)]
    d = np.array([estimate(y[keep], x[keep], z[keep])[:k] - full for keep in left])
    return (len(left) - 1) / len(left) * d.T @ d


def case(name, y, x, clusters, effects=(), z=None, weights=None):
    k = x.shape[1]
    size = np.ones(len(y)) if weights is None else np.sqrt(weights)
    full = np.hstack([a for a in (x, dummies(effects)) if a.size]) * size[:, None]
    instruments = full if z is None else np.hstack([a for a in (z, dummies(effects)) if a.size]) * size[:, None]
    cr2, freedom = adjusted(y * size, full, instruments, clusters, k)
    cr3 = jackknife(y * size, full, instruments, clusters, k)
    plain = lambda a: None if a is None else a.tolist()
    return {
        "name": name, "y": plain(y), "x": plain(x.T), "z": None if z is None else plain(z.T), "weights": plain(weights),
        "clusters": plain(clusters), "effects": [plain(e) for e in effects],
        "cr2": plain(cr2), "freedom": plain(np.array(freedom)), "cr3": plain(cr3),
    }


rng = np.random.default_rng(11)
units, periods = 14, 6
unit, period = [a.ravel() for a in np.meshgrid(np.arange(units), np.arange(periods), indexing="ij")]
region = unit % 5
n = len(unit)
rounded = lambda a: np.round(a, 4)
instrument = rounded(np.exp(rng.normal(size=n)) * (1 + 3 * (unit == 2)) + rng.normal(size=units)[unit])
d = rounded(0.7 * instrument + rng.normal(size=n) + 0.2 * period)
w = rounded(rng.normal(size=n) + 0.3 * d)
e = rng.normal(size=n) * (1 + np.abs(d)) + rng.normal(size=units)[unit] + 0.5 * rng.normal(size=5)[region]
y = rounded(0.5 * d - w + e)
weights = rounded(rng.uniform(0.5, 2, n))
holes = (5 * unit + 3 * period) % 7 != 0
ones = np.ones(n)
xs = np.column_stack([w, d])
constant = np.column_stack([ones, w, d])
h = holes
cases = [
    case("a constant, clusters of unequal size", y[h], constant[h], region[h]),
    case("one row a cluster", y[:20], constant[:20], np.arange(20)),
    case("unit effects, clusters by unit, unbalanced", y[h], xs[h], unit[h], [unit[h]]),
    case("unit effects, clusters by region, unbalanced", y[h], xs[h], region[h], [unit[h]]),
    case("unit effects, weights", y[h], xs[h], unit[h], [unit[h]], weights=weights[h]),
    case("unit and period effects, balanced", y, xs, unit, [unit, period]),
    case("unit effects, an instrument", y[h], xs[h], unit[h], [unit[h]], z=np.column_stack([w, instrument])[h]),
    case("unit and period effects, holes", y[h], xs[h], unit[h], [unit[h], period[h]]),
    case("unit and period effects, clusters by region", y, xs, region, [unit, period]),
]
print(json.dumps({"numpy": np.__version__, "cases": cases}))
