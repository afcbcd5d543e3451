"""Makes joint.json: joint inference of DoubleML and Wald tests of numpy and scipy for test/inference/joint.

    python joint.py > joint.json        (Python 3.11, DoubleML 0.11.4, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1)

Four treatments of a partially linear model, three repetitions of cross-fitting. The scores are rounded to nine figures
and DoubleML's framework is made anew from these, so both sides hold the same numbers. `exact` has few of its bootstrap
t statistics and what it makes of them; `limits` what it makes of 100,000 draws by each kind of multiplier.
"""
import json

import numpy as np
from doubleml import DoubleMLData, DoubleMLPLR
from doubleml.double_ml_framework import DoubleMLCore, DoubleMLFramework
from scipy.stats import chi2, f
from sklearn.linear_model import LinearRegression

N, TREATMENTS, REPETITIONS, DRAWS, FEW = 120, 4, 3, 100_000, 80
EFFECTS = [0.3, 0.24, 0.0, 0.2]


def figures(values, digits=9):
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"))(values)


def fitted():
    random = np.random.default_rng(20261124)
    common = random.normal(size=N)
    x = random.normal(size=(N, 3))
    d = 0.7 * common[:, None] + random.normal(size=(N, TREATMENTS)) + x[:, :1]
    y = d @ EFFECTS + x @ [1, 0.5, -0.5] + random.normal(size=N) * (0.6 + 0.5 * common**2)
    np.random.seed(1)
    model = DoubleMLPLR(DoubleMLData.from_arrays(x, y, d), LinearRegression(), LinearRegression(), n_folds=3, n_rep=REPETITIONS)
    return model.fit().framework


def again(framework):
    psi = figures(framework.scaled_psi)
    return DoubleMLFramework(DoubleMLCore(
        all_thetas=figures(framework.all_thetas), all_ses=np.sqrt((psi**2).sum(axis=0)) / N,
        var_scaling_factors=np.full(TREATMENTS, float(N)), scaled_psi=psi,
    ))


def judged(framework):
    p, _ = framework.p_adjust("romano-wolf")
    return {"ci": framework.confint(joint=True, level=0.9).to_numpy().tolist(), "romanoWolf": p["pval"].tolist()}


def wald(framework, r, weights, values):
    influence = framework.scaled_psi[:, :, r] / N
    matrix = np.array(weights)
    distance = matrix @ framework.all_thetas[:, r] - values
    statistic = float(distance @ np.linalg.solve(matrix @ influence.T @ influence @ matrix.T, distance))
    q = len(values)
    return {"weights": weights, "values": values, "chiSquare": statistic, "p": float(chi2.sf(statistic, q)), "pF": float(f.sf(statistic / q, q, N - 1))}


framework = again(fitted())
limits = {}
for method in ["normal", "wild", "Bayes"]:
    np.random.seed(2)
    framework.bootstrap(method, DRAWS)
    limits[method.lower()] = judged(framework)
np.random.seed(3)
framework.bootstrap("normal", FEW)
framework._boot_t_stat = figures(framework.boot_t_stat, 7)
exact = {"draws": framework.boot_t_stat.transpose(2, 1, 0).tolist(), **judged(framework)}
others = {method: framework.p_adjust(method)[1][:, 0].tolist() for method in ["bonferroni", "holm"]}
print(json.dumps({
    "coefs": framework.all_thetas.T.tolist(), "ses": framework.all_ses.T.tolist(),
    "scaledPsi": framework.scaled_psi.transpose(2, 1, 0).tolist(),
    "pvalues": framework.all_pvals[:, 0].tolist(), "adjusted": others, "exact": exact, "limits": limits,
    "wald": [
        wald(framework, 0, [[1, -1, 0, 0]], [0]),
        wald(framework, 0, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [0, 0, 0, 0]),
        wald(framework, 0, [[1, 0.5, 0, -2], [0, 1, -1, 0]], [0.1, 0]),
    ],
}))
