"""Specifications of data/curve.yaml with DoubleML and scikit-learn, one by one: dummies for city and year, the same learner for all nuisances. The kind of errors costs next to nothing beside the fits, which each specification pays anew.

A line of JSON in, with a list of specifications; a line of JSON out for each: seconds by the clock and of the processor, estimate, error.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from doubleml import DoubleMLData, DoubleMLPLR
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LassoCV, LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
LEARNERS = {
    "OLS": lambda: LinearRegression(),
    "Lasso": lambda: make_pipeline(StandardScaler(), LassoCV()),
    "Boosting": lambda: GradientBoostingRegressor(n_estimators=50),
}
SAMPLES = {
    "All": lambda data: data,
    "No municipalities": lambda data: data[data.municipality == 0],
    "From 2012": lambda data: data[data.year >= 2012],
    "To 2019": lambda data: data[data.year <= 2019],
}
GROUPS = {"Openness": ["Open"], "Finance": ["Fin"], "State": ["Gov", "Fiscal"], "Structure": ["Ind", "Hc"]}

whole = pd.read_csv(sys.argv[1])
scaled = whole[["co2", "pm25"]].apply(lambda x: (x - x.min()) / (x.max() - x.min()) + 1e-5)
shares = scaled / scaled.sum()
divergence = 1 + (shares * np.log(shares)).sum() / np.log(len(whole))
whole["EI"] = scaled @ (divergence / divergence.sum())
whole["EI_w1"] = whole["EI"].clip(*np.percentile(whole["EI"], [1, 99]))

for choices in json.loads(sys.stdin.readline()):
    started, cpu = time.perf_counter(), time.process_time()
    data = SAMPLES[choices["sample"]](whole)
    named = [] if choices["controls"] == "none" else choices["controls"].split(" + ")
    controls = ["Pgdp", "Urban"] + [column for name in named for column in GROUPS[name]]
    columns = data[controls]
    if choices["squares"] == "and squares":
        columns = pd.concat([columns, (columns**2).add_suffix("2")], axis=1)
    dummies = pd.get_dummies(data[["city", "year"]].astype(str), dtype=float)
    outcome = {"Index": "EI", "Winsorised": "EI_w1"}[choices["outcome"]]
    frame = pd.concat([data[[outcome, "AI"]], columns, dummies], axis=1)
    learner = LEARNERS[choices["learner"]]()
    np.random.seed(42)
    score = {"ml_g": learner, "score": "IV-type"} if choices["score"] == "IV type" else {}
    model = DoubleMLPLR(DoubleMLData(frame, outcome, "AI"), learner, learner, n_folds=int(choices["folds"]), **score)
    model.fit()
    print(json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu, "coef": model.coef[0], "se": model.se[0]}), flush=True)
