/**
 * A treatment with levels: make_irm_data_discrete_treatments of DoubleML 0.11.4, two levels beside the reference, but with
 * the population's moments and quantiles in place of the sample's, so that the effects are the same in every draw.
 */
import { MEANS, SDS, EFFECTS, BOUND } from "./apoTruth.mjs";
import { cellsOf, withPropensities } from "./cells.mjs";
import { normalDensity, normalDistribution, simpson } from "./integral.mjs";
import { named, normals, streams, toeplitz } from "./random.mjs";

const WIDTH = 5;
/** The mean outcome without treatment. */
const BASE = 210;
const LEVELS = [1, 2];

/** The five controls Z, from X ~ N(0, I), not yet standardised. */
export function transformed([x1, x2, x3, x4, x5]) {
  return [Math.exp(x1 / 2), 10 + x2 / (1 + Math.exp(x1)), (0.6 + (x1 * x3) / 25) ** 3, (20 + x2 + x4) ** 2, x5];
}

/** The mean of the latent dose given standardised Z; the dose has variance 1. */
export function doseMean([z1, z2, z3, z4]) {
  return 0.3 * (-z1 + 0.5 * z2 - 0.25 * z3 - 0.1 * z4);
}

/** E[effect | dose in the range of the level], the dose normal about a mean. Level 1 lies below the median, level 2 above. */
export function levelEffect(mean, level, bound) {
  const [low, high] = level === 1 ? [Math.min(mean - 8, bound - 2), bound] : [bound, Math.max(mean + 8, bound + 2)];
  const density = (dose) => normalDensity(dose - mean);
  return simpson((dose) => effect(dose) * density(dose), low, high, 120) / simpson(density, low, high, 120);
}

function effect(dose) {
  return 15 / (1 + Math.exp(-dose - 1.2 * Math.cos(dose))) - 2;
}

const contrasts = LEVELS.map((level, i) => ({ row: `apo, ${level} - 0`, truth: EFFECTS[i], options: { levels: [0, level] } }));

/** A role's column of predictions serves all levels, so with known nuisances each level stands alone. */
const alone = [0, ...LEVELS].map((level) => ({
  row: `apo, E[Y(${level})]`, truth: BASE + (level === 0 ? 0 : EFFECTS[level - 1]), options: { levels: [level] }, known: { g: `g${level}`, m: `m${level}` },
}));

/** A third is untreated; else the level is the half of the population's doses that the dose is in. */
export const apo = {
  name: "apo",
  version: 2, // warnings of what the outcome models miss
  about: "make_irm_data_discrete_treatments, two levels; the lasso has squares",
  sizes: [500, 2000],
  base: { model: "apo", outcome: "y", treatment: "level", controls: Object.keys(named("X", Array.from({ length: WIDTH }))) },
  cells: [...cellsOf(alone, {}), ...cellsOf(contrasts, withPropensities(["m"]), { lassocv: { degree: 2 } })],
  sample(rows, draw) {
    const stream = streams("apo", draw);
    const x = toeplitz(stream("x"), rows, WIDTH, 0);
    const z = Array.from({ length: rows }, (_, i) => transformed(x.map((column) => column[i])).map((value, k) => (value - MEANS[k]) / SDS[k]));
    const means = z.map(doseMean);
    const g0 = Float64Array.from(z, ([z1, z2, z3, z4]) => BASE + 27.4 * z1 + 13.7 * (z2 + z3 + z4));
    const [noise, shock, treated] = [normals(stream("y"), rows), normals(stream("dose"), rows), stream("treated")];
    const dose = means.map((mean, i) => mean + shock[i]);
    const level = dose.map((value) => (treated.uniform() < 1 / 3 ? 0 : value < BOUND ? 1 : 2));
    const below = means.map((mean) => normalDistribution(BOUND - mean));
    const outcomes = LEVELS.map((one) => g0.map((value, i) => value + levelEffect(means[i], one, BOUND)));
    return {
      ...named("X", x), level: Float64Array.from(level), g0, g1: outcomes[0], g2: outcomes[1],
      y: g0.map((value, i) => value + (level[i] > 0 ? effect(dose[i]) : 0) + Math.sqrt(5) * noise[i]),
      m0: new Float64Array(rows).fill(1 / 3), m1: Float64Array.from(below, (p) => (2 / 3) * p), m2: Float64Array.from(below, (p) => (2 / 3) * (1 - p)),
    };
  },
};
