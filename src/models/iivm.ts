import {
  type Comparison, instrumentAt, type LinearSystem, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, predictionOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { armOf, armSignal, propensities } from "./propensity.js";

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
  takes: { treatments: "one", instruments: "one", mediators: "none" },
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
  exposure: instrumentAt(0),
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { y, d, z, m, g, r } = partsOf(setting, inputs);
    return [{ names: setting.treatments, y: effect(y, g[0], g[1], z, m), x: [effect(d, r[0], r[1], z, m)], z: [new Float64Array(y.length).fill(1)] }];
  },
  /** Of the outcome less the effect times the treatment: the signal whose mean is zero at the effect. */
  arms(setting: ModelSetting, inputs: ScoreInputs, [late = NaN]: readonly number[]) {
    const { y, d, z, m, g, r } = partsOf(setting, inputs);
    const residual = (arm: 0 | 1): Float64Array => y.map((value, i) => value - (g[arm][i] ?? NaN) - late * ((d[i] ?? NaN) - (r[arm][i] ?? NaN)));
    return [[armOf(residual(1), z, m, 1), armOf(residual(0), z.map((arm) => 1 - arm), m.map((p) => 1 - p), -1)]];
  },
  comparisons(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[] {
    const [treated] = inputs.instruments as readonly [Float64Array];
    const predicted = predictionOf(inputs, "m");
    const ones = new Float64Array(treated.length).fill(1);
    const propensity = propensities(predicted, treated, inputs.weights, setting);
    return [{ name: setting.instruments[0] ?? "", treated, predicted, propensity, given: ones, expected: ones, arms: null }];
  },
});

/** Outcome, treatment, instrument, its propensity, and by the instrument's arm the predictions of outcome and treatment. */
function partsOf(setting: ModelSetting, inputs: ScoreInputs) {
  const [d] = inputs.treatments as readonly [Float64Array];
  const [z] = inputs.instruments as readonly [Float64Array];
  const takers = (isUnknown: boolean, name: string, otherwise: 0 | 1): Float64Array =>
    isUnknown ? predictionOf(inputs, name) : new Float64Array(z.length).fill(otherwise);
  return {
    y: inputs.outcome, d, z, m: propensities(predictionOf(inputs, "m"), z, inputs.weights, setting),
    g: [predictionOf(inputs, "g0"), predictionOf(inputs, "g1")] as const,
    r: [takers(setting.alwaysTakers, "r0", 0), takers(setting.neverTakers, "r1", 1)] as const,
  };
}

/** The doubly robust signal of the instrument's effect on a variable. */
function effect(values: Float64Array, at0: Float64Array, at1: Float64Array, z: Float64Array, m: Float64Array): Float64Array {
  const on = armSignal(values, at1, z, m);
  const off = armSignal(values, at0, z.map((arm) => 1 - arm), m.map((p) => 1 - p));
  return on.map((value, i) => value - (off[i] ?? NaN));
}
