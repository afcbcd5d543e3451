/** Partially linear regressions; DoubleML 0.11.4, plm/datasets. */
import { cellsOf, REGRESSIONS } from "./cells.mjs";
import { combine, decay, logistic, named, normals, randomCovariance, streams, toeplitz } from "./random.mjs";

const WIDTH = 20;
const THETA = 0.5;
const controls = Object.keys(named("X", Array.from({ length: WIDTH })));
const base = { outcome: "y", treatment: "d", controls };
const ways = [
  { row: "plr, partialling-out", truth: THETA, options: { score: "partialling-out" }, known: { l: "l0", m: "m0" } },
  { row: "plr, iv-type", truth: THETA, options: { score: "iv-type" }, known: { l: "l0", m: "m0", g: "g0" } },
];

/** Controls, nuisances m and g, and from them treatment, outcome and l. */
function partiallyLinear(stream, x, m0, g0) {
  const [v, u] = [normals(stream("v"), m0.length), normals(stream("u"), m0.length)];
  const d = m0.map((value, i) => value + v[i]);
  const y = d.map((value, i) => THETA * value + g0[i] + u[i]);
  return { ...named("X", x), d, y, m0, g0, l0: m0.map((value, i) => THETA * value + g0[i]) };
}

/** make_plr_CCDDHNR2018: m = x1 + logistic(x3) / 4, g = logistic(x1) + x3 / 4, correlations .7^|j - k|. */
export const plr = {
  name: "plr",
  version: 1,
  about: "make_plr_CCDDHNR2018, theta .5",
  sizes: [500, 2000],
  base,
  cells: cellsOf(ways, REGRESSIONS),
  sample(rows, draw) {
    const stream = streams("plr", draw);
    const x = toeplitz(stream("x"), rows, WIDTH, 0.7);
    const m0 = x[0].map((value, i) => value + 0.25 * logistic(x[2][i]));
    return partiallyLinear(stream, x, m0, x[0].map((value, i) => logistic(value) + 0.25 * x[2][i]));
  },
};

/** make_plr_turrell2018: of s = sum x_j / j, m = sinh(1) / (2 pi (cosh(1) - cos s)), g = sin(s)^2, a new Sigma each draw. */
export const turrell = {
  name: "turrell",
  version: 1,
  about: "make_plr_turrell2018, theta .5; the lasso has squares",
  sizes: [500, 2000],
  base,
  cells: cellsOf(ways, REGRESSIONS, { lassocv: { degree: 2 } }),
  sample(rows, draw) {
    const stream = streams("turrell", draw);
    const x = randomCovariance(stream("x"), rows, WIDTH);
    const s = combine(x, decay(WIDTH, 1));
    const m0 = s.map((value) => (0.5 / Math.PI) * (Math.sinh(1) / (Math.cosh(1) - Math.cos(value))));
    return partiallyLinear(stream, x, m0, s.map((value) => Math.sin(value) ** 2));
  },
};
