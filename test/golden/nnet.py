"""Makes nnet.json: out-of-fold errors of scikit-learn's networks for test/reference/nnet.test.ts.

    python nnet.py DATA > nnet.json        (Python 3.11, scikit-learn 1.9.1, DATA the folder of the reference data)

The fold of row i, counted from 0, is (7 i + floor(i / 11)) mod 5. Columns are standardised on the training rows, the
target of a regression as well; groups are one dummy per level. Networks differ by seed, so each case has the mean and
the standard deviation of ten: R2 for regressions, mean log loss for probabilities.
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEEDS = 10
DRIVING = ["bac08", "bac10", "perse", "sbprim", "sbsecon", "sl70plus", "gdl", "perc14_24", "unem", "vehicmilespc"]
CONTINUOUS = ["x0", "x1", "x2", "x3", "x4", "x5"]
CASES = [
    ("driving.csv", "totfatrte", DRIVING, ["state", "year"], {}),
    ("driving.csv", "totfatrte", DRIVING, ["state"], {"hidden": "24,12", "activation": "tanh", "alpha": 1.0}),
    ("continuous.csv", "y", CONTINUOUS, [], {}),
    ("continuous.csv", "y", CONTINUOUS, [], {"classify": True, "maxIter": 40}),
]


def network(options, seed):
    hidden = tuple(int(units) for units in str(options.get("hidden", "100")).split(","))
    given = {"hidden_layer_sizes": hidden, "activation": options.get("activation", "relu"), "alpha": options.get("alpha", 1e-4), "max_iter": options.get("maxIter", 200), "random_state": seed}
    if options.get("classify"):
        return make_pipeline(StandardScaler(), MLPClassifier(**given))
    return make_pipeline(StandardScaler(), TransformedTargetRegressor(MLPRegressor(**given), transformer=StandardScaler()))


def error(x, y, options, seed):
    rows = np.arange(len(y))
    fold = (7 * rows + rows // 11) % 5
    held = np.zeros(len(y))
    for k in range(5):
        model = network(options, 10 * seed + k).fit(x[fold != k], y[fold != k])
        held[fold == k] = model.predict_proba(x[fold == k])[:, 1] if options.get("classify") else model.predict(x[fold == k])
    if options.get("classify"):
        return -np.mean(np.log(np.where(y == 1, held, 1 - held)))
    return 1 - ((y - held) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def main():
    warnings.simplefilter("ignore")
    cases = []
    for file, target, features, groups, options in CASES:
        frame = pd.read_csv(f"{sys.argv[1]}/{file}")
        columns = [frame[name].to_numpy(float) for name in features]
        columns += [(frame[name] == level).to_numpy(float) for name in groups for level in sorted(frame[name].unique())]
        y = frame[target].to_numpy(float)
        y = (y > np.median(y)).astype(float) if options.get("classify") else y
        errors = [error(np.column_stack(columns), y, options, seed) for seed in range(SEEDS)]
        cases.append({"data": file, "target": target, "features": features, "groups": groups, "options": options, "mean": float(np.mean(errors)), "sd": float(np.std(errors, ddof=1))})
    print(json.dumps({"scikit-learn": "1.9.1", "seeds": SEEDS, "cases": cases}))


main()
