import {
  type Combination, type LinearSystem, mediatorAt, type Model, type ModelSetting, type Nuisance, numberedName, observed, OUTCOME, type Partialled, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";

/**
 * Partially linear mediation, M_k = a_k D + h_k(X) + V_k, Y = c D + sum_k b_k M_k + g(X) + U: c is the direct effect,
 * a_k b_k what goes through mediator k, and the total is that of plr. Baron and Kenny (1986) with controls partialled out
 * as by Robinson (1988); it is causal where nothing unobserved moves treatment and outcome, treatment and mediator, or
 * mediator and outcome, and the treatment does not change what the mediator does (Imai, Keele and Yamamoto 2010).
 *
 * partialling-out: least squares of residual on residual; then total = direct + indirect to rounding, and the error of
 * the product is that of the joint influence, b IF_a + a IF_b. iv-type: each equation with a g of its own, as in plr; the
 * parts then add up in large samples only.
 */
export const mediation = Object.freeze<Model>({
  name: "mediation",
  about: "Partially linear mediation: the total effect of plr, the direct effect, and what goes through each `mediator`, with intervals.",
  scores: ["partialling-out", "iv-type"],
  effectsScore: "iv-type",
  finalStage: "residual",
  takes: { treatments: "one", instruments: "none", mediators: "several" },
  binary: [],
  options: [],
  roles: (score: string) => [{ name: "l" }, { name: "m" }, ...(score === "iv-type" ? [{ name: "g", otherwise: "l" }] : [])],
  nuisances({ score, treatments, mediators }: ModelSetting): readonly Nuisance[] {
    const [own, ...others] = predictedBy(treatments, mediators) as [Partialled, ...Partialled[]];
    const outcome: Partialled = { variable: OUTCOME, nuisance: "l" };
    const shared = [{ name: "l", role: "l", target: observed(OUTCOME) }, ...[own, ...others].map(({ variable, nuisance }): Nuisance => ({ name: nuisance, role: "m", target: observed(variable) }))];
    if (score === "partialling-out") return shared;
    const free = (name: string, explained: Partialled, by: readonly Partialled[]): Nuisance =>
      ({ name: `g:${name}`, role: "g", target: { kind: "residual", outcome: explained, treatments: by, instruments: null } });
    return [...shared, free("total", outcome, [own]), free("direct", outcome, [own, ...others]), ...others.map((other, k) => free(mediators[k] ?? "", other, [own]))];
  },
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[] {
    const { score, treatments: [name = ""], mediators } = setting;
    const parts = predictedBy(setting.treatments, mediators);
    const observedValues = [inputs.treatments[0], ...inputs.mediators] as readonly Float64Array[];
    const residuals = parts.map(({ nuisance }, j) => residualOf(inputs, nuisance, observedValues[j]));
    const isIvType = score === "iv-type";
    const system = (names: readonly string[], free: string, plain: string, explained: Float64Array | undefined): LinearSystem => {
      const z = residuals.slice(0, names.length);
      return { names, y: residualOf(inputs, isIvType ? `g:${free}` : plain, explained), x: isIvType ? observedValues.slice(0, names.length) : z, z };
    };
    return [
      system([name], "total", "l", inputs.outcome),
      system([`${name}, direct`, ...mediators], "direct", "l", inputs.outcome),
      ...mediators.map((mediator, k) => system([`${name} on ${mediator}`], mediator, parts[k + 1]?.nuisance ?? "", inputs.mediators[k])),
    ];
  },
  combinations({ treatments: [name = ""], mediators }: ModelSetting, effects: readonly number[]): readonly Combination[] {
    const count = mediators.length;
    const [b, a] = [effects.slice(2, 2 + count), effects.slice(2 + count, 2 + 2 * count)];
    const through = mediators.map((mediator, k): Combination => {
      const gradient = effects.map(() => 0);
      [gradient[2 + k], gradient[2 + count + k]] = [a[k] ?? NaN, b[k] ?? NaN];
      return { name: `${name} through ${mediator}`, value: (a[k] ?? NaN) * (b[k] ?? NaN), gradient };
    });
    return count === 1 ? through : [...through, { name: `${name}, indirect`, ...sumOf(through) }];
  },
});

/** The treatment and the mediators, with the nuisances that predict them. */
function predictedBy(treatments: readonly string[], mediators: readonly string[]): readonly Partialled[] {
  const names = [...treatments, ...mediators];
  return names.map((_, j) => ({ variable: j === 0 ? treatmentAt(0) : mediatorAt(j - 1), nuisance: numberedName("m", names, j) }));
}

function sumOf(parts: readonly Combination[]): Omit<Combination, "name"> {
  const sum = (of: (part: Combination) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return { value: sum(({ value }) => value), gradient: parts[0]?.gradient.map((_, j) => sum(({ gradient }) => gradient[j] ?? NaN)) ?? [] };
}
