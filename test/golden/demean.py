"""Residuals of columns under fixed effects, by pyfixest 0.60 on a made unbalanced panel: writes demean.json beside this file.

Effects alone: pyfixest's alternating projections to 1e-14. Slopes: the residuals of feols with a column for each level.
Rows: 40 units in up to 8 periods, a quarter of the cells missing; units 0 and 1 have one row each; units 34 to 39 are seen in
periods 8 and 9 alone, where no other is, so the panel falls into two pieces.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
from pyfixest.core.demean import demean

random = np.random.default_rng(12)
cells = [(u, t) for u in range(2, 34) for t in range(8) if random.random() < 0.75]
cells = [(0, 3), (1, 5), *cells, *((u, t) for u in range(34, 40) for t in (8, 9))]
data = pd.DataFrame(cells, columns=["unit", "time"])
n = len(data)
data["zone"] = data.unit % 5
data["firm"] = random.integers(0, 12, n)
data["zone*time"] = data.groupby(["zone", "time"]).ngroup()
data["age"] = data.time + random.integers(0, 4, n)
data["x"] = np.round(random.normal(size=n) + data.unit / 7 + data.time**2 / 20, 6)
data["weight"] = np.round(random.uniform(0.2, 3, n), 3)


def effects_alone(effects, weights):
    codes = np.column_stack([data[name] for name in effects]).astype(np.uint64)
    left, converged = demean(data[["x"]].to_numpy(), codes, weights, 1e-14, 1_000_000)
    assert converged
    return left[:, 0]


def with_slopes(effects, slopes, weights):
    columns = " + ".join(f"i({level}, {on})" for level, on in slopes)
    fit = pf.feols(f"x ~ {columns} | {' + '.join(effects)}", data.assign(w=weights), weights="w", fixef_rm="none", fixef_tol=1e-14, fixef_maxiter=1_000_000)
    return data.x - fit.predict()


ones, weights = np.ones(n), data.weight.to_numpy()
cases = []
for effects in (["unit"], ["unit", "time"], ["unit", "time", "firm"], ["unit", "zone*time"], ["zone*time", "firm", "unit", "time"]):
    for weighted in (False, True):
        left = effects_alone(effects, weights if weighted else ones)
        cases.append({"effects": effects, "weighted": weighted, "residuals": [float(value) for value in left]})
for effects, slopes in ((["zone"], [("zone", "age")]), (["unit", "time"], [("zone", "age")]), (["unit", "time"], [("firm", "age")])):
    for weighted in (False, True):
        left = with_slopes(effects, slopes, weights if weighted else ones)
        names = [*effects, *(f"{level}#{on}" for level, on in slopes)]
        cases.append({"effects": names, "weighted": weighted, "residuals": [float(value) for value in left]})
columns = {name: data[name].tolist() for name in data.columns}
here = Path(__file__).parent
(here / "demean.json").write_text(json.dumps({"pyfixest": pf.__version__, "columns": columns, "cases": cases}) + "\n")
