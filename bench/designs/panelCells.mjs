/** Ways to estimate the effect in a panel, by learner. */

import { cell } from "./cells.mjs";

const THETA = -0.5;

const LEARNERS = {
  "rf, 50 trees": { learner: { rf: { trees: 50 } } }, gradboost: { learner: "gradboost" }, histboost: { learner: "histboost" }, nnet: { learner: "nnet" },
  "lassocv, squares": { learner: "lassocv", degree: 2 }, "lassocv, squares and products": { learner: "lassocv", degree: 2, interactions: true }, ols: { learner: "ols" },
  "stack of lassocv, histboost": { learner: { stack: { learners: ["lassocv", "histboost"] } }, degree: 2 },
};
/** Functions of the controls alone are what the nuisances are under `effects`. */
const KNOWN = { known: { learner: { l: { column: "l0" }, m: { column: "m0" }, g: { column: "g0" } } } };
const only = (...names) => Object.fromEntries(names.map((name) => [name, LEARNERS[name]]));
/** Learners that have a path of rounds or stages. */
const PATHS = only("rf, 50 trees", "gradboost", "histboost", "nnet", "stack of lassocv, histboost");
const SMOOTH = only("rf, 50 trees", "gradboost", "histboost", "stack of lassocv, histboost");
const PEERS = { ...SMOOTH, ...only("lassocv, squares", "ols") };

/**
 * `effects` is the default: iv-type, rounds extrapolated. The last four are DoubleML's names for its approaches. `within` with ols is
 * two-way least squares, as it is with dummies; `wg_approx` is `within` with linear learners.
 */
const WAYS = [
  ["effects", { encode: "effects" }, { ...KNOWN, ...LEARNERS }],
  ["effects, rounds: last", { encode: "effects", rounds: "last" }, PATHS],
  ["effects, rounds: stable", { encode: "effects", rounds: "stable" }, PATHS],
  ["effects, partialling-out", { encode: "effects", score: "partialling-out" }, LEARNERS],
  ["dummies", { encode: "dummies" }, { ...SMOOTH, ...only("lassocv, squares") }],
  ["within", { encode: "within" }, PEERS],
  ["wg_approx", { encode: "wg_approx" }, SMOOTH],
  ["cre_general", { encode: "cre_general" }, PEERS],
  ["cre_normal", { encode: "cre_normal" }, PEERS],
  ["fd_exact", { encode: "fd_exact" }, PEERS],
];

/** Learners that few would take, at the default. */
const FURTHER = {
  "extratrees, 50 trees": { learner: { extratrees: { trees: 50 } } }, svm: { learner: "svm" },
  "ridgecv, squares": { learner: "ridgecv", degree: 2 }, "elasticcv, squares": { learner: "elasticcv", degree: 2 },
};

const cellsOf = (ways) => ways.flatMap(([row, encoding, learners]) =>
  Object.entries(learners).map(([column, learner]) => cell(row, column, THETA, { ...encoding, ...learner })),
);
export const cells = cellsOf(WAYS);
export const furtherCells = cellsOf([["effects", { encode: "effects" }, FURTHER]]);
