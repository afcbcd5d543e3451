import {
  type Comparison, type LinearSystem, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, predictionOf, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { meanOf, propensities } from "./propensity.js";

/**
 * Difference in differences, two periods: the effect on the treated where, given the controls, the outcome of the treated would have
 * changed as that of the others did. The outcome is the change (`D.y`), the rows are those of the period after.
 * theta = mean of (w1 - w0) (Y - g0(X)), g0 = E[Y | D = 0, X], w1 = D and w0 = (1 - D) m / (1 - m), each over its mean.
 * Sant'Anna and Zhao (2020), Journal of Econometrics 219, section 2 (their doubly robust estimand with normalised weights; DoubleML's
 * DoubleMLDID, observational).
 */
export const did = Object.freeze<Model>({
  name: "did",
  about: "Difference in differences with two periods, on the change of the outcome: the effect on the treated (Sant'Anna and Zhao 2020).",
  scores: ["ATTE"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "none", mediators: "none" },
  binary: ["treatment"],
  options: ["clip"],
  roles: () => [{ name: "g0", otherwise: "g" }, { name: "m", propensity: true }],
  nuisances(): readonly Nuisance[] {
    const variable = treatmentAt(0);
    return [{ name: "g0", role: "g0", target: observed(OUTCOME), where: { variable, equals: 0 } }, { name: "m", role: "m", target: observed(variable) }];
  },
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { given, weight } = partsOf(setting, inputs);
    const left = residualOf(inputs, "g0", inputs.outcome);
    return [{ names: setting.treatments, y: left.map((value, i) => (weight[i] ?? NaN) * value), x: [given], z: [new Float64Array(given.length).fill(1)] }];
  },
  comparisons(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[] {
    const { treated, predicted, propensity, given, share } = partsOf(setting, inputs);
    return [{ name: setting.treatments[0] ?? "", treated, predicted, propensity, given, expected: propensity.map((p) => p / share), arms: null }];
  },
  arms(setting: ModelSetting, inputs: ScoreInputs) {
    const { treated, weight } = partsOf(setting, inputs);
    return [[{ inside: treated.map((d) => 1 - d), residual: residualOf(inputs, "g0", inputs.outcome), slope: weight.map((value) => -value) }]];
  },
});

/** given: w1. weight: w1 - w0. */
function partsOf(setting: ModelSetting, inputs: ScoreInputs) {
  const [treated] = inputs.treatments as readonly [Float64Array];
  const predicted = predictionOf(inputs, "m");
  const propensity = propensities(predicted, treated, inputs.weights, { ...setting, normalizeIpw: false });
  const share = meanOf(treated, inputs.weights);
  const odds = propensity.map((p, i) => ((1 - (treated[i] ?? NaN)) * p) / (1 - p));
  const total = meanOf(odds, inputs.weights);
  const given = treated.map((d) => d / share);
  return { treated, predicted, propensity, share, given, weight: given.map((value, i) => value - (odds[i] ?? NaN) / total) };
}
