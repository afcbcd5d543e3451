import {
  type Comparison, type LinearSystem, mediatorAt, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, ownFold, predictionOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { armSignal, propensities } from "./propensity.js";

/**
 * Natural direct and indirect effects of a binary treatment (Pearl 2001) by the efficient score of Tchetgen Tchetgen and
 * Shpitser (2012), Annals of Statistics 40, in the form without the mediator's density (Farbmacher, Huber, Lafférs, Langen
 * and Spindler 2022, Econometrics Journal 25, which causalweight's medDML has): with mu_d(M, X) = E[Y | D = d, M, X] and
 * nu_d(X) = E[mu_d | D = 1 - d, X], p_d(X) and p_d(M, X) the chances of D = d,
 * E[Y(d, M(1 - d))] = mean of 1{D = d} p_{1-d}(M, X) / (p_d(M, X) p_{1-d}(X)) (Y - mu_d)
 *                     + 1{D = 1 - d} / p_{1-d}(X) (mu_d - nu_d) + nu_d,
 * and E[Y(d, M(d))] as in irm. nu is fitted, in each fold, to what that fold's mu predicts for rows of the other arm, on
 * which mu was not fitted: neither has seen a held-out row.
 */
export const naturalEffects = Object.freeze<Model>({
  name: "natural-effects",
  about: "Natural direct and indirect effects of a binary treatment through its `mediator` (Farbmacher et al. 2022); treatment and mediator may interact.",
  scores: ["efficient"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "none", mediators: "several" },
  binary: ["treatment"],
  options: ["clip"],
  roles: () => [{ name: "g0", otherwise: "g" }, { name: "g1", otherwise: "g" }, { name: "m", propensity: true }],
  nuisances({ mediators }: ModelSetting): readonly Nuisance[] {
    const variable = treatmentAt(0);
    const beside = mediators.map((_, k) => mediatorAt(k));
    const arms = ([0, 1] as const).flatMap((d): readonly Nuisance[] => [
      { name: `g${d}`, role: `g${d}`, target: observed(OUTCOME), where: { variable, equals: d } },
      { name: `g${d}:mediator`, role: `g${d}`, target: observed(OUTCOME), where: { variable, equals: d }, beside, everyFold: true },
      { name: `g${d}:nested`, role: `g${d}`, target: { kind: "nested", nuisance: `g${d}:mediator` }, where: { variable, equals: 1 - d } },
    ]);
    return [...arms, { name: "m", role: "m", target: observed(variable) }, { name: "m:mediator", role: "m", target: observed(variable), beside }];
  },
  exposure: treatmentAt(0),
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { treatments: [name = ""] } = setting;
    const [y00, y01, y10, y11] = ([0, 1] as const).flatMap((d) => ([0, 1] as const).map((of) => potential(d, of, setting, inputs))) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const ones = new Float64Array(y00.length).fill(1);
    const contrast = (called: string, a: Float64Array, b: Float64Array): LinearSystem => ({ names: [called], y: a.map((value, i) => value - (b[i] ?? NaN)), x: [ones], z: [ones] });
    return [
      contrast(name, y11, y00),
      contrast(`${name}, direct, mediator as untreated`, y10, y00), contrast(`${name}, direct, mediator as treated`, y11, y01),
      contrast(`${name}, indirect, if treated`, y11, y10), contrast(`${name}, indirect, if untreated`, y01, y00),
    ];
  },
  comparisons(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[] {
    const [treated] = inputs.treatments as readonly [Float64Array];
    const ones = new Float64Array(treated.length).fill(1);
    const { treatments: [name = ""], mediators } = setting;
    return ([["m", name], ["m:mediator", `${name} given ${mediators.join(", ")}`]] as const).map(([nuisance, called]) => {
      const predicted = predictionOf(inputs, nuisance);
      return { name: called, treated, predicted, propensity: chances(nuisance, setting, inputs), given: ones, expected: ones, arms: null };
    });
  },
});

/** P(D = 1), clipped. */
function chances(nuisance: string, setting: ModelSetting, inputs: ScoreInputs): Float64Array {
  return propensities(predictionOf(inputs, nuisance), inputs.treatments[0] as Float64Array, inputs.weights, { ...setting, normalizeIpw: false });
}

/** The signal of E[Y(d, M(of))]. */
function potential(d: 0 | 1, of: 0 | 1, setting: ModelSetting, inputs: ScoreInputs): Float64Array {
  const { outcome, folds, treatments: [treatment] } = inputs;
  const inside = (treatment as Float64Array).map((value) => (value === d ? 1 : 0));
  const toward = (p: Float64Array): Float64Array => (d === 1 ? p : p.map((value) => 1 - value));
  const p = toward(chances("m", setting, inputs));
  if (d === of) return armSignal(outcome, predictionOf(inputs, `g${d}`), inside, p);
  const given = toward(chances("m:mediator", setting, inputs));
  const mu = ownFold(predictionOf(inputs, `g${d}:mediator`), folds);
  const nu = ownFold(predictionOf(inputs, `g${d}:nested`), folds);
  return outcome.map((y, i) => {
    const [own = NaN, chance = NaN, chanceGiven = NaN, u = NaN, v = NaN] = [inside[i], p[i], given[i], mu[i], nu[i]];
    return v + (own * (1 - chanceGiven) * (y - u)) / (chanceGiven * (1 - chance)) + ((1 - own) * (u - v)) / (1 - chance);
  });
}
