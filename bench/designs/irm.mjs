/** Interactive regression and the local average treatment effect: make_irm_data and make_iivm_data of DoubleML 0.11.4. */
import { cellsOf, withPropensities } from "./cells.mjs";
import { normalDensity, normalDistribution, simpson } from "./integral.mjs";
import { combine, decay, logistic, named, pair, normals, streams, toeplitz } from "./random.mjs";

const WIDTH = 20;
const beta = decay(WIDTH, 2);
const controls = Object.keys(named("X", Array.from({ length: WIDTH })));

/** beta' Sigma beta, Sigma_jk = .5^|j - k| */
const spread = beta.reduce((sum, b, j) => sum + beta.reduce((inner, other, k) => inner + b * other * 0.5 ** Math.abs(j - k), 0), 0);
const R2 = 0.5;
const SLOPE_Y = Math.sqrt(R2 / ((1 - R2) * spread));
const SLOPE_D = Math.sqrt(((Math.PI ** 2 / 3) * R2) / ((1 - R2) * spread));

const ATE = 0.5;
/** E[c_y x'beta | D = 1], x'beta normal, D = 1 with probability logistic(c_d x'beta); a half is treated. */
const ofTheTreated = simpson((z) => 2 * SLOPE_Y * Math.sqrt(spread) * z * logistic(SLOPE_D * Math.sqrt(spread) * z) * normalDensity(z), -10, 10, 2000);

const arms = { g0: "zero", g1: "g1", m: "m0" };

/** P(D = 1) = logistic(c_d x'beta), y = d (theta + c_y x'beta) + noise. */
export const irm = {
  name: "irm",
  version: 2, // warnings of what the outcome models miss
  about: "make_irm_data, theta .5",
  sizes: [500, 2000],
  base: { model: "irm", outcome: "y", treatment: "d", controls },
  cells: cellsOf([
    { row: "irm, ATE", truth: ATE, options: { score: "ATE" }, known: arms },
    { row: "irm, ATTE", truth: ATE + ofTheTreated, options: { score: "ATTE" }, known: arms },
    { row: "irm, ATU", truth: ATE - ofTheTreated, options: { score: "ATU" }, known: arms },
  ], withPropensities(["m"])),
  sample(rows, draw) {
    const stream = streams("irm", draw);
    const x = toeplitz(stream("x"), rows, WIDTH, 0.5);
    const index = combine(x, beta);
    const [uniform, noise] = [stream("v"), normals(stream("u"), rows)];
    const m0 = index.map((value) => logistic(SLOPE_D * value));
    const d = m0.map((p) => (p > uniform.uniform() ? 1 : 0));
    const g1 = index.map((value) => ATE + SLOPE_Y * value);
    return { ...named("X", x), d, y: d.map((arm, i) => arm * g1[i] + noise[i]), m0, g1, zero: new Float64Array(rows) };
  },
};

const LATE = 1;
/** The instrument's strength, as in DoubleML's guide; the function's own default of .2 is a weak instrument. */
const ALPHA = 1;

/** z fair coin, d = 1{alpha z + v > 0}, y = theta d + x'beta + u, corr(u, v) = .3; all compliers have the effect theta. */
export const iivm = {
  name: "iivm",
  version: 2, // warnings of what the outcome models miss
  about: "make_iivm_data, alpha 1, theta 1",
  sizes: [500, 2000],
  base: { model: "iivm", outcome: "y", treatment: "d", instrument: "z", controls },
  cells: cellsOf([
    { row: "iivm, LATE", truth: LATE, options: {}, known: { g0: "g0", g1: "g1", m: "half", r0: "half", r1: "r1" } },
  ], withPropensities(["m", "r"])),
  sample(rows, draw) {
    const stream = streams("iivm", draw);
    const x = toeplitz(stream("x"), rows, WIDTH, 0.5);
    const index = combine(x, beta);
    const [u, v] = pair(stream("errors"), rows, 0.3);
    const coin = stream("z");
    const z = Float64Array.from(u, () => (coin.uniform() < 0.5 ? 1 : 0));
    const d = z.map((value, i) => (ALPHA * value + v[i] > 0 ? 1 : 0));
    const taken = [0.5, normalDistribution(ALPHA)];
    return {
      ...named("X", x), z, d, y: d.map((arm, i) => LATE * arm + index[i] + u[i]),
      g0: index.map((value) => value + LATE * taken[0]), g1: index.map((value) => value + LATE * taken[1]),
      half: new Float64Array(rows).fill(taken[0]), r1: new Float64Array(rows).fill(taken[1]),
    };
  },
};
