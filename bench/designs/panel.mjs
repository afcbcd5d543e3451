/**
 * Panels with unit and period effects in treatment and outcome, ten periods, the effect -0.5:
 * d = f(x) + a_i + c_t + v, y = -d / 2 + h(x) + b_i + e_t + u, corr(a, b) = .8; half of a control's variance is between units, a
 * quarter of that a_i's. `same`: one function in both; `apart`: h is f of three other controls. Errors are independent normal.
 */
import { combine, named, normals, pair, streams } from "./random.mjs";

const PERIODS = 10;
const THETA = -0.5;
const WIDTH = 6;

/** A sine, and a product with a jump. */
const nonlinear = (x1, x2, x3) => 0.7 * (Math.sin(2 * x1) + (x3 > 0 ? x2 : 0));
const linear = (x1, x2, x3) => 0.6 * (x1 + x2 - x3);

const LEARNERS = {
  "rf, 50 trees": { learner: { rf: { trees: 50 } } }, gradboost: { learner: "gradboost" }, histboost: { learner: "histboost" },
  "lassocv, squares": { learner: "lassocv", degree: 2 }, ols: { learner: "ols" },
  "stack of lassocv, histboost": { learner: { stack: { learners: ["lassocv", "histboost"] } }, degree: 2 },
};
const ENCODINGS = {
  "effects, iv-type": { encode: "effects", score: "iv-type" }, "effects, partialling-out": { encode: "effects", score: "partialling-out" },
  dummies: { encode: "dummies" }, within: { encode: "within" }, cre: { encode: "cre" }, "cre-normal": { encode: "cre-normal" }, fd: { encode: "fd" },
};
const KNOWN = { known: { learner: { l: { column: "l0" }, m: { column: "m0" }, g: { column: "g0" } } } };
/** Functions of the controls alone are what the nuisances are under `effects`. */
const cells = Object.entries(ENCODINGS).flatMap(([row, encoding]) =>
  Object.entries(encoding.encode === "effects" ? { ...KNOWN, ...LEARNERS } : LEARNERS).map(([column, learner]) =>
    ({ name: `${row}, ${column}`, row, column, truth: THETA, options: { ...encoding, ...learner } })),
);

/** Raised, too, when a default of an encoding, or the numerics of a learner under it, changes what a draw gives. */
const VERSION = 1;

function design(name, about, f, places) {
  return {
    name, version: VERSION, about: `${about}, effect -.5`, sizes: [150, 1000], cells,
    data: { unit: "unit", time: "time" },
    base: { outcome: "y", treatment: "d", controls: Object.keys(named("X", Array.from({ length: WIDTH }))), fixedEffects: ["unit", "time"] },
    sample: (units, draw) => sample(streams(name, draw), units, f, places),
  };
}

function sample(stream, units, f, places) {
  const rows = units * PERIODS;
  const [a, b] = pair(stream("unit"), units, 0.8);
  const x = Array.from({ length: WIDTH }, (_, j) => control(stream, j, a));
  const effect = (name, unitEffect) => {
    const periods = normals(stream(`time ${name}`), PERIODS).map((value) => value / 2);
    return (i) => unitEffect[Math.floor(i / PERIODS)] + periods[i % PERIODS];
  };
  const [ofD, ofY, v, u] = [effect("d", a), effect("y", b), normals(stream("v"), rows), normals(stream("u"), rows)];
  const at = (columns) => v.map((_, i) => f(...columns.map((j) => x[j][i])));
  const [m0, g0] = [at([0, 1, 2]), at(places)];
  const d = v.map((value, i) => value + m0[i] + ofD(i));
  const y = u.map((value, i) => value + THETA * d[i] + g0[i] + ofY(i));
  const index = Array.from({ length: rows }, (_, i) => i);
  return { unit: Float64Array.from(index, (i) => Math.floor(i / PERIODS)), time: Float64Array.from(index, (i) => i % PERIODS), ...named("X", x), d, y, m0, g0, l0: g0.map((value, i) => value + THETA * m0[i]) };
}

/** Variance 1: an eighth from the unit effect of the treatment, three eighths the unit's own, half by row. */
function control(stream, j, a) {
  const own = normals(stream(`unit ${j}`), a.length);
  const level = combine([a, own], [Math.sqrt(1 / 8), Math.sqrt(3 / 8)]);
  return normals(stream(`row ${j}`), a.length * PERIODS).map((value, i) => Math.sqrt(1 / 2) * value + level[Math.floor(i / PERIODS)]);
}

export const panels = [
  design("same", "one nonlinear function in both", nonlinear, [0, 1, 2]),
  design("apart", "nonlinear functions of other controls", nonlinear, [3, 4, 5]),
  design("same-linear", "one linear function in both", linear, [0, 1, 2]),
  design("apart-linear", "linear functions of other controls", linear, [3, 4, 5]),
];
