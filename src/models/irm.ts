import {
  type Comparison, type LinearSystem, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, predictionOf, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { meanOf, propensities } from "./propensity.js";

/**
 * Interactive regression, Y = g(D, X) + U, D binary with propensity m(X).
 * Robins and Rotnitzky (1995); Hahn (1998); Chernozhukov et al. (2018), Econometrics Journal 21, equations 5.3 and 5.4.
 *
 * theta = mean of w (g1 - g0) + w-bar [D (Y - g1) / m - (1 - D) (Y - g0) / (1 - m)] over mean w, with
 * ATE: w = w-bar = 1; ATTE: w = D / p, w-bar = m / p; ATU: w = (1 - D) / (1 - p), w-bar = (1 - m) / (1 - p);
 * p is the share of the treated.
 */
export const irm = Object.freeze<Model>({
  name: "irm",
  about: "Interactive regression for a binary treatment (Chernozhukov et al. 2018): ATE, ATTE, ATU.",
  scores: ["ATE", "ATTE", "ATU"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "none", mediators: "none" },
  binary: ["treatment"],
  options: ["clip", "normalizeIpw", "treatedShare"],
  roles: () => [{ name: "g0", otherwise: "g" }, { name: "g1", otherwise: "g" }, { name: "m", propensity: true }],
  nuisances(): readonly Nuisance[] {
    const treatment = treatmentAt(0);
    return [
      { name: "g0", role: "g0", target: observed(OUTCOME), where: { variable: treatment, equals: 0 } },
      { name: "g1", role: "g1", target: observed(OUTCOME), where: { variable: treatment, equals: 1 } },
      { name: "m", role: "m", target: observed(treatment) },
    ];
  },
  exposure: treatmentAt(0),
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { treated, propensity, given, expected, arms: { g0, g1 } } = comparison(setting, inputs);
    const signal = inputs.outcome.map((y, i) => {
      const [a = NaN, b = NaN, d = NaN, p = NaN] = [g0[i], g1[i], treated[i], propensity[i]];
      return (given[i] ?? NaN) * (b - a) + (expected[i] ?? NaN) * ((d * (y - b)) / p - ((1 - d) * (y - a)) / (1 - p));
    });
    return [{ names: setting.treatments, y: signal, x: [given], z: [new Float64Array(signal.length).fill(1)] }];
  },
  comparisons: (setting: ModelSetting, inputs: ScoreInputs) => [comparison(setting, inputs)],
  arms(setting: ModelSetting, inputs: ScoreInputs) {
    const { treated, propensity, given, expected } = comparison(setting, inputs);
    const slope = (arm: Float64Array, p: Float64Array, sign: number): Float64Array =>
      given.map((w, i) => sign * (w - ((expected[i] ?? NaN) * (arm[i] ?? NaN)) / (p[i] ?? NaN)));
    const untreated = treated.map((d) => 1 - d);
    return [[
      { inside: treated, residual: residualOf(inputs, "g1", inputs.outcome), slope: slope(treated, propensity, 1) },
      { inside: untreated, residual: residualOf(inputs, "g0", inputs.outcome), slope: slope(untreated, propensity.map((p) => 1 - p), -1) },
    ]];
  },
});

function comparison(setting: ModelSetting, inputs: ScoreInputs): Comparison & { readonly arms: NonNullable<Comparison["arms"]> } {
  const [treated] = inputs.treatments as readonly [Float64Array];
  const predicted = predictionOf(inputs, "m");
  const propensity = propensities(predicted, treated, inputs.weights, setting);
  const { own, bar } = effectWeights(setting, inputs, treated, propensity);
  const arms = { g0: predictionOf(inputs, "g0"), g1: predictionOf(inputs, "g1") };
  return { name: setting.treatments[0] ?? "", treated, predicted, propensity, given: own, expected: bar, arms };
}

/** w and w-bar of the score, scaled so that w has mean one: over all rows, or fold by fold as Stata's ddml and R do. */
function effectWeights(
  { score, treatedShare }: ModelSetting, { folds, weights }: ScoreInputs, d: Float64Array, m: Float64Array,
): { readonly own: Float64Array; readonly bar: Float64Array } {
  if (score === "ATE") {
    const ones = new Float64Array(d.length).fill(1);
    return { own: ones, bar: ones };
  }
  const inside = score === "ATTE" ? d : d.map((arm) => 1 - arm);
  const chance = score === "ATTE" ? m : m.map((p) => 1 - p);
  const share = treatedShare === "sample" ? new Float64Array(d.length).fill(meanOf(inside, weights)) : foldMeans(inside, folds, weights);
  const divided = (values: Float64Array): Float64Array => values.map((value, i) => value / (share[i] ?? NaN));
  return { own: divided(inside), bar: divided(chance) };
}

/** By row: the mean over the rows of its fold. */
function foldMeans(values: Float64Array, folds: Int32Array, weights: Float64Array | null): Float64Array {
  const sums = new Map<number, { sum: number; rows: number }>();
  values.forEach((value, i) => {
    const own = sums.get(folds[i] ?? -1) ?? { sum: 0, rows: 0 };
    const weight = weights?.[i] ?? 1;
    sums.set(folds[i] ?? -1, { sum: own.sum + weight * value, rows: own.rows + weight });
  });
  return Float64Array.from(folds, (fold) => {
    const { sum = NaN, rows = NaN } = sums.get(fold) ?? {};
    return sum / rows;
  });
}
