"""Sensitivity to omitted variables by DoubleML 0.11.4 on simulated data: writes sensitivity.json beside this file.

Least-squares nuisances on fixed folds; what DoubleML is given are their predictions to five places, as stored. Robustness
values are roots of its own bounds (brentq): its minimiser stops within 1e-5.
"""

import json
import warnings
from pathlib import Path

import doubleml as dml
import numpy as np
import pandas as pd
from scipy.optimize import brentq
from sklearn.linear_model import LinearRegression, LogisticRegression

warnings.filterwarnings("ignore")
N, REPS, K = 120, 3, 3
CONTROLS = ["x1", "x2", "x3"]
rng = np.random.default_rng(7)
x = rng.normal(size=(N, 3))
v = rng.gamma(2.0, 1.0, N) - 2.0  # skewed, so that the covariance of theta and its bias is not zero
d = x @ [0.8, 0.3, 0.0] + v
y = 0.6 * d + x @ [1.0, 0.5, 0.2] + (1.0 + 0.3 * v) * (rng.gamma(1.5, 1.0, N) - 1.5)
z = (rng.normal(size=N) + 0.5 * x[:, 0] > 0).astype(float)
t = (0.9 * z + 0.4 * x[:, 1] + rng.normal(size=N) > 0.5).astype(float)
w = 1.2 * t + x @ [0.5, 0.5, 0.1] + rng.gamma(1.0, 1.0, N)
level = rng.integers(0, 3, N).astype(float)
frame = pd.DataFrame({"y": y, "d": d, "z": z, "t": t, "w": w, "level": level, **dict(zip(CONTROLS, x.T))}).round(5)
folds = [(7 * np.arange(N) + np.arange(N) // (5 + r)) % K for r in range(REPS)]
splits = [[(np.flatnonzero(f != k), np.flatnonzero(f == k)) for k in range(K)] for f in folds]
SCENARIOS = [(0.03, 0.03, 1.0, 0.95), (0.1, 0.2, -0.7, 0.9), (0.0, 0.3, 1.0, 0.95), (0.3, 0.15, 0.5, 0.99)]


def robustness(framework, null, rho, level):
    side = "upper" if null > framework.thetas[0] else "lower"

    def root(param):
        gap = lambda r: framework._calc_sensitivity_analysis(r, r, rho, level)[param][side][0] - null
        if np.sign(gap(0.0)) != np.sign(framework.thetas[0] - null):
            return 0.0
        return brentq(gap, 0.0, 1 - 1e-9, xtol=1e-15, rtol=1e-14)

    return {"null": null, "rho": rho, "level": level, "rv": root("theta"), "rva": root("ci")}


def analysis(model):
    framework = model.framework
    bounds = []
    for cf_y, cf_d, rho, confidence in SCENARIOS:
        found = framework._calc_sensitivity_analysis(cf_y, cf_d, rho, confidence)
        bounds.append({"cfY": cf_y, "cfD": cf_d, "rho": rho, "level": confidence,
                       **{part: {side: float(found[part][side][0]) for side in ("lower", "upper")} for part in ("theta", "se", "ci")}})
    theta = float(framework.thetas[0])
    nulls = [(0.0, 1.0, 0.95), (theta - 1.0, 1.0, 0.9), (theta + 1.0, 0.8, 0.95), (theta + 0.001, 1.0, 0.95)]
    return {"theta": theta, "bounds": bounds, "robustness": [robustness(framework, *one) for one in nulls]}


def predictions(model, names):
    return {name: [model.predictions[name][:, r, 0].round(5) for r in range(model.n_rep)] for name in names}


def fit(make, data, given=None, reps=REPS):
    model = make(data, reps)
    model.set_sample_splitting(splits[:reps] if reps > 1 else splits[0])
    if given is None:
        return model.fit()
    treatment = data.d_cols[0]
    return model.fit(external_predictions={treatment: {name: np.column_stack(values) for name, values in given.items()}})


def plr(score):
    g = LinearRegression() if score == "IV-type" else None
    return lambda data, reps: dml.DoubleMLPLR(data, LinearRegression(), LinearRegression(), *([g] if g else []), n_folds=K, n_rep=reps, score=score)


def irm(score):
    return lambda data, reps: dml.DoubleMLIRM(data, LinearRegression(), LogisticRegression(), n_folds=K, n_rep=reps, score=score)


def data_of(outcome, treatment, controls=CONTROLS, **more):
    return dml.DoubleMLData(frame, y_col=outcome, d_cols=treatment, x_cols=controls, **more)


def finite(end):
    return float(end) if np.isfinite(end) else None


def as_list(given):
    return {name: [list(map(float, one)) for one in values] for name, values in given.items()}


cases = {}
for name, make, data, roles, reps in [
    ("plr", plr("partialling out"), data_of("y", "d"), ["ml_l", "ml_m"], REPS),
    ("plr/IV-type", plr("IV-type"), data_of("y", "d"), ["ml_l", "ml_m", "ml_g"], 1),
    ("irm/ATE", irm("ATE"), data_of("w", "t"), ["ml_g0", "ml_g1", "ml_m"], 1),
    ("irm/ATTE", irm("ATTE"), data_of("w", "t"), ["ml_g0", "ml_g1", "ml_m"], 1),
]:
    given = predictions(fit(make, data, reps=reps), roles)
    cases[name] = {"predictions": as_list(given), **analysis(fit(make, data, given, reps))}

# What leaving out x1 (strong) and x3 (weak) says, with the short model's predictions of the same folds.
benchmarks = []
long = fit(plr("partialling out"), data_of("y", "d"), {k: [np.array(v) for v in vs] for k, vs in cases["plr"]["predictions"].items()})
for omitted in (["x1"], ["x3"], ["x1", "x2"]):
    kept = [name for name in CONTROLS if name not in omitted]
    data = data_of("y", "d", kept)
    given = predictions(fit(plr("partialling out"), data), ["ml_l", "ml_m"])
    gain = dml.utils.gain_statistics(long, fit(plr("partialling out"), data, given))
    live = fit(plr("partialling out"), data_of("y", "d")).sensitivity_benchmark(omitted)
    for key, value in gain.items():
        assert abs(value[0] - live[key].iloc[0]) < 1e-4, (key, value, live)
    benchmarks.append({"omitted": omitted, "predictions": as_list(given), **{key: float(value[0]) for key, value in gain.items()}})

# The confidence set of IIVM without confounding: strong, and weak enough for rays.
iivm = dml.DoubleMLIIVM(data_of("w", "t", z_cols="z"), LinearRegression(), LogisticRegression(), LogisticRegression(), n_folds=K)
iivm.set_sample_splitting(splits[0])
iivm.fit()
roles = ["ml_g0", "ml_g1", "ml_m", "ml_r0", "ml_r1"]
given = predictions(iivm, roles)
iivm.fit(external_predictions={"t": {name: np.column_stack(values) for name, values in given.items()}})
sets = [{"level": confidence, "set": [[finite(end) for end in part] for part in iivm.robust_confset(confidence)]} for confidence in (0.9, 0.95, 0.9965, 0.9995)]
cases["iivm"] = {"predictions": as_list(given), "theta": float(iivm.coef[0]), "sets": sets}

here = Path(__file__).parent
record = {"doubleml": dml.__version__, "data": {name: list(map(float, column)) for name, column in frame.items()}, "cases": cases, "benchmarks": benchmarks}
(here / "sensitivity.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
