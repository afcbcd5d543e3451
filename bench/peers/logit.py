"""scikit-learn's LogisticRegression, standardised columns, at a given solver, penalty and tolerance."""

import warnings

import numpy as np
from fold import answer
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
answer(lambda ask: LogisticRegression(C=ask["C"] or np.inf, solver=ask["solver"], tol=ask["tol"], max_iter=10_000))
