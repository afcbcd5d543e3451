"""LightGBM under the within loss, the peer of bench/within.mjs: each round's gradient is M (g - y), M the exact demeaning.

`within.py FOLDER` cross-fits what a line of JSON asks for and answers with a line, until the input ends.
`within.py FOLDER row LEAVES ROUNDS` makes a whole row of three nuisances: l, m, then g of Y - theta_0 D; prints theta.
One thread. M as fast as numpy has it: means by reshaping where the panel is balanced; else units are taken off by
sums over their runs, and what is left of the periods solves one system that is inverted once a fold.
"""

import json
import resource
import sys
import time

import lightgbm as lgb
import numpy as np


def load(folder):
    shape = json.load(open(f"{folder}/shape.json"))
    n, p = shape["rows"], shape["features"]
    x = np.ascontiguousarray(np.fromfile(f"{folder}/x.bin").reshape(p, n).T)
    units, periods = (np.fromfile(f"{folder}/group{g}.bin", "<i4") for g in range(2))
    return x, np.fromfile(f"{folder}/y.bin"), units, periods


def demeaner(units, periods):
    """M for rows by unit, then period."""
    assert (np.diff(units) >= 0).all()
    sizes = np.unique(units, return_counts=True)[1]
    levels = periods.max() + 1
    if (sizes == levels).all() and (periods.reshape(-1, levels) == np.arange(levels)).all():
        def balanced(x):
            cells = x.reshape(-1, levels)
            left = cells - cells.mean(1, keepdims=True)
            return (left - left.mean(0)).ravel()
        return balanced
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    cells = np.zeros((len(sizes), levels))
    cells[np.repeat(np.arange(len(sizes)), sizes), periods] = 1
    inverse = np.linalg.pinv(np.diag(cells.sum(0)) - cells.T @ (cells / sizes[:, None]))

    def unbalanced(x):
        left = x - np.repeat(np.add.reduceat(x, starts) / sizes, sizes)
        shift = inverse @ np.bincount(periods, left, levels)
        own = shift[periods]
        return left - own + np.repeat(np.add.reduceat(own, starts) / sizes, sizes)
    return unbalanced


def fit(x, y, held, ask, effects):
    """Predictions of the held-out rows. effects: units and periods, or None for plain boosting."""
    params = {
        "num_leaves": ask["leaves"], "max_depth": ask["depth"], "min_data_in_leaf": 20, "learning_rate": 0.1,
        "num_threads": 1, "verbose": -1, "force_col_wise": True,
    }
    data = lgb.Dataset(x[~held], y[~held])
    if effects is None:
        return lgb.train(params, data, ask["rounds"]).predict(x[held])
    within, train, ones = demeaner(*(codes[~held] for codes in effects)), y[~held], np.ones((~held).sum())
    # As ours: the gradient is M (g - y), the hessian that of plain least squares.
    params["objective"] = lambda fitted, _: (within(fitted - train), ones)
    return lgb.train(params, data, ask["rounds"]).predict(x[held])


def cross_fit(x, y, ask, units, periods):
    effects = (units, periods) if ask["encode"] == "effects" else None
    predictions = np.empty(len(y))
    for k in range(ask["folds"]):
        held = units % ask["folds"] == k
        predictions[held] = fit(x, y, held, ask, effects)
    return predictions


def answer(x, y, units, periods, ask):
    wall, cpu = time.perf_counter(), time.process_time()
    predictions = cross_fit(x, y, ask, units, periods)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    left, total = y - predictions, y - y.mean()
    if ask["encode"] == "effects":
        within = demeaner(units, periods)
        left, total = within(left), within(y)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "r2": 1 - (left**2).sum() / (total**2).sum(), "peak": peak}


def whole_row(x, y, units, periods, leaves, rounds):
    """The treatment is the last feature."""
    d, x = x[:, -1].copy(), np.ascontiguousarray(x[:, :-1])
    ask = {"leaves": leaves, "depth": -1, "rounds": rounds, "folds": 5, "encode": "effects"}
    within = demeaner(units, periods)
    hat = lambda target: cross_fit(x, target, ask, units, periods)
    v, u = within(d - hat(d)), within(y - hat(y))
    theta = v @ u / (v @ v)
    g = hat(y - theta * d)
    return v @ within(y - g) / (v @ within(d))


def main():
    x, y, units, periods = load(sys.argv[1])
    if len(sys.argv) > 2:
        print(whole_row(x, y, units, periods, int(sys.argv[3]), int(sys.argv[4])))
        return
    for line in sys.stdin:
        print(json.dumps(answer(x, y, units, periods, json.loads(line))), flush=True)


main()
