"""Makes doublemlClusters.json: two-way clusters of DoubleML for test/inference/doublemlClusters.test.ts.

    python doublemlClusters.py > doublemlClusters.json       (doubleml 0.11.4)

A simulated table of 13 firms by 11 markets with holes, partially linear regression, linear regressions as learners,
3 x 3 blocks. The scores' parts and the fold of each row's cluster, in each way, are stored beside the estimate.
"""
import json

import doubleml as dml
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

np.random.seed(3)
rng = np.random.default_rng(3)
firm, market = [a.ravel() for a in np.meshgrid(np.arange(13), np.arange(11), indexing="ij")]
keep = (3 * firm + 5 * market) % 7 != 0
firm, market = firm[keep], market[keep]
n = len(firm)
shock = lambda: rng.normal(size=n) + rng.normal(size=13)[firm] + rng.normal(size=11)[market]
x = shock()
d = 0.5 * x + shock()
y = 0.7 * d + x + shock()
frame = pd.DataFrame({"y": y, "d": d, "x": x, "firm": firm, "market": market})
cases = []
for score in ("partialling out", "IV-type"):
    data = dml.DoubleMLData(frame, "y", "d", ["x"], cluster_cols=["firm", "market"])
    extra = {"ml_g": LinearRegression()} if score == "IV-type" else {}
    plr = dml.DoubleMLPLR(data, LinearRegression(), LinearRegression(), n_folds=3, score=score, **extra)
    plr.fit()
    folds = {"firm": np.full(13, -1), "market": np.full(11, -1)}
    for block, (_, test) in enumerate(plr.smpls_cluster[0]):
        folds["firm"][test[0]] = block // 3
        folds["market"][test[1]] = block % 3
    assert min(folds["firm"].min(), folds["market"].min()) == 0
    parts = plr.psi_elements
    cases.append({
        "score": score, "coef": float(plr.coef[0]), "se": float(plr.se[0]),
        "firmFold": folds["firm"][firm].tolist(), "marketFold": folds["market"][market].tolist(),
        "psiA": parts["psi_a"][:, 0, 0].tolist(), "psiB": parts["psi_b"][:, 0, 0].tolist(),
    })
print(json.dumps({"firm": firm.tolist(), "market": market.tolist(), "cases": cases}, separators=(",", ":")))
