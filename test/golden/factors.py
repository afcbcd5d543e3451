"""Bai's (2009) interactive fixed-effects estimator in numpy, two factors beside unit and time effects: writes factors.json.

Unbalanced cells are filled by EM. Alternates least squares of y on x given the factors' part and effects, and principal
components of the rest, until nothing moves.
"""

import json
from pathlib import Path

import numpy as np

N, T, R = 60, 12, 2


def bai(y, x, seen, r):
    """By unit and period; seen: which cells have a row. Effects and slope by dense least squares on the seen cells."""
    unit, time = [g[seen] for g in np.meshgrid(np.arange(N), np.arange(T), indexing="ij")]
    dummies = np.column_stack([np.eye(N)[unit], np.eye(T)[time][:, 1:]])
    design = np.column_stack([x[seen], dummies])
    solve = np.linalg.pinv(design)
    common, ssr = np.zeros((N, T)), np.inf
    for _ in range(20000):
        b = solve @ (y - common)[seen]
        filled = common.copy()
        filled[seen] = y[seen] - design @ b
        u, s, vt = np.linalg.svd(filled, full_matrices=False)
        common = (u[:, :r] * s[:r]) @ vt[:r]
        now = np.sum((filled - common)[seen] ** 2)
        if ssr - now <= 1e-15 * now:
            break
        ssr = now
    f = vt[:r].T
    return b[0], f @ f.T, common


cases = []
for name, seed, share in [("balanced", 1, 1.0), ("unbalanced", 2, 0.85)]:
    rng = np.random.default_rng(seed)
    load, f = rng.normal(size=(N, R)), rng.normal(size=(T, R))
    x = load @ rng.normal(size=(R, R)) @ f.T + rng.normal(size=(N, 1)) + rng.normal(size=(N, T))
    y = 0.5 * x + 2 * load @ f.T + rng.normal(size=(N, 1)) + rng.normal(size=(1, T)) + 0.5 * rng.normal(size=(N, T))
    seen = rng.random((N, T)) < share
    unit, time = [g[seen] for g in np.meshgrid(np.arange(N), np.arange(T), indexing="ij")]
    x, y = np.round(x, 6), np.round(y, 6)
    slope, projection, common = bai(y, x, seen, R)
    cases.append({
        "name": name, "unit": unit.tolist(), "time": time.tolist(), "x": x[seen].tolist(), "y": y[seen].tolist(),
        "slope": float(slope), "projection": projection.tolist(),
    })
here = Path(__file__).parent
(here / "factors.json").write_text(json.dumps({"numpy": np.__version__, "units": N, "periods": T, "factors": R, "cases": cases}) + "\n")
print([c["slope"] for c in cases])
