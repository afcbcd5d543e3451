"""Small files by pandas, pyreadstat, pyarrow and openpyxl, gzipped as base64, and what is in them.

pandas 3.1.1, pyreadstat 1.3.7, pyarrow 26.0.1, openpyxl 3.1.5:  python files.py > files.json
"""
import base64
import gzip
import datetime as dt
import io
import json
import os
import sys
import tempfile
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadstat

files = {}


def keep(name, data):
    files[name] = base64.b64encode(gzip.compress(data, mtime=0)).decode()


def from_file(name, write):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f")
        write(path)
        with open(path, "rb") as file:
            keep(name, file.read())


rows = 7
frame = pd.DataFrame({
    "nr": np.array([1, 1, 1, 2, 2, 2, 3], dtype=np.int32),
    "year": np.array([2009, 2010, 2011, 2009, 2010, 2011, 2010], dtype=np.int16),
    "tiny": np.array([-127, -1, 0, 1, 50, 99, 100], dtype=np.int8),
    "wide": np.array([-2147483647, -40000, 0, 1, 2, 40000, 2147483620], dtype=np.int32),
    "single": np.array([0.1, np.nan, -1e30, 1.5, 3.25, 1e-30, 7], dtype=np.float32),
    "real": [0.1, -1e300, np.nan, 1e-300, 2 / 3, np.nan, 1e306],
    "city": ["北京", "上海", "", "a b", "广州", "北京", "x,\"y\""],
    "day": pd.to_datetime(["1960-01-01", "1959-12-31", None, "2000-02-29", "2024-12-31", "1900-03-01", "2009-01-01"]),
})
labels = {"nr": "Person", "single": "Grösse 大小"}


def stata(version, byteorder, **more):
    buffer = io.BytesIO()
    extra = {} if version < 118 else {"value_labels": {"nr": {1: "eins", 2: "二", 3: ""}}}
    # In its 117 files pandas writes long strings in UTF-8 and all else in Latin-1: these have letters of neither.
    other = "Koeln" if "convert_strl" in more else "Köln"
    data = frame if version >= 118 else frame.assign(city=["Paris", other, "", "a b", "x", other, "x,\"y\""])
    own = labels if version >= 118 else {"nr": "Person", "single": "Grösse"}
    data.to_stata(buffer, version=version, byteorder=byteorder, write_index=False, variable_labels=own, convert_dates={"day": "td"},
                  time_stamp=dt.datetime(2026, 1, 1), data_label="made", **extra, **more)
    return buffer.getvalue()


for version in (114, 117, 118, 119):
    for byteorder in ("<", ">"):
        keep(f"pandas-{version}-{'little' if byteorder == '<' else 'big'}.dta", stata(version, byteorder))
keep("pandas-117-strl.dta", stata(117, "<", convert_strl=["city"]))
keep("pandas-118-strl.dta", stata(118, ">", convert_strl=["city"]))
keep("pandas-119-strl.dta", stata(119, "<", convert_strl=["city"]))

# readstat's writer reaches the releases that pandas' does not; it takes strings of letters as they are.
plain = frame.drop(columns=["day"]).assign(city=["Paris", "Koeln", "", "a b", "x", "Koeln", "z"])
for version in (8, 10, 12, 13, 14, 15):
    from_file(f"readstat-stata{version}.dta", lambda path: pyreadstat.write_dta(
        plain, path, version=version, column_labels=["Person"] + [None] * 6, variable_value_labels={"nr": {1: "one", 2: "two"}}))

# All 27 missing values of each type. pandas writes the values as they are, so each code is put in behind the last row.
codes = pd.DataFrame({
    "b": np.arange(28, dtype=np.int8), "i": np.arange(28, dtype=np.int16), "l": np.arange(28, dtype=np.int32),
    "f": np.arange(28, dtype=np.float32), "d": np.arange(28, dtype=np.float64),
})
for byteorder in ("<", ">"):
    buffer = io.BytesIO()
    codes.to_stata(buffer, version=118, byteorder=byteorder, write_index=False, time_stamp=dt.datetime(2026, 1, 1))
    data = bytearray(buffer.getvalue())
    start = data.index(b"<data>") + 6
    for k in range(27):
        row = np.array([(101 + k, 32741 + k, 2147483621 + k, 0x7F000000 + k * 0x800, 0x7FE0000000000000 + k * (1 << 40))],
                       dtype=np.dtype([("b", "i1"), ("i", f"{byteorder}i2"), ("l", f"{byteorder}i4"), ("f", f"{byteorder}i4"), ("d", f"{byteorder}i8")]))
        data[start + 19 * (k + 1):start + 19 * (k + 2)] = row.tobytes()
    keep(f"missing-{'little' if byteorder == '<' else 'big'}.dta", bytes(data))

units = pd.DataFrame({name: [0.0, 589.0, -1.0, np.nan] for name in ["tc", "td", "tw", "tm", "tq", "th", "ty"]})
units["ty"] = [1960.0, 2009.0, 1959.0, np.nan]
buffer = io.BytesIO()
# The display format is all that tells a date from a number.
units.to_stata(buffer, version=118, write_index=False, time_stamp=dt.datetime(2026, 1, 1))
data = bytearray(buffer.getvalue())
start = data.index(b"<formats>") + 9
for j, name in enumerate(units.columns):
    text = f"%{name}".encode()
    data[start + 57 * j:start + 57 * (j + 1)] = text + bytes(57 - len(text))
keep("dates.dta", bytes(data))

# A file of Stata 13 in China: pandas writes latin-1, so the bytes of GB18030 are passed as its letters.
chinese = lambda text: text.encode("gb18030").decode("latin-1")
buffer = io.BytesIO()
pd.DataFrame({"city": [chinese("北京"), chinese("上海")], "x": [1.5, 2.5]}).to_stata(
    buffer, version=117, write_index=False, variable_labels={"x": chinese("人均")}, time_stamp=dt.datetime(2026, 1, 1))
keep("gb18030-117.dta", buffer.getvalue())

# Arrow and Parquet
table = pa.table({
    "nr": pa.array(frame["nr"]), "year": pa.array(frame["year"].astype("int64")), "single": pa.array(frame["single"], from_pandas=True),
    "real": pa.array(frame["real"], from_pandas=True), "flag": pa.array([True, False, None, True, True, False, None]),
    "city": pa.array([None if text == "" else text for text in frame["city"]]),
    "zone": pa.array(["east", "west", "east", None, "east", "west", "south"]).dictionary_encode(),
    "day": pa.array([None if pd.isna(day) else day.date() for day in frame["day"]]),
    "instant": pa.array([0, 1_500, None, -86_400_000, 1, 2, 3], type=pa.timestamp("ms")),
    "micro": pa.array([0, 86_400_000_000, None, -86_400_000_000, 0, 0, 0], type=pa.timestamp("us")),
    "nano": pa.array([0, 1_000_000_000, None, -86_400_000_000_000, 0, 0, 0], type=pa.timestamp("ns")),
})
for compression in ("uncompressed", "lz4", "zstd"):
    from_file(f"{compression}.feather", lambda path: feather.write_feather(table, path, compression=compression, chunksize=3))
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=None if compression == "uncompressed" else compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=4)
    keep(f"{compression}.arrows", sink.getvalue())
# Bodies long enough to be compressed in earnest: runs, a ramp and noise.
long = pa.table({"runs": np.repeat(np.arange(40), 50).astype("float64"), "ramp": np.arange(2000), "noise": (np.arange(2000) * 48271 % 65537).astype("int32")})
for compression in ("lz4", "zstd"):
    from_file(f"long-{compression}.feather", lambda path: feather.write_feather(long, path, compression=compression))
for compression in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
    from_file(f"{compression}.parquet", lambda path: pq.write_table(table, path, compression=compression, row_group_size=4))
from_file("v2.parquet", lambda path: pq.write_table(table, path, version="2.6", data_page_version="2.0", use_dictionary=False, compression="snappy"))
from_file("pandas.parquet", lambda path: frame.to_parquet(path, index=False))
from_file("pandas.feather", lambda path: frame.to_feather(path))

# A workbook
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "data"
sheet.append(["nr", "year", "x", "city", "day", "flag", "formula"])
for i in range(3):
    sheet.append([i + 1, 2009 + i, [0.1, None, -1e10][i], ["北京", None, "a,b"][i], [dt.date(2009, 1, 1), None, dt.datetime(2024, 12, 31)][i], [True, False, None][i], None])
other = book.create_sheet("其他")
other.append(["x"])
other.append([7])
book.create_sheet("empty")
buffer = io.BytesIO()
book.save(buffer)
keep("book.xlsx", buffer.getvalue())

nan = lambda values: [None if value is None or value != value else value for value in values]
days = [None if pd.isna(day) else (day.date() - dt.date(1960, 1, 1)).days for day in frame["day"]]
expected = {
    "nr": frame["nr"].tolist(), "year": frame["year"].tolist(), "tiny": frame["tiny"].tolist(), "wide": frame["wide"].tolist(),
    "single": nan(frame["single"].astype("float64").tolist()), "real": nan(frame["real"].tolist()), "day": days,
    "city": [None if text == "" else text for text in frame["city"]],
    "flag": [1, 0, None, 1, 1, 0, None], "zone": ["east", "west", "east", None, "east", "west", "south"],
    "instant": [None if value is None else value + 3653 * 86_400_000 for value in [0, 1_500, None, -86_400_000, 1, 2, 3]],
    "micro": [3653, 3654, None, 3652, 3653, 3653, 3653],
    "nano": [None if value is None else value + 3653 * 86_400_000 for value in [0, 1_000, None, -86_400_000, 0, 0, 0]],
}
json.dump({"expected": expected, "files": files}, sys.stdout, ensure_ascii=False, indent=0)
