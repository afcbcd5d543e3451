"""The multiplier bootstrap as DoubleML 0.11.4 draws it (utils/_estimation.py, double_ml_framework.py): seconds.

    python bootstrap.py ESTIMATES CLUSTERS DRAWS
"""
import sys
import time

import numpy as np

estimates, clusters, draws = map(int, sys.argv[1:])
influence = np.random.default_rng(1).normal(size=(clusters, estimates))
np.matmul(np.random.normal(size=(100, 100)), np.random.normal(size=(100, 100)))
start = time.perf_counter()
weights = np.random.normal(loc=0.0, scale=1.0, size=(draws, clusters))
np.matmul(weights, influence)
print(time.perf_counter() - start)
