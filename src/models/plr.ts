import {
  type LinearSystem, type Model, type ModelSetting, type Nuisance, numberedName, observed, OUTCOME, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";

/**
 * Partially linear regression, Y = theta D + g(X) + U, D = m(X) + V.
 * Robinson (1988), Econometrica 56; Chernozhukov et al. (2018), Econometrics Journal 21, equations 4.3 and 4.4.
 *
 * partialling-out: theta = sum(V (Y - l)) / sum(V^2), l(X) = E[Y|X].
 * iv-type: theta = sum(V (Y - g)) / sum(V D), g fitted to Y - theta_0 D, theta_0 from partialling-out.
 * Several treatments: one system for all (`joint`), or one each with the others among the controls or left out.
 */
export const plr = Object.freeze<Model>({
  name: "plr",
  about: "Partially linear regression (Robinson 1988; Chernozhukov et al. 2018).",
  scores: ["partialling-out", "iv-type"],
  effectsScore: "iv-type",
  finalStage: "residual",
  takes: { treatments: "several", instruments: "none", mediators: "none" },
  binary: [],
  options: ["otherTreatments"],
  roles: (score: string) => [{ name: "l" }, { name: "m" }, ...(score === "iv-type" ? [{ name: "g", otherwise: "l" }] : [])],
  nuisances: (setting: ModelSetting) => equations(setting).flatMap((equation) => nuisancesOf(equation, setting)),
  systems: (setting: ModelSetting, inputs: ScoreInputs) => equations(setting).map((equation) => systemOf(equation, setting, inputs)),
});

/** Treatments whose effects are found together, and the names of their nuisances. */
interface Equation {
  readonly treatments: readonly number[];
  /** Treatments among the controls. */
  readonly others: readonly number[];
  readonly l: string;
  readonly m: readonly string[];
  readonly g: string;
}

function equations({ treatments: names, otherTreatments }: ModelSetting): readonly Equation[] {
  const all = [...names.keys()];
  const m = all.map((index) => numberedName("m", names, index));
  if (otherTreatments === "joint") return [{ treatments: all, others: [], l: "l", m, g: "g" }];
  return all.map((index): Equation => {
    const own = { treatments: [index], m: m.slice(index, index + 1), g: numberedName("g", names, index) };
    if (otherTreatments === "none") return { ...own, others: [], l: "l" };
    return { ...own, others: all.filter((other) => other !== index), l: numberedName("l", names, index) };
  });
}

function nuisancesOf({ treatments, others, l, m, g }: Equation, { score }: ModelSetting): readonly Nuisance[] {
  const beside = others.map(treatmentAt);
  const partialled = treatments.map((index, j) => ({ variable: treatmentAt(index), nuisance: m[j] ?? "" }));
  const forTreatments = treatments.map((index, j): Nuisance => ({ name: m[j] ?? "", role: "m", target: observed(treatmentAt(index)), beside }));
  const shared: readonly Nuisance[] = [{ name: l, role: "l", target: observed(OUTCOME), beside }, ...forTreatments];
  return score === "iv-type" ? [...shared, { name: g, role: "g", target: { kind: "residual", outcome: { variable: OUTCOME, nuisance: l }, treatments: partialled, instruments: null }, beside }] : shared;
}

function systemOf({ treatments, l, m, g }: Equation, { score, treatments: names }: ModelSetting, inputs: ScoreInputs): LinearSystem {
  const v = treatments.map((index, j) => residualOf(inputs, m[j] ?? "", inputs.treatments[index]));
  const own = treatments.map((index) => names[index] ?? "");
  if (score === "iv-type") {
    const d = treatments.map((index) => inputs.treatments[index] as Float64Array);
    return { names: own, y: residualOf(inputs, g, inputs.outcome), x: d, z: v };
  }
  return { names: own, y: residualOf(inputs, l, inputs.outcome), x: v, z: v };
}
