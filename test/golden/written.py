"""What pandas, pyreadstat and pyarrow read in files that the writers made.

WRITE=/tmp/written npx vitest run test/panel/write.test.ts -t "what pandas", then with
pandas 3.1.1, pyreadstat 1.3.7, pyarrow 26.0.1:  python written.py /tmp/written > written.json
"""
import datetime as dt
import hashlib
import json
import sys

import pandas as pd
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadstat

folder = sys.argv[1]
epoch = pd.Timestamp("1960-01-01")


def cell(name, value):
    if value is None or value is pd.NaT or value != value or value == "":
        return None
    if name == "month" and isinstance(value, str):
        year, month = value.split("-")
        return (int(year) - 1960) * 12 + int(month) - 1
    if name == "month" and isinstance(value, (dt.date, pd.Timestamp)):
        return (value.year - 1960) * 12 + value.month - 1
    if name == "year" and isinstance(value, (dt.date, pd.Timestamp)):
        return value.year
    if name in ("day", "instant") and not isinstance(value, (int, float)):
        distance = pd.Timestamp(value) - epoch
        return distance // (pd.Timedelta(days=1) if name == "day" else pd.Timedelta(milliseconds=1))
    return value.item() if hasattr(value, "item") else value


def cells(frame):
    return {name: [cell(name, value) for value in frame[name].tolist()] for name in frame.columns}


frames = {
    "written.csv": pd.read_csv(f"{folder}/written.csv"),
    "written.arrow": feather.read_table(f"{folder}/written.arrow").to_pandas().astype({"city": object, "note": object}),
    "written.parquet": pq.read_table(f"{folder}/written.parquet").to_pandas(),
    "written.dta": pd.read_stata(f"{folder}/written.dta", convert_categoricals=False),
}
other, meta = pyreadstat.read_dta(f"{folder}/written.dta")
assert cells(other) == cells(frames["written.dta"]), "the two readers of Stata files differ"
assert meta.column_names_to_labels["zone"] == "Zone 区" and meta.variable_value_labels["zone"] == {1: "east 东", 2: "west"}, meta.variable_value_labels
assert meta.column_names_to_labels["L_x"] == "L.x" and meta.original_variable_types["day"] == "%td" and meta.original_variable_types["month"] == "%tm"
with pd.io.stata.StataReader(f"{folder}/written.dta") as reader:
    assert reader.value_labels() == {"zone": {1: "east 东", 2: "west"}} and reader.variable_labels()["id"] == "Person"

written = {}
for name, frame in frames.items():
    with open(f"{folder}/{name}", "rb") as file:
        written[name] = {"sha256": hashlib.sha256(file.read()).hexdigest(), "read": cells(frame)}
json.dump(written, sys.stdout, ensure_ascii=False, indent=0)
