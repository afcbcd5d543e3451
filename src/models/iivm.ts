import {
  type Comparison, instrumentAt, type LinearSystem, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, predictionOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { armSignal, propensities } from "./propensity.js";

/**
 * Interactive instrumental variables: binary instrument Z with propensity m(X), binary treatment.
 * Imbens and Angrist (1994); Chernozhukov et al. (2018), Econometrics Journal 21, equation 5.7: the local average
 * treatment effect is the doubly robust effect of Z on Y, g_z(X) = E[Y | Z = z, X], over that of Z on D,
 * r_z(X) = E[D | Z = z, X]. Without always-takers r_0 = 0, without never-takers r_1 = 1.
 */
export const iivm = Object.freeze<Model>({
  name: "iivm",
  about: "Interactive instrumental variables: the local average treatment effect of a binary treatment with a binary instrument (Chernozhukov et al. 2018).",
  scores: ["LATE"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "one" },
  binary: ["treatment", "instrument"],
  options: ["clip", "normalizeIpw", "alwaysTakers", "neverTakers"],
  roles: () => [
    { name: "g0", otherwise: "g" }, { name: "g1", otherwise: "g" }, { name: "m", propensity: true },
    { name: "r0", otherwise: "r", propensity: true }, { name: "r1", otherwise: "r", propensity: true },
  ],
  nuisances({ alwaysTakers, neverTakers }: ModelSetting): readonly Nuisance[] {
    const instrument = instrumentAt(0);
    const arm = (equals: 0 | 1) => ({ variable: instrument, equals });
    const takers = [...(alwaysTakers ? [0 as const] : []), ...(neverTakers ? [1 as const] : [])];
    return [
      ...([0, 1] as const).map((z): Nuisance => ({ name: `g${z}`, role: `g${z}`, target: observed(OUTCOME), where: arm(z) })),
      { name: "m", role: "m", target: observed(instrument) },
      ...takers.map((z): Nuisance => ({ name: `r${z}`, role: `r${z}`, target: observed(treatmentAt(0)), where: arm(z) })),
    ];
  },
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { outcome: y, weights } = inputs;
    const [d] = inputs.treatments as readonly [Float64Array];
    const [z] = inputs.instruments as readonly [Float64Array];
    const m = propensities(predictionOf(inputs, "m"), z, weights, setting);
    const constant = (value: number): Float64Array => new Float64Array(y.length).fill(value);
    const r0 = setting.alwaysTakers ? predictionOf(inputs, "r0") : constant(0);
    const r1 = setting.neverTakers ? predictionOf(inputs, "r1") : constant(1);
    const reduced = effect(y, predictionOf(inputs, "g0"), predictionOf(inputs, "g1"), z, m);
    return [{ names: setting.treatments, y: reduced, x: [effect(d, r0, r1, z, m)], z: [constant(1)] }];
  },
  comparisons(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[] {
    const [treated] = inputs.instruments as readonly [Float64Array];
    const predicted = predictionOf(inputs, "m");
    const ones = new Float64Array(treated.length).fill(1);
    const propensity = propensities(predicted, treated, inputs.weights, setting);
    return [{ name: setting.instruments[0] ?? "", treated, predicted, propensity, given: ones, expected: ones, arms: null }];
  },
});

/** The doubly robust signal of the instrument's effect on a variable. */
function effect(values: Float64Array, at0: Float64Array, at1: Float64Array, z: Float64Array, m: Float64Array): Float64Array {
  const on = armSignal(values, at1, z, m);
  const off = armSignal(values, at0, z.map((arm) => 1 - arm), m.map((p) => 1 - p));
  return on.map((value, i) => value - (off[i] ?? NaN));
}
