"""Instruments by the peers: writes instruments.json beside this file.

    python instruments.py DATA      (linearmodels 7.1, pyfixest 0.60, doubleml 0.11.4, scipy 1.17, numpy 2.4)

DATA is the folder with card.csv, 401ksubs.csv and wagepan.csv. What the peers compute and what not:
- linearmodels: two-stage least squares, first stages, Sargan, Hansen's J (two-step), Wooldridge's regression test.
- doubleml: PLIV with several instruments from given predictions; IIVM's robust_confset.
- pyfixest: instruments with two fixed effects. Its small-sample factors with ssc(k_fixef="nonnested"): clusters
  G / (G - 1) (n - 1) / (n - k), k without the effects nested in the clusters (reghdfe's and ivreghdfe's rule); with
  "full": n / (n - k), k with all absorbed levels.
- Sanderson-Windmeijer and the effective F: their formulas in numpy; the noncentral chi-square is scipy's.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
from linearmodels.iv import IV2SLS, IVGMM
from scipy import stats

folder = Path(sys.argv[1])
here = Path(__file__).parent
rng = np.random.default_rng(7)


def simulate(n=400, groups=40):
    """Two endogenous treatments, four instruments, errors that are neither independent nor homoskedastic; six digits."""
    g = np.arange(n) % groups
    z = rng.normal(size=(n, 4)) + 0.5 * rng.normal(size=(groups, 4))[g]
    common = rng.normal(size=n)
    x1 = z @ [0.4, 0.3, 0.1, 0.0] + common + 0.5 * rng.normal(size=groups)[g] + 1
    x2 = z @ [0.0, 0.2, 0.4, 0.2] - 0.5 * common + rng.normal(size=n) * (1 + 0.3 * np.abs(z[:, 0]))
    y = 0.5 * x1 - 0.3 * x2 + common + rng.normal(size=groups)[g] * 0.4 + 0.15 * z[:, 3] + 2
    columns = {"y": y, "x1": x1, "x2": x2, **{f"z{q + 1}": z[:, q] for q in range(4)}}
    return pd.DataFrame({**{k: np.round(v, 5) for k, v in columns.items()}, "g": g})


COVARIANCES = {
    "homoskedastic": dict(cov_type="unadjusted", debiased=True),
    "hc0": dict(cov_type="robust"),
    "hc1": dict(cov_type="robust", debiased=True),
    "cluster": dict(cov_type="clustered", debiased=True),
}


def floats(values):
    return [float(value) for value in np.ravel(values)]


def by_kind(frame, treatments, instruments, constant, kind):
    options = dict(COVARIANCES[kind])
    weights = {"clusters": frame["g"]} if kind == "cluster" else {}
    exog = pd.DataFrame({"const": np.ones(len(frame))}) if constant else None
    fit = IV2SLS(frame["y"], exog, frame[treatments], frame[instruments]).fit(**options, **weights)
    out = {"coefficients": floats(fit.params), "standardErrors": floats(fit.std_errors)}
    diagnostics = fit.first_stage.diagnostics
    scale = 1 if kind == "homoskedastic" else len(instruments)  # linearmodels divides by Q only there
    out["f"] = floats(diagnostics["f.stat"].astype(float) / scale)
    out["partialR2"] = floats(diagnostics["partial.rsquared"].astype(float))
    wooldridge = fit.wooldridge_regression.stat
    out["endogeneity"] = float(wooldridge) / len(treatments)
    if len(instruments) > len(treatments):
        if kind == "homoskedastic":
            test = fit.sargan
        else:
            config = dict(weight_type="clustered", clusters=frame["g"]) if kind == "cluster" else dict(weight_type="robust")
            test = IVGMM(frame["y"], exog, frame[treatments], frame[instruments], **config).fit(iter_limit=2).j_stat
        out["overid"] = {"statistic": float(test.stat), "p": float(test.pval)}
    return out


def cluster_sums(columns, g):
    return pd.DataFrame(columns).groupby(g).sum().to_numpy()


def moment_covariance(z, e, kind, g, k):
    n, count = len(e), len(np.unique(g))
    if kind == "homoskedastic":
        return e @ e / (n - k) * z.T @ z
    if kind == "cluster":
        s = cluster_sums(z * e[:, None], g)
        return s.T @ s * count / (count - 1) * (n - 1) / (n - k)
    return (z * (e**2)[:, None]).T @ z * (n / (n - k) if kind == "hc1" else 1)


def demean(a):
    return a - a.mean(axis=0)


def project(z, a):
    return z @ np.linalg.lstsq(z, a, rcond=None)[0]


def sanderson_windmeijer(frame, treatments, instruments, kind):
    x, z = demean(frame[treatments].to_numpy()), demean(frame[instruments].to_numpy())
    n, q = z.shape
    out = []
    for j in range(x.shape[1]):
        others = np.delete(x, j, axis=1)
        hat = project(z, others)
        e = x[:, j] - others @ np.linalg.lstsq(hat, x[:, j], rcond=None)[0]
        b = np.linalg.lstsq(z, e, rcond=None)[0]
        v = np.linalg.inv(z.T @ z)
        v = v @ moment_covariance(z, e - z @ b, kind, frame["g"].to_numpy(), q + 1) @ v
        out.append(float(b @ np.linalg.solve(v, b)) / (q - x.shape[1] + 1))
    return out


def effective_f(frame, treatment, instruments, kind):
    w, z = demean(frame[treatment].to_numpy()), demean(frame[instruments].to_numpy())
    root = np.linalg.cholesky(np.linalg.inv(z.T @ z))
    e = w - project(z, w)
    m = root.T @ moment_covariance(z, e, kind, frame["g"].to_numpy(), z.shape[1] + 1) @ root
    out = {"f": float(w @ project(z, w) / np.trace(m))}
    for bias in [0.05, 0.1]:
        x = 1 / bias
        df = np.trace(m) ** 2 * (1 + 2 * x) / (np.sum(m * m) + 2 * x * np.trace(m) * np.linalg.eigvalsh(m)[-1])
        out[str(bias)] = float(stats.ncx2.isf(0.05, df, df * x) / df)
    return out


def quantiles():
    rows = [[0.05, 1, 0], [0.05, 4, 0], [0.01, 30, 0], [0.05, 1, 10], [0.05, 1, 20], [0.05, 2.7, 27], [0.05, 8.3, 166], [0.5, 3, 4]]
    return [[*row, float(stats.chi2.isf(row[0], row[1]) if row[2] == 0 else stats.ncx2.isf(*row))] for row in rows]


def doubleml_pliv(frame):
    import doubleml as dml
    from doubleml.utils.dummy_learners import DMLDummyRegressor

    data = dml.DoubleMLData(frame.assign(one=1.0), "y", "x1", x_cols=["one"], z_cols=["z1", "z2", "z3", "z4"])
    dummy = DMLDummyRegressor()
    model = dml.DoubleMLPLIV(data, dummy, dummy, dummy, n_folds=2)
    zero = np.zeros((len(frame), 1))
    given = {"ml_l": zero, "ml_r": zero, **{f"ml_m_z{q}": zero for q in range(1, 5)}}
    model.fit(external_predictions={"x1": given})
    return {"coef": float(model.coef[0]), "se": float(model.se[0])}


def doubleml_iivm(frame):
    import doubleml as dml
    from doubleml.utils.dummy_learners import DMLDummyClassifier, DMLDummyRegressor

    out = []
    for rows, level in [(slice(None), 0.95), (slice(0, 60), 0.95), (slice(0, 60), 0.5), (slice(100, 180), 0.9999)]:
        part = frame.iloc[rows].reset_index(drop=True)
        data = dml.DoubleMLData(part.assign(one=1.0), "y", "d", x_cols=["one"], z_cols="b")
        model = dml.DoubleMLIIVM(data, DMLDummyRegressor(), DMLDummyClassifier(), DMLDummyClassifier(), n_folds=2)
        ones = np.ones((len(part), 1))
        given = {"ml_g0": 0.3 * ones, "ml_g1": 0.6 * ones, "ml_m": 0.5 * ones, "ml_r0": 0.2 * ones, "ml_r1": 0.6 * ones}
        model.fit(external_predictions={"d": given})
        out.append({
            "from": rows.start or 0, "to": rows.stop or len(frame), "level": level, "coef": float(model.coef[0]),
            "set": [[None if np.isinf(limit) else float(limit) for limit in interval] for interval in model.robust_confset(level)],
        })
    return out


def two_way():
    data = pd.read_csv(folder / "wagepan.csv")
    controls = ["poorhlth", "south", "nrthcen", "rur"]
    out = []
    for effects in ["nr + year", "year"]:
        for errors, vcov, fixef in [("cluster", {"CRV1": "nr"}, "nonnested"), ("homoskedastic", "iid", "full"), ("hc1", "hetero", "full")]:
            for instruments in ["married", None]:
                second = f" | hours ~ {instruments}" if instruments else ""
                first = "hours + " if instruments is None else ""
                fit = pf.feols(f"lwage ~ {first}{' + '.join(controls)} | {effects}{second}", data, vcov=vcov, ssc=pf.ssc(k_fixef=fixef), demeaner=pf.MapDemeaner(fixef_tol=1e-12))
                out.append({
                    "effects": effects.split(" + "), "errors": errors, "instruments": [instruments] if instruments else [],
                    "coef": float(fit.coef()["hours"]), "se": float(fit.se()["hours"]),
                })
    return {"controls": controls, "cases": out}


frame = simulate()
frame["d"] = (frame["x1"] > 1).astype(int)
frame["b"] = (frame["z1"] + frame["z2"] > 0).astype(int)
Z = ["z1", "z2", "z3", "z4"]
CASES = [(["x1"], ["z1"], True), (["x1"], Z, True), (["x1", "x2"], Z, True), (["x1", "x2"], ["z2", "z3"], True), (["x1"], ["z1"], False)]
cases = []
for treatments, instruments, constant in CASES:
    for kind in COVARIANCES:
        case = {"treatments": treatments, "instruments": instruments, "constant": constant, "errors": kind}
        case |= by_kind(frame, treatments, instruments, constant, kind)
        if constant and len(treatments) > 1:
            case["conditional"] = sanderson_windmeijer(frame, treatments, instruments, kind)
        if constant and len(treatments) == 1:
            case["effective"] = effective_f(frame, treatments[0], instruments, kind)
        cases.append(case)
golden = {
    "data": {name: frame[name].tolist() for name in frame}, "cases": cases, "quantiles": quantiles(),
    "pliv": doubleml_pliv(frame), "iivm": doubleml_iivm(frame), "twoWay": two_way(),
}
(here / "instruments.json").write_text(json.dumps(golden) + "\n")
