"""DoubleML 0.11.4's panel estimators on wagepan.csv, nuisances by least squares and by a tree, three folds of units by their number.

Run from the repository with doubleml and the data beside it:
python test/golden/plpr.py ../shared/data/wagepan.csv > test/golden/plpr.json
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd
from doubleml import DoubleMLPLPR
from doubleml.data import DoubleMLPanelData
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

warnings.filterwarnings("ignore")
X = ["married", "expersq", "poorhlth"]
frame = pd.read_csv(sys.argv[1])[["nr", "year", "lwage", "hours", *X]]


def splits(units: np.ndarray, k: int = 3):
    fold = units % k
    rows = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
    distinct = np.unique(units)
    own = distinct % k
    clusters = [([distinct[own != f]], [distinct[own == f]]) for f in range(k)]
    return [rows], [clusters]


# Least squares cannot tell raw from demeaned controls, nor whether a residual loses its unit mean; a tree can.
LEARNERS = {"ols": LinearRegression, "tree": lambda: DecisionTreeRegressor(max_depth=3, random_state=0)}
cases = []
for approach in ["cre_general", "cre_normal", "fd_exact", "wg_approx"]:
    for learner, score in [("ols", "partialling out"), ("ols", "IV-type"), ("tree", "partialling out")]:
        own = LEARNERS[learner]
        data = DoubleMLPanelData(frame, y_col="lwage", d_cols="hours", t_col="year", id_col="nr", x_cols=X, static_panel=True)
        g = {"ml_g": own()} if score == "IV-type" else {}
        model = DoubleMLPLPR(data, own(), own(), n_folds=3, score=score, approach=approach, draw_sample_splitting=False, **g)
        rows, clusters = splits(model._dml_data.data["nr"].to_numpy())
        model.set_sample_splitting(rows, clusters)
        model.fit()
        cases.append({"approach": approach, "score": score, "learner": learner, "rows": int(model._dml_data.n_obs), "coef": float(model.coef[0]), "se": float(model.se[0])})
print(json.dumps({"source": "DoubleML 0.11.4", "controls": X, "cases": cases}, indent=1))
