"""Columns of the published study in Python: DoubleML and scikit-learn on dummies, two threads where a learner has them.

Prints a line of JSON a column: its kind, its rows, its seconds by the clock and of CPU. Arguments: data file, threads, trees, kinds with commas between.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from doubleml import DoubleMLData, DoubleMLPLR
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LassoCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

warnings.filterwarnings("ignore")
file, threads, trees, kinds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
controls = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"]
data = pd.read_csv(file)
scaled = data[["co2", "pm25"]].apply(lambda x: (x - x.min()) / (x.max() - x.min()) + 1e-5)
shares = scaled / scaled.sum()
divergence = 1 + (shares * np.log(shares)).sum() / np.log(len(data))
data["EI"] = scaled @ (divergence / divergence.sum())


def forest():
    return RandomForestRegressor(n_estimators=trees, n_jobs=threads)


def column(rows, learner):
    dummies = pd.get_dummies(rows[["city", "year"]].astype(str), dtype=float).reset_index(drop=True)
    own = ["EI", "AI"] + controls
    frame = pd.concat([rows[own].reset_index(drop=True), dummies], axis=1)
    DoubleMLPLR(DoubleMLData(frame, "EI", "AI"), learner, learner, n_folds=5).fit()
    return len(rows)


COLUMNS = {
    "forest": lambda: column(data, forest()),
    "zone": lambda: column(data[data.zone == data.zone.value_counts().idxmax()], forest()),
    "lasso": lambda: column(data, make_pipeline(StandardScaler(), LassoCV(n_jobs=threads))),
    "boosting": lambda: column(data, GradientBoostingRegressor()),
    "svm": lambda: column(data, make_pipeline(StandardScaler(), SVR())),
}
np.random.seed(42)
for kind in kinds:
    wall, cpu = time.perf_counter(), time.process_time()
    rows = COLUMNS[kind]()
    print(json.dumps({"kind": kind, "rows": rows, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}), flush=True)
