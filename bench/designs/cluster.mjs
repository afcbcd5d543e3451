/** Clusters in two ways: make_pliv_multiway_cluster_CKMS2021 of DoubleML 0.11.4, sides of 25 and 45 clusters. */
import { cellsOf, REGRESSIONS } from "./cells.mjs";
import { combine, named, normals, pair, streams, toeplitz } from "./random.mjs";

const WIDTH = 100;
const THETA = 1;
const decay = Array.from({ length: WIDTH }, (_, j) => 0.5 ** (j + 1));
const two = { folds: { k: 3, by: ["i", "j"] }, errors: { cluster: ["i", "j"] } };
const doubleml = { ...two, constant: false, convention: "doubleml" };
const plr = { model: "plr", outcome: "yExogenous" };
const pliv = { model: "pliv", outcome: "y", instrument: "z" };

/** Half of a cell's own columns, a quarter of its row's, a quarter of its column's. */
function mixed(side, make) {
  const [own, first, second] = [make("own", side * side), make("i", side), make("j", side)];
  return own.map((column, k) => column.map((value, cell) => 0.5 * value + 0.25 * first[k][Math.floor(cell / side)] + 0.25 * second[k][cell % side]));
}

/**
 * z = x'b + V, d = z + x'b + v, y = theta d + x'b + e, b_j = .5^j, every variable with a part of each way,
 * corr(e, v) = .25. `yExogenous` has an error of its own, so that the regression without instrument holds too.
 */
function sample(side, draw) {
  const stream = streams("cluster", draw);
  const x = mixed(side, (part, rows) => toeplitz(stream(`x ${part}`), rows, WIDTH, 0.25));
  const [e, v] = mixed(side, (part, rows) => pair(stream(`errors ${part}`), rows, 0.25));
  const [instrument, own] = mixed(side, (part, rows) => [normals(stream(`V ${part}`), rows), normals(stream(`e ${part}`), rows)]);
  const index = combine(x, decay);
  const z = index.map((value, i) => value + instrument[i]);
  const d = z.map((value, i) => value + index[i] + v[i]);
  const outcome = (error) => d.map((value, i) => THETA * value + index[i] + error[i]);
  return {
    ...named("X", x), z, d, y: outcome(e), yExogenous: outcome(own), m0: index, r0: index.map((value) => 2 * value), l0: index.map((value) => (2 * THETA + 1) * value),
    i: d.map((_, cell) => Math.floor(cell / side)), j: d.map((_, cell) => cell % side),
  };
}

export const cluster = {
  name: "cluster",
  version: 1,
  about: "make_pliv_multiway_cluster_CKMS2021, theta 1, 3 x 3 blocks; n counts the clusters of a side",
  sizes: [25, 45],
  base: { treatment: "d", controls: Object.keys(named("X", Array.from({ length: WIDTH }))) },
  cells: cellsOf([
    { row: "plr", truth: THETA, options: { ...plr, ...two }, known: { l: "l0", m: "r0" } },
    { row: "plr, t quantiles", truth: THETA, options: { ...plr, ...two, distribution: "t" }, known: { l: "l0", m: "r0" } },
    { row: "plr, convention doubleml", truth: THETA, options: { ...plr, ...doubleml }, known: { l: "l0", m: "r0" } },
    { row: "pliv", truth: THETA, options: { ...pliv, ...two }, known: { l: "l0", r: "r0", m: "m0" } },
    { row: "pliv, t quantiles", truth: THETA, options: { ...pliv, ...two, distribution: "t" }, known: { l: "l0", r: "r0", m: "m0" } },
    { row: "pliv, convention doubleml", truth: THETA, options: { ...pliv, ...doubleml }, known: { l: "l0", r: "r0", m: "m0" } },
  ], { lassocv: REGRESSIONS.lassocv, gradboost: REGRESSIONS.gradboost }),
  sample,
};
