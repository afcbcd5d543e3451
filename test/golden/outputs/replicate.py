# The estimates of this study by DoubleML (pip install DoubleML scikit-learn pandas).
# Folds and random learners draw other numbers than Neyman's, so estimates agree up to the split.
import warnings
import numpy as np
import pandas as pd
import doubleml as dml
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")

def demeaned(df, columns, effects):
    """Columns without the means of all effects, by alternating projections."""
    out = df[columns].astype(float).copy()
    for _ in range(2000):
        before = out.to_numpy(copy=True)
        for effect in effects:
            out -= out.groupby([df[name] for name in effect]).transform("mean")
        if np.abs(out.to_numpy() - before).max() < 1e-10:
            break
    return out


def show(name, model):
    print(name)
    print(model.summary.to_string(), end="\n\n")


data = pd.read_csv("panel.csv")
data = data.sort_values(["firm", "year"])

# ---- main.1: least squares
# Not the same: standard errors are clustered without cr2.
# Clusters by DoubleML's rule: folds weigh the same, and there is no factor for few clusters.
# Not the same: with clusters DoubleML's folds keep clusters together.
df = data.dropna(subset=["y", "d", "x1", "x2", "firm"]).reset_index(drop=True)
x = ["x1", "x2"]
np.random.seed(42)
dml_data = dml.DoubleMLData(df, y_col="y", d_cols="d", x_cols=x, cluster_cols=["firm"])
model = dml.DoubleMLPLR(dml_data, ml_l=LinearRegression(), ml_m=LinearRegression(), score="partialling out", n_folds=3, n_rep=1)
show("main.1", model.fit())

# ---- main.2: forest
# Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
# Not the same: standard errors are clustered without cr2.
# Clusters by DoubleML's rule: folds weigh the same, and there is no factor for few clusters.
df = data[((data["x1"] > 0.1)) & data["x1"].notna()].dropna(subset=["y", "d", "x1", "x2", "firm", "year"]).reset_index(drop=True)
x = ["x1", "x2"]
df[["y", "d"] + x] = demeaned(df, ["y", "d"] + x, [["firm"], ["year"]])
np.random.seed(42)
dml_data = dml.DoubleMLData(df, y_col="y", d_cols="d", x_cols=x, cluster_cols=["firm"])
model = dml.DoubleMLPLR(dml_data, ml_l=RandomForestRegressor(n_estimators=4, max_features=1.0, min_samples_leaf=5, min_samples_split=2, max_depth=None, bootstrap=True, max_samples=None, n_jobs=-1), ml_m=RandomForestRegressor(n_estimators=4, max_features=1.0, min_samples_leaf=5, min_samples_split=2, max_depth=None, bootstrap=True, max_samples=None, n_jobs=-1), ml_g=RandomForestRegressor(n_estimators=4, max_features=1.0, min_samples_leaf=5, min_samples_split=2, max_depth=None, bootstrap=True, max_samples=None, n_jobs=-1), score="IV-type", n_folds=3, n_rep=1)
show("main.2", model.fit())

# ---- main.3 could not be estimated.

# ---- main.4
# Not the same: cre is written out by hand.
# Not the same: standard errors are not clustered here.
df = data.dropna(subset=["y", "high", "x1", "x2", "firm", "year"]).reset_index(drop=True)
x = ["x1", "x2"]
means = df.groupby("firm")[x].transform("mean").add_suffix(" (mean)")
df = pd.concat([df, means], axis=1)
x += list(means.columns)
dummies0 = pd.get_dummies(df["year"].astype(str), prefix="year", dtype=float)
df = pd.concat([df, dummies0], axis=1)
x += list(dummies0.columns)
np.random.seed(42)
dml_data = dml.DoubleMLData(df, y_col="y", d_cols="high", x_cols=x)
model = dml.DoubleMLIRM(dml_data, ml_g=LinearRegression(), ml_m=make_pipeline(StandardScaler(), LogisticRegression(penalty=None, max_iter=1000)), score="ATE", n_folds=3, n_rep=1, normalize_ipw=False, ps_processor_config=dml.utils.PSProcessorConfig(clipping_threshold=0.01))
show("main.4", model.fit())

# ---- zones.1: <script>
# Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
# Not the same: standard errors are clustered without cr2.
# Clusters by DoubleML's rule: folds weigh the same, and there is no factor for few clusters.
df = data[((data["region"] == "<script>")) & data["region"].notna()].dropna(subset=["y", "d", "x1", "x2", "firm"]).reset_index(drop=True)
x = ["x1", "x2"]
df[["y", "d"] + x] = demeaned(df, ["y", "d"] + x, [["firm"]])
np.random.seed(42)
dml_data = dml.DoubleMLData(df, y_col="y", d_cols="d", x_cols=x, cluster_cols=["firm"])
model = dml.DoubleMLPLR(dml_data, ml_l=LinearRegression(), ml_m=LinearRegression(), ml_g=LinearRegression(), score="IV-type", n_folds=3, n_rep=1)
show("zones.1", model.fit())

# ---- zones.2: north
# Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
# Not the same: standard errors are clustered without cr2.
# Clusters by DoubleML's rule: folds weigh the same, and there is no factor for few clusters.
df = data[((data["region"] == "north")) & data["region"].notna()].dropna(subset=["y", "d", "x1", "x2", "firm"]).reset_index(drop=True)
x = ["x1", "x2"]
df[["y", "d"] + x] = demeaned(df, ["y", "d"] + x, [["firm"]])
np.random.seed(42)
dml_data = dml.DoubleMLData(df, y_col="y", d_cols="d", x_cols=x, cluster_cols=["firm"])
model = dml.DoubleMLPLR(dml_data, ml_l=LinearRegression(), ml_m=LinearRegression(), ml_g=LinearRegression(), score="IV-type", n_folds=3, n_rep=1)
show("zones.2", model.fit())
