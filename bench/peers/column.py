"""The baseline column in Python: DoubleML and scikit-learn's forest on dummies, 5 folds, both nuisances. One process."""

import sys

import numpy as np
import pandas as pd
from doubleml import DoubleMLData, DoubleMLPLR
from sklearn.ensemble import RandomForestRegressor

file, threads, trees = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
controls = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"]
data = pd.read_csv(file)
scaled = data[["co2", "pm25"]].apply(lambda x: (x - x.min()) / (x.max() - x.min()) + 1e-5)
shares = scaled / scaled.sum()
divergence = 1 + (shares * np.log(shares)).sum() / np.log(len(data))
data["EI"] = scaled @ (divergence / divergence.sum())
dummies = pd.get_dummies(data[["city", "year"]].astype(str), dtype=float)
frame = pd.concat([data[["EI", "AI"] + controls], dummies], axis=1)
np.random.seed(42)
learner = RandomForestRegressor(n_estimators=trees, n_jobs=threads)
model = DoubleMLPLR(DoubleMLData(frame, "EI", "AI"), learner, learner, n_folds=5)
model.fit()
print(model.coef[0], model.se[0])
