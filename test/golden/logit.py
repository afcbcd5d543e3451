"""Makes logit.json: probabilities from scikit-learn's LogisticRegression for test/reference/logit.test.ts.

    python logit.py DATA > logit.json        (Python 3.11, scikit-learn 1.9.1, DATA the folder of the reference data)

Rows are trained on where (7 i + floor(i / 11)) mod 5 is not 0, i counted from 0; probabilities are of each 31st of the
others. Newton's method to 1e-12, so that all digits are right. Groups are one dummy per level; without a penalty
the first level of each is dropped, which changes no probability.
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

CASES = [
    ("cattaneo2.csv", "mbsmoke", ["prenatal1", "mmarried", "fbaby", "mage", "medu"], []),
    ("jtpa.csv", "assignmt", ["sex", "age", "married", "black", "hispanic"], []),
    ("jtpa.csv", "training", ["sex", "age", "married", "black", "hispanic"], []),
    ("sipp1991.csv", "e401", ["tw", "age", "inc", "fsize", "educ", "db", "marr", "twoearn", "pira", "hown"], []),
    ("sipp1991.csv", "e401", ["tw", "inc", "db", "hown"], ["fsize", "age", "educ"]),
    ("sipp1991.csv", "p401", ["tw", "inc", "marr", "twoearn", "pira", "hown"], ["age", "educ"]),
]
OPTIONS = [{}, {"weighted": True}, {"penalty": "ridge"}, {"penalty": "ridge", "C": 0.01, "standardize": True}]


def probabilities(frame, target, features, groups, options):
    ridge = options.get("penalty") == "ridge"
    rows = np.arange(len(frame))
    held = (7 * rows + rows // 11) % 5 == 0
    columns = [frame[name].to_numpy(float) for name in features]
    for name in groups:
        levels = sorted(frame[name].unique())[0 if ridge else 1 :]
        columns += [(frame[name] == level).to_numpy(float) for level in levels]
    x = np.column_stack(columns)
    y = frame[target].to_numpy(float)
    weights = 1 + rows % 3 if options.get("weighted") else np.ones(len(frame))
    scaler = StandardScaler(with_std=ridge is False or options.get("standardize", False))
    scaler.fit(x[~held])
    # Without a penalty the scale changes no probability, only the condition of the system.
    model = LogisticRegression(C=options.get("C", 1.0) if ridge else np.inf, tol=1e-12, solver="newton-cholesky", max_iter=1000)
    model.fit(scaler.transform(x[~held]), y[~held], sample_weight=weights[~held])
    return model.predict_proba(scaler.transform(x[held]))[::31, 1]


def main():
    warnings.simplefilter("error", ConvergenceWarning)
    cases = []
    for file, target, features, groups in CASES:
        for options in OPTIONS:
            frame = pd.read_csv(f"{sys.argv[1]}/cert/{file}")
            values = probabilities(frame, target, features, groups, options)
            cases.append({"data": file, "target": target, "features": features, "groups": groups, "options": options, "probabilities": [float(f"{v:.12g}") for v in values]})
    print(json.dumps({"scikit-learn": "1.9.1", "cases": cases}))


main()
