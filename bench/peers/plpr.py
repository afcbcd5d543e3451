"""The peer's side of bench/plpr.mjs: DoubleML's panel estimator on the data that a line of JSON names, answers with a line, until the input ends."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from doubleml import DoubleMLPLPR
from doubleml.data import DoubleMLPanelData
from lightgbm import LGBMRegressor
from sklearn.linear_model import LassoCV, LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")

LEARNERS = {
    "boosting": lambda: LGBMRegressor(verbose=-1, n_jobs=1),
    "lasso": lambda: make_pipeline(StandardScaler(), LassoCV()),
    "ols": lambda: LinearRegression(),
}


def splits(units, k):
    """Folds of units by their number, as the other side has them."""
    distinct = np.unique(units)
    rows = [(np.flatnonzero(units % k != f), np.flatnonzero(units % k == f)) for f in range(k)]
    clusters = [([distinct[distinct % k != f]], [distinct[distinct % k == f]]) for f in range(k)]
    return [rows], [clusters]


for line in sys.stdin:
    ask = json.loads(line)
    frame = pd.read_csv(ask["file"])
    answers = {}
    for approach in ask["approaches"]:
        for learner, controls in ask["controls"].items():
            data = DoubleMLPanelData(frame, y_col="y", d_cols="d", t_col="time", id_col="unit", x_cols=controls, static_panel=True)
            model = DoubleMLPLPR(data, LEARNERS[learner](), LEARNERS[learner](), approach=approach, draw_sample_splitting=False, n_folds=ask["folds"])
            model.set_sample_splitting(*splits(model._dml_data.data["unit"].to_numpy(), ask["folds"]))
            model.fit()
            low, high = model.confint().iloc[0]
            answers[f"{approach}, {learner}"] = {"coef": float(model.coef[0]), "low": float(low), "high": float(high)}
    print(json.dumps(answers), flush=True)
