import {
  type Arm, type Comparison, type LinearSystem, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, predictionOf, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";
import { armOf, armSignal, propensities } from "./propensity.js";

/**
 * Average potential outcomes of a treatment with several levels, and their contrasts with the first level.
 * Cattaneo (2010), Journal of Econometrics 155; E[Y(a)] = mean of g_a + 1{D = a} (Y - g_a) / m_a, g_a(X) = E[Y | D = a, X],
 * m_a(X) = P(D = a | X). Each level is a two-arm problem of its own: propensities need not sum to one over levels.
 */
export const apo = Object.freeze<Model>({
  name: "apo",
  about: "Average potential outcomes of a treatment with several levels, and contrasts with the first (Cattaneo 2010).",
  scores: ["APO"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "none", mediators: "none" },
  binary: [],
  options: ["levels", "clip", "normalizeIpw"],
  roles: () => [{ name: "g" }, { name: "m", propensity: true }],
  nuisances: ({ levels }: ModelSetting) => levels.flatMap((level): readonly Nuisance[] => {
    const variable = treatmentAt(0);
    return [
      { name: nameAt("g", level), role: "g", target: observed(OUTCOME), where: { variable, equals: level } },
      { name: nameAt("m", level), role: "m", target: { kind: "level", variable, level } },
    ];
  }),
  exposure: treatmentAt(0),
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { levels, treatments: [name = ""] } = setting;
    const signals = comparisonsOf(setting, inputs).map(({ treated, propensity }, i) =>
      armSignal(inputs.outcome, predictionOf(inputs, nameAt("g", levels[i] ?? NaN)), treated, propensity));
    const [reference] = signals;
    const ones = new Float64Array(inputs.outcome.length).fill(1);
    const contrasts = signals.slice(1).map((signal, i) => system(`${name}: ${levels[i + 1] ?? ""} - ${levels[0] ?? ""}`, signal.map((value, row) => value - (reference?.[row] ?? NaN)), ones));
    return [...contrasts, ...signals.map((signal, i) => system(`E[Y(${levels[i] ?? ""})]`, signal, ones))];
  },
  comparisons: comparisonsOf,
  arms(setting: ModelSetting, inputs: ScoreInputs) {
    const own = (sign: 1 | -1): readonly Arm[] => comparisonsOf(setting, inputs).map(({ treated, propensity }, i) =>
      armOf(residualOf(inputs, nameAt("g", setting.levels[i] ?? NaN), inputs.outcome), treated, propensity, sign));
    const [levels, [reference]] = [own(1), own(-1)];
    return [...levels.slice(1).map((level) => [level, reference as Arm]), ...levels.map((level) => [level])];
  },
});

/** Each level against all others. */
function comparisonsOf(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[] {
  const { levels, treatments: [name = ""] } = setting;
  const [d] = inputs.treatments as readonly [Float64Array];
  const ones = new Float64Array(d.length).fill(1);
  return levels.map((level) => {
    const treated = d.map((value) => (value === level ? 1 : 0));
    const predicted = predictionOf(inputs, nameAt("m", level));
    const propensity = propensities(predicted, treated, inputs.weights, setting);
    return { name: `${name} = ${level}`, treated, predicted, propensity, given: ones, expected: ones, arms: null };
  });
}

function nameAt(role: string, level: number): string {
  return `${role}:${level}`;
}

function system(name: string, y: Float64Array, ones: Float64Array): LinearSystem {
  return { names: [name], y, x: [ones], z: [ones] };
}
