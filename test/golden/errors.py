"""Makes errors.json: covariances of least squares for test/inference/errors.test.ts.

    python errors.py > errors.json          (statsmodels 0.15.0, numpy 2.4.6)

A simulated panel of 30 units by 8 periods with holes; y on a constant, x1 and x2. Homoskedastic, HC0 to HC3, clusters
in one and two ways, Driscoll and Kraay: statsmodels. Two ways with the smallest G, three ways: numpy, from the one-way
matrices of statsmodels. Conley: numpy over all pairs, with haversine distances.
"""
import json
from itertools import combinations

import numpy as np
import statsmodels.api as sm
import statsmodels.stats.sandwich_covariance as sw

rng = np.random.default_rng(7)
unit, period = [a.ravel() for a in np.meshgrid(np.arange(30), np.arange(8), indexing="ij")]
keep = (7 * unit + 3 * period) % 11 != 0
unit, period = unit[keep], period[keep]
region = (unit * 5 + unit // 7) % 6
n = len(unit)
latitude = np.round(rng.uniform(20, 50, 30), 4)[unit]
longitude = np.round(rng.uniform(75, 130, 30), 4)[unit]
x1 = np.round(rng.normal(size=n) + rng.normal(size=30)[unit] + rng.normal(size=8)[period], 4)
x2 = np.round(rng.exponential(size=n) + 0.1 * latitude, 4)
e = rng.normal(size=n) * (1 + 0.5 * np.abs(x1)) + rng.normal(size=30)[unit] + rng.normal(size=8)[period] + rng.normal(size=6)[region]
y = np.round(1 + 0.5 * x1 - 0.3 * x2 + e, 4)
X = np.column_stack([np.ones(n), x1, x2])
k = X.shape[1]
fit = sm.OLS(y, X).fit()
u = (X * fit.resid[:, None]) @ np.linalg.inv(X.T @ X)


def sums(values, codes):
    return np.vstack([np.bincount(codes, v) for v in values.T]).T


def code(*ways):
    return np.unique(np.column_stack(ways), axis=0, return_inverse=True)[1].ravel()


def multiway(ways, rule, correction=True):
    fewest = min(len(np.unique(w)) for w in ways)
    total = np.zeros((k, k))
    for size in range(1, len(ways) + 1):
        for chosen in combinations(ways, size):
            group = code(*chosen)
            g = fewest if rule == "min" else group.max() + 1
            factor = g / (g - 1) * (n - 1) / (n - k) if correction else 1
            s = sums(u, group)
            total += (-1) ** (size + 1) * factor * s.T @ s
    return total


def haversine(a, b):
    la, lo, lb, lp = map(np.radians, (latitude[a], longitude[a], latitude[b], longitude[b]))
    h = np.sin((lb - la) / 2) ** 2 + np.cos(la) * np.cos(lb) * np.sin((lp - lo) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(h))


def conley(cutoff, kernel, panel, lags):
    i, j = [a.ravel() for a in np.meshgrid(np.arange(n), np.arange(n), indexing="ij")]
    d = haversine(i, j)
    w = (d <= cutoff).astype(float) if kernel == "uniform" else np.maximum(0, 1 - d / cutoff)
    if panel:
        w *= period[i] == period[j]
        lag = np.abs(period[i] - period[j])
        w += (unit[i] == unit[j]) * (lag > 0) * np.maximum(0, 1 - lag / (lags + 1))
    return u.T @ w.reshape(n, n) @ u


def repaired(v):
    values, vectors = np.linalg.eigh(v)
    return vectors @ np.diag(np.maximum(values, 0)) @ vectors.T


cases = [{"errors": "homoskedastic", "covariance": fit.cov_params()}]
cases += [{"errors": kind.lower(), "covariance": getattr(fit, f"cov_{kind}")} for kind in ["HC0", "HC1", "HC2", "HC3"]]
two = sw.cov_cluster_2groups(fit, unit, period)[0]
assert np.allclose(two, multiway([unit, period], "cgm"))
names = {"unit": unit, "period": period, "region": region}
for ways in (["unit"], ["unit", "period"], ["unit", "period", "region"], ["period", "region"]):
    for rule, correction in (("cgm", True), ("min", True), ("cgm", False)):
        v = multiway([names[w] for w in ways], rule, correction)
        if ways == ["unit", "period"] and rule == "cgm" and correction:
            v = two
        cases.append({"errors": "cluster", "ways": ways, "rule": rule, "correction": correction, "covariance": v})
cases.append({"errors": "cluster", "ways": ["unit"], "rule": "cgm", "correction": True, "covariance": sw.cov_cluster(fit, unit)})
for lags in (0, 1, 2, 5):
    for correction in (False, "cluster"):
        v = sw.cov_nw_groupsum(fit, lags, period, use_correction=correction)
        cases.append({"errors": "driscoll-kraay", "lags": lags, "correction": correction == "cluster", "covariance": v})
for cutoff in (1e-3, 700, 2500):
    for kernel in ("uniform", "bartlett"):
        for panel, lags in ((False, 0), (True, 0), (True, 3)):
            cases.append({"errors": "conley", "cutoff": cutoff, "kernel": kernel, "panel": panel, "lags": lags,
                          "correction": False, "covariance": conley(cutoff, kernel, panel, lags)})
for case in cases:
    v = np.asarray(case["covariance"])
    case["repaired"] = bool(np.linalg.eigvalsh(v).min() < -1e-10 * np.linalg.eigvalsh(v).max())
    case["covariance"] = (repaired(v) if case["repaired"] else v).tolist()

data = {"unit": unit, "period": period, "region": region, "latitude": latitude, "longitude": longitude, "y": y, "x1": x1, "x2": x2}
columns = ",\n".join(f'    "{name}": {json.dumps(values.tolist(), separators=(",", ":"))}' for name, values in data.items())
rows = ",\n".join("    " + json.dumps(case, separators=(",", ":")) for case in cases)
print(f'{{\n  "data": {{\n{columns}\n  }},\n  "cases": [\n{rows}\n  ]\n}}')
