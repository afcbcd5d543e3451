"""Makes special.json: values of distribution functions for test/kernels/special.test.ts.

    python special.py > special.json        (Python 3.11, mpmath 1.4.1; scipy is not needed)

Computed by mpmath with 400 digits (tails are one minus a series) and rounded to the nearest double. Arguments are
doubles, taken exactly. scipy 1.17.1 agrees to about 1e-13 except where it is itself less accurate.
"""
import json

from mpmath import erfc, findroot, gammainc, inf, log, loggamma, mp, mpf, sqrt

mp.dps = 400


def beta_lower(a, b, x, y):
    """The regularised incomplete beta function I_x(a, b), y = 1 - x, by the series DLMF 8.17.8 of positive terms."""
    if x > 0.5:
        return 1 - beta_lower(b, a, y, x)
    if x == 0:
        return mpf(0)
    term = total = mpf(1)
    n = 0
    while term > total * mpf(10) ** -mp.dps:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return total * mp.exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a + 1) - loggamma(b))


def normal_tail(x):
    return erfc(mpf(x) / sqrt(2)) / 2


def student_tail(t, df):
    t, df = mpf(t), mpf(df)
    if t < 0:
        return 1 - student_tail(-t, df)
    return beta_lower(df / 2, mpf(1) / 2, df / (df + t * t), t * t / (df + t * t)) / 2


def f_tail(f, d1, d2):
    f, d1, d2 = mpf(f), mpf(d1), mpf(d2)
    return beta_lower(d2 / 2, d1 / 2, d2 / (d2 + d1 * f), d1 * f / (d2 + d1 * f))


def chi_square_tail(x, df):
    return gammainc(mpf(df) / 2, mpf(x) / 2, inf, regularized=True)


def quantile(tail, p, low, high):
    """The x with an upper tail of 1 - p, by bisection of the logarithm, then secant steps."""
    if p == 0.5:
        return mpf(0)
    wanted = mpf(p) if p < 0.5 else 1 - mpf(p)
    function = lambda x: log(tail(x) / wanted)
    low, high = mpf(low), mpf(high)
    while function(high) > 0:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    root = findroot(function, (low, high), solver="anderson", tol=1e-60, verify=False)
    return -root if p < 0.5 else root


ps = [1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.005, 0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.49, 0.4999,
      0.5, 0.50001, 0.52, 0.6, 0.7, 0.75, 0.8, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995, 0.9995, 0.999999, 1 - 1e-12]
xs = [-40, -38, -37.5, -30.1, -20, -12.3, -8, -5, -3, -2.5, -2, -1.96, -1.5, -1, -0.7, -0.3, -0.01, -1e-8, 0,
      1e-8, 0.01, 0.1, 0.5, 1, 1.2815515655446004, 1.6448536269514722, 1.959963984540054, 2, 2.001, 2.5758293035489004,
      3, 4.3, 5.5, 7, 10, 15, 20, 27, 33.3, 37.5]
ts = [-50, -3, -1, -0.1, 0, 1e-9, 0.001, 0.1, 0.5, 0.9, 1, 1.5, 1.96, 2, 2.776, 4, 7, 12, 30, 100, 1e4, 1e8]
dfs = [0.5, 1, 2, 3, 4.5, 9, 14, 29, 60, 281, 1000, 4212.5, 1e5, 1e6]
fs = [0.001, 0.1, 0.5, 0.9, 1, 1.1, 1.5, 2, 4, 10, 50, 400]
pairs = [(1, 1), (1, 9), (1, 281), (2, 14), (3.5, 20), (8, 281), (16, 1e4), (50, 50), (281, 1000), (1, 1e6), (100, 1e5)]
chis = [1e-8, 0.001, 0.1, 0.5, 1, 2, 3.841458820694124, 5, 10, 20, 50, 100, 281, 300, 1000, 1400]
chi_dfs = [0.3, 1, 2, 3, 5.5, 8, 15, 50, 281, 1000, 1e5]
gammas = [1e-10, 0.001, 0.1, 0.3, 0.5, 0.7, 0.999999, 1, 1.0000001, 1.2, 1.4616321449683622, 1.5, 1.999, 2, 2.001, 2.5,
          3, 3.3, 5, 7.9, 9.99, 10, 12.5, 30, 171, 1000.5, 1e6, 1e10, 1e100]

angles = [-6.3, -3.1, -1.5707963267948966, -0.5, -1e-9, 0.0, 1e-4, 0.3, 0.7853981633974483, 1.0, 1.5, 2.0, 3.141592653589793, 4.0, 6.28, 100.5]


def row(function, *arguments):
    value = function(*arguments)
    return [*arguments, float(value)]


def kept(rows):
    """Tails that are normal doubles."""
    return [r for r in rows if r[-1] > 1e-300]


golden = {
    "normalTail": kept([row(normal_tail, float(x)) for x in xs]),
    "normalQuantile": [row(lambda p: quantile(normal_tail, p, 0, 1), p) for p in ps],
    "studentTail": kept([row(student_tail, float(t), float(df)) for df in dfs for t in ts]),
    "studentQuantile": [
        row(lambda p, df: quantile(lambda t: student_tail(t, df), p, 0, 1), p, float(df))
        for df in [0.5, 1, 2, 3, 4.5, 9, 29, 281, 4212.5] for p in ps[2:]
    ],
    "fTail": kept([row(f_tail, float(f), float(a), float(b)) for a, b in pairs for f in fs]),
    "chiSquareTail": kept([row(chi_square_tail, float(x), float(df)) for df in chi_dfs for x in chis]),
    "logGamma": [row(lambda x: loggamma(mpf(x)), x) for x in gammas],
    "log": [row(lambda x: log(mpf(x)), x) for x in [1e-300, 0.1, 0.999999, 1.0, 1.0000001, 2.0, 10.0, 1e300]],
    "exp": [row(lambda x: mp.exp(mpf(x)), x) for x in [-700.0, -10.5, -1e-10, 0.0, 0.1, 1.0, 33.3, 700.0]],
    "sin": [row(lambda x: mp.sin(mpf(x)), x) for x in angles],
    "cos": [row(lambda x: mp.cos(mpf(x)), x) for x in angles],
    "asin": [row(lambda x: mp.asin(mpf(x)), x) for x in [-1.0, -0.9, -0.5, -1e-9, 0.0, 1e-4, 0.3, 0.5, 0.7, 0.99999, 1.0]],
}
print("{")
print(",\n".join(
    f'  "{name}": [\n    ' + ",\n    ".join(json.dumps(r) for r in rows) + "\n  ]" for name, rows in golden.items()
))
print("}")
