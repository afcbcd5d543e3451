"""Makes wild.json: the wild cluster bootstrap of test/inference/wildClusterBootstrap.test.ts, all 2^G draws.

    python wild.py > wild.json         (wildboottest 0.3.2, numpy 2.4.6)

Data of errors.json, least squares of y on a constant, x1 and x2, clusters by region (six); null values of x1.
"""
import json
from pathlib import Path

import numpy as np
from wildboottest.wildboottest import WildboottestCL

data = {name: np.array(values) for name, values in json.loads((Path(__file__).parent / "errors.json").read_text())["data"].items()}
X = np.column_stack([np.ones(len(data["y"])), data["x1"], data["x2"]])
cases = []
for null in (0.0, 0.45, 1.2):
    wb = WildboottestCL(X=X, Y=data["y"] - null * data["x1"], cluster=data["region"], R=np.array([0, 1, 0]), B=9999, parallel=False)
    wb.get_scores(bootstrap_type="11", impose_null=True, adj=True, cluster_adj=True)
    wb.get_weights(weights_type="rademacher")
    wb.get_numer()
    wb.get_denom()
    wb.get_tboot()
    wb.get_vcov()
    wb.get_tstat()
    cases.append({"null": null, "t": float(np.ravel(wb.t_stat)[0]), "draws": np.ravel(wb.t_boot).tolist()})
print(json.dumps(cases))
