"""Least squares with a slope for each unit, by pyfixest 0.60 on the first units of wagepan: writes slopes.json beside this file.

Run with the path of wagepan.csv. The slopes are columns of their own (`i(nr, t)`), solved directly: pyfixest counts them
all, so the clustered errors that are compared have no small-sample factor.
"""

import json
import sys
from pathlib import Path

import pandas as pd
import pyfixest as pf

CONTROLS = ["married", "poorhlth", "rur"]
data = pd.read_csv(sys.argv[1])
data = data[(data.index * 7 + data.index // 11) % 6 != 0]
data = data[data.nr.isin(data.nr.unique()[:120])].assign(t=lambda d: d.year - 1983, h=lambda d: d.hours / 1000)
cases = []
for effects, slope, names in [("nr + year", "t", ["nr", "year", "nr#t"]), ("nr", "t", ["nr", "nr#t"]), ("nr + year", "h", ["nr", "year", "nr#h"])]:
    for errors in ["cluster nr", "homoskedastic"]:
        vcov, ssc = ({"CRV1": "nr"}, pf.ssc(k_adj=False, G_adj=False)) if errors == "cluster nr" else ("iid", pf.ssc(k_fixef="full"))
        fit = pf.feols(f"lwage ~ union + {' + '.join(CONTROLS)} + i(nr, {slope}) | {effects}", data, vcov=vcov, ssc=ssc)
        cases.append({"effects": names, "errors": errors, "coef": float(fit.coef()["union"]), "se": float(fit.se()["union"]), "n": int(fit._N)})
here = Path(__file__).parent
(here / "slopes.json").write_text(json.dumps({"pyfixest": pf.__version__, "controls": CONTROLS, "cases": cases}, indent=1) + "\n")
