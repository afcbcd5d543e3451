"""Effects by group and along a covariate of DoubleML 0.11.4 with predictions given from outside, and patsy's bases.

python heterogeneity.py > heterogeneity.json (doubleml 0.11.4, statsmodels 0.15, patsy 1.0.3, numpy 2.4, scipy 1.17).
The digits of data and predictions are those of the file: all results are of the rounded numbers.
"""
import json
import sys
import warnings

import doubleml as dml
import numpy as np
import pandas as pd
import patsy
from sklearn.linear_model import LinearRegression, LogisticRegression

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
n = 360
x = np.round(rng.uniform(-1, 2, n), 4)
group = rng.integers(0, 3, n)
m0 = np.round(1 / (1 + np.exp(-0.8 * x)), 4)
d = rng.binomial(1, m0)
y = np.round((1 + x - 0.5 * group) * d + np.sin(x) + rng.normal(size=n), 4)
continuous = np.round(0.5 * x + rng.normal(size=n), 4)
yc = np.round((1 + x**2) * continuous + x + rng.normal(size=n), 4)
names = ["a", "b", "c"]
groups = pd.DataFrame({"group": np.array(names)[group]})
spline = "bs(x, df=5, degree=2)"
basis = pd.DataFrame(patsy.dmatrix(spline, {"x": x}))
grid = np.linspace(-0.9, 1.9, 8)
at = pd.DataFrame(patsy.build_design_matrices([patsy.dmatrix(spline, {"x": x}).design_info], {"x": grid})[0])


def noisy(values, size):
    return np.round(values + size * rng.normal(size=(3, n)), 4)


def results(model):
    gate = model.gate(groups)
    cate = model.cate(basis)
    np.random.seed(1)
    joint = cate.confint(at, joint=True, level=0.9, n_rep_boot=40000)
    point = cate.confint(at, level=0.9)
    half = (joint.iloc[:, 2] - joint.iloc[:, 1]) / (point.iloc[:, 2] - point.iloc[:, 1])
    return {
        "gate": gate.coef.tolist(), "gate_se": gate.se.tolist(),
        "cate": cate.coef.tolist(), "cate_se": cate.se.tolist(), "covariance": cate.blp_omega[:, :, 0].tolist(),
        "point": point.to_numpy().tolist(), "joint_over_point": float(np.median(half)), "theta": float(model.coef[0]),
    }


def fitted(model, predictions):
    model.fit(external_predictions={"d": {name: np.asarray(values).T for name, values in predictions.items()}})
    return results(model)


l, m, g = noisy((1 + x**2) * 0.5 * x + x, 0.05), noisy(0.5 * x, 0.05), noisy(x, 0.05)
frame = pd.DataFrame({"y": yc, "d": continuous, "x": x})
plr_data = dml.DoubleMLData(frame, "y", "d", ["x"])
learner = LinearRegression()


def plr(score, reps):
    # g is used by the iv-type score alone.
    model = dml.DoubleMLPLR(plr_data, learner, learner, learner if score == "IV-type" else None, n_rep=reps, score=score)
    predictions = {"ml_l": l[:reps], "ml_m": m[:reps]} | ({"ml_g": g[:reps]} if score == "IV-type" else {})
    return fitted(model, predictions)


mi = np.clip(noisy(m0, 0.05), 0.02, 0.98)
g0, g1 = noisy(np.sin(x), 0.05), noisy(np.sin(x) + 1 + x, 0.05)
irm_data = dml.DoubleMLData(pd.DataFrame({"y": y, "d": d, "x": x}), "y", "d", ["x"])


def irm(score):
    model = dml.DoubleMLIRM(irm_data, learner, LogisticRegression(), score=score, n_rep=1)
    return fitted(model, {"ml_g0": g0[:1], "ml_g1": g1[:1], "ml_m": mi[:1]})


natural = patsy.dmatrix("cr(x, knots=(0, 1.2)) - 1", {"x": x})
natural_at = np.asarray(patsy.build_design_matrices([natural.design_info], {"x": grid})[0])
natural_fit = np.linalg.lstsq(np.asarray(natural), yc, rcond=None)[0]
json.dump({
    "x": x.tolist(), "codes": group.tolist(), "labels": names, "grid": grid.tolist(),
    "plr": {"y": yc.tolist(), "d": continuous.tolist(), "l": l.tolist(), "m": m.tolist(), "g": g.tolist()},
    "irm": {"y": y.tolist(), "d": d.tolist(), "g0": g0[0].tolist(), "g1": g1[0].tolist(), "m": mi[0].tolist()},
    "partialling-out": plr("partialling out", 1), "partialling-out, three": plr("partialling out", 3),
    "iv-type": plr("IV-type", 1), "ATE": irm("ATE"),
    "bsplines": {str(degree): np.asarray(patsy.dmatrix(f"bs(x, df={degree + 3}, degree={degree})", {"x": x}))[::30, 1:].tolist() for degree in (1, 2, 3)},
    "natural": (natural_at @ natural_fit).tolist(),
}, sys.stdout, separators=(",", ":"))
