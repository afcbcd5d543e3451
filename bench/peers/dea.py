"""SBM with undesirable outputs, variable returns, as linear programs for HiGHS, one thread: processor seconds and scores as JSON.

    python dea.py FILE UNITS scipy|highspy SAMPLE

FILE: float64, three inputs, one output, three undesirable ones, column by column. SAMPLE: units measured, evenly spread.
scipy: a fresh program a unit. highspy: one program, of which each unit changes what is its own, warm-started.
"""
import json
import sys
import time

import highspy
import numpy as np
from scipy.optimize import linprog

file, units, method, sample = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
columns = np.fromfile(file).reshape(7, units)
columns = columns / columns.mean(axis=1, keepdims=True)
M, S = 3, 4
SIGN = np.array([1, 1, 1, -1, 1, 1, 1])
chosen = (np.arange(sample) * units) // sample


def with_scipy(unit):
    own = columns[:, unit]
    a = np.zeros((9, units + 8))
    a[:7, :units] = columns
    a[:7, units:units + 7] = np.diag(SIGN)
    a[:7, units + 7] = -own
    a[7, :units], a[7, units + 7] = 1, -1
    a[8, units + 3:units + 7], a[8, units + 7] = 1 / (S * own[3:]), 1
    c = np.zeros(units + 8)
    c[units:units + 3], c[units + 7] = -1 / (M * own[:3]), 1
    b = np.zeros(9)
    b[8] = 1
    return linprog(c, A_eq=a, b_eq=b, method="highs").fun


def warm():
    h = highspy.Highs()
    for option, value in [("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex"), ("simplex_strategy", 4)]:
        h.setOptionValue(option, value)
    inf = highspy.kHighsInf
    for row in range(9):
        side = 1.0 if row == 8 else 0.0
        h.addRow(side, side, 0, np.array([], dtype=np.int32), np.array([]))
    rows = np.arange(8, dtype=np.int32)
    for unit in range(units):
        h.addCol(0.0, 0.0, inf, 8, rows, np.append(columns[:, unit], 1.0))
    for row in range(7):
        h.addCol(0.0, 0.0, inf, 1 if row < 3 else 2, np.array([row, 8][: 1 if row < 3 else 2], dtype=np.int32), np.array([SIGN[row], 1.0][: 1 if row < 3 else 2], dtype=float))
    h.addCol(1.0, 0.0, inf, 9, np.arange(9, dtype=np.int32), np.append(np.full(8, -1.0), 1.0))
    return h


def with_highspy(h, unit):
    own = columns[:, unit]
    for row in range(7):
        h.changeCoeff(row, units + 7, -own[row])
        if row < 3:
            h.changeColCost(units + row, -1 / (M * own[row]))
        else:
            h.changeCoeff(8, units + row, 1 / (S * own[row]))
    h.run()
    return h.getInfo().objective_function_value


start = time.process_time()
if method == "scipy":
    scores = [with_scipy(unit) for unit in chosen]
else:
    model = warm()
    scores = [with_highspy(model, unit) for unit in chosen]
print(json.dumps({"seconds": time.process_time() - start, "scores": scores}))
