"""Two-way fixed-effects OLS by pyfixest 0.60 on wagepan: writes twoway.json beside this file.

Run with the path of wagepan.csv. ssc: clusters count effects not nested in them (reghdfe's rule), the others all.
"""

import json
import sys
from pathlib import Path

import pandas as pd
import pyfixest as pf

CONTROLS = ["married", "hours", "poorhlth", "south", "nrthcen", "nrtheast", "rur"]
data = pd.read_csv(sys.argv[1])
unbalanced = data[(data.index * 7 + data.index // 11) % 6 != 0]
cases = []
for name, frame in [("balanced", data), ("unbalanced", unbalanced)]:
    for effects in ["nr + year", "nr", "year"]:
        for errors, vcov, fixef in [("cluster nr", {"CRV1": "nr"}, "nonnested"), ("homoskedastic", "iid", "full"), ("hc1", "hetero", "full")]:
            fit = pf.feols(f"lwage ~ union + {' + '.join(CONTROLS)} | {effects}", frame, vcov=vcov, ssc=pf.ssc(k_fixef=fixef))
            cases.append({
                "rows": name, "effects": effects.split(" + "), "errors": errors,
                "coef": float(fit.coef()["union"]), "se": float(fit.se()["union"]), "n": int(fit._N),
            })
here = Path(__file__).parent
(here / "twoway.json").write_text(json.dumps({"pyfixest": pf.__version__, "controls": CONTROLS, "cases": cases}, indent=1) + "\n")
