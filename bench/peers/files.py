"""Files by pandas, and how long it takes to read one: `write FOLDER ROWS`, `read FILE`."""
import sys
import time

import pandas as pd

if sys.argv[1] == "write":
    import numpy as np

    folder, rows = sys.argv[2], int(sys.argv[3])
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"unit": np.arange(rows) // 10, "year": 2009 + np.arange(rows) % 10, "city": random.choice(["北京", "上海", "广州", "Paris"], rows)})
    for j in range(9):
        values = random.normal(size=rows)
        values[random.random(rows) < 0.02] = np.nan
        frame[f"x{j}"] = values
    frame.to_csv(f"{folder}/panel.csv", index=False)
    frame.to_stata(f"{folder}/panel.dta", version=118, write_index=False)
    frame.to_feather(f"{folder}/lz4.feather", compression="lz4")
    frame.to_feather(f"{folder}/plain.feather", compression="uncompressed")
    frame.to_parquet(f"{folder}/snappy.parquet", index=False)
    frame.to_parquet(f"{folder}/zstd.parquet", index=False, compression="zstd")
else:
    file = sys.argv[2]
    readers = {"csv": pd.read_csv, "dta": pd.read_stata, "feather": pd.read_feather, "parquet": pd.read_parquet}
    frame = readers[file.rsplit(".", 1)[1]](file)
    missing = int(frame.isna().sum().sum()) + int((frame["city"] == "").sum())
    print(f"{len(frame)} {frame.shape[1]} {missing}; {time.process_time()}")
