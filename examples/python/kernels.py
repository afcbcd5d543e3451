"""The kernels without JavaScript: fixed-effects least squares by wasmtime (pip install wasmtime).

    python examples/python/kernels.py build/kernels.wasm data/wagepan.csv

The kernels import nothing. Their memory is a stack: `mark` tells its top, `reserve` puts so many bytes on it (0: there is no
room), `release` takes off all that was put on since a mark. Arrays are copied in at the address that `reserve` gives, and
results copied out before they are released. Columns stand one after the other; an optional array is 0.
"""
import csv
import sys
from array import array

from wasmtime import Instance, Module, Store

kernels_file, data_file = sys.argv[1:]
store = Store()
exports = Instance(store, Module.from_file(store.engine, kernels_file), []).exports(store)
memory = exports["memory"]


def call(name, *arguments):
    return exports[name](store, *arguments)


def reserve(kind, length):
    """The address of `length` numbers, `d` doubles, `i` 32-bit integers or `B` bytes."""
    at = call("reserve", length * array(kind).itemsize) & 0xFFFFFFFF
    if at == 0:
        raise MemoryError("The kernels' memory is full.")
    return at


def copy_in(kind, values):
    values = array(kind, values)
    at = reserve(kind, len(values))
    memory.write(store, values.tobytes(), at)
    return at


def copy_out(kind, at, length):
    return array(kind, bytes(memory.read(store, at, at + length * array(kind).itemsize)))


def codes(values):
    """Whole numbers from 0 in order of appearance, and how many there are."""
    level = {}
    return [level.setdefault(value, len(level)) for value in values], len(level)


def demeaned(columns, *groups):
    """What (assembly/panel/demean.ts) the effects of all groups leave of each column."""
    rows = len(columns[0])
    coded = [codes(group) for group in groups]
    start = call("mark")
    plan = call(
        "demeanPlan", rows, len(groups), copy_in("i", [levels for _, levels in coded]),
        copy_in("i", [code for group, _ in coded for code in group]), rows, 0, 0, 0, 0, 1000, 10000,
    )
    left = []
    for column in columns:
        out = reserve("d", rows)
        if call("demeanApply", plan, copy_in("d", column), out) != 0:
            raise ArithmeticError("The effects were not found.")
        left.append(copy_out("d", out, rows))
    call("release", start)
    return left


def least_squares(x, y):
    """The coefficients (assembly/linear/ols.ts) of y on columns x, without an intercept."""
    rows, columns = len(y), len(x)
    start = call("mark")
    out, kept, residuals = reserve("d", columns + 2), reserve("B", columns), reserve("d", rows)
    shape = copy_in("i", [rows, columns, 1, rows, 0])
    if call("leastSquares", shape, copy_in("d", [v for column in [*x, y] for v in column]), 0, 0, 0, 1e-13, out, kept, residuals) != 0:
        raise MemoryError("The kernels' memory is full.")
    coefficients = copy_out("d", out, columns)
    call("release", start)
    return coefficients


with open(data_file, newline="") as file:
    rows = list(csv.DictReader(file))
names = ["union", "married", "hours", "poorhlth", "south"]
wage, *columns = demeaned(
    [[float(row[name]) for row in rows] for name in ["lwage", *names]],
    [row["nr"] for row in rows],
    [row["year"] for row in rows],
)
for name, coefficient in zip(names, least_squares(columns, wage)):
    print(f"{name:>8} {coefficient:9.6f}")
