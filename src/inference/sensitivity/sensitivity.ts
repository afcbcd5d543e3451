import { EstimationError } from "../../errors.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { attempt } from "../attempt.js";
import type { SensitivityChoice } from "../../study/postEstimation.js";
import { withOwnParameters } from "../effects.js";
import { finalStage } from "../finalStage.js";
import { armResiduals } from "./arms.js";
import { type Benchmark, benchmark } from "./benchmark.js";
import { type BiasEstimate, biasEstimate, type Bounds, type Confounding, sensitivityBounds } from "./bounds.js";
import { type Contour, contour } from "./contour.js";
import type { ConfidenceSet } from "../instruments/confidenceSet.js";
import { confidenceSet } from "./confidenceSet.js";
import type { ErrorOf } from "./covariance.js";
import { doublemlElements } from "./doubleml.js";
import { regressionOf, elementsOf, type SensitivityElements } from "./elements.js";
import { type InstrumentEstimate, instrumentEstimate, onInstrument, type Outcome, strengthOn } from "./instrument.js";
import { effectRiesz, linearRiesz, undersmoothedRiesz } from "./riesz.js";
import { type RobustnessValues, robustnessValues } from "./robustness.js";
import { median } from "../repetitions.js";
import { type InferenceContext, type SolvedSystem, type Stage, stageOf } from "../stage.js";
import { type ErrorSetting, standardErrors, withFactors } from "../errors/covariance.js";

/** What omitted variables could do to an estimate. */
export interface Sensitivity {
  readonly confounding: Confounding;
  /** The effect that robustness values ask about. */
  readonly effect: number;
  /** Of the one-sided limits. */
  readonly level: number;
  /** With an instrument, of the reduced form of Y - `effect` D. */
  readonly robustness: RobustnessValues;
  /** With an instrument: how much confounding would leave it without a first stage. */
  readonly firstStage: RobustnessValues | null;
  /** Null with an instrument: there the set stands for them. */
  readonly bounds: Bounds | null;
  /** The bound on the side of the effect asked about, over shares of outcome and treatment; null where it is not asked for. */
  readonly contour: Contour | null;
  /** With an instrument: effects that are not rejected under such confounding. */
  readonly set: ConfidenceSet | null;
  readonly benchmarks: readonly { readonly controls: readonly string[]; readonly benchmark: Benchmark }[];
  readonly warnings: readonly string[];
}

/** From the stored scores of all repetitions; null where it is not asked for. */
export function sensitivityOf(planned: PlannedSpecification, stages: readonly Stage[], setting: ErrorSetting, context: InferenceContext): Sensitivity | null {
  const { specification } = planned;
  const choice = specification.postEstimation.sensitivity;
  if (choice === null) return null;
  const { cfY, cfD, rho, effect } = choice;
  const confounding = { cfY, cfD, rho };
  const { level } = specification;
  const { special } = context;
  const oneSided = special.normalQuantile(level);
  const hypothesis = { effect, rho, quantile: oneSided };
  if (specification.model === "pliv") {
    const reducedForm: Outcome = [1, -effect];
    const estimates = stages.map((stage) => throughInstrument(planned, stage, setting));
    const robustnessOf = (outcome: Outcome) => robustnessValues(estimates.map((one) => onInstrument(one, outcome)), { ...hypothesis, effect: 0 });
    const strengths = (all: readonly InstrumentEstimate[]) => all.map((one) => strengthOn(one, reducedForm));
    const warnings = choice.contour === 0 ? [] : ["`contour` is for plr and irm: with an instrument the set of effects stands for it."];
    return {
      confounding, effect, level, bounds: null, contour: null, warnings,
      robustness: robustnessOf(reducedForm), firstStage: robustnessOf([0, 1]),
      set: confidenceSet(estimates, confounding, special.normalQuantile((1 + level) / 2)),
      benchmarks: benchmarksOf(planned, warnings, context, (_, short) => benchmark(strengths(estimates), strengths(short.map((stage) => throughInstrument(planned, stage, setting))))),
    };
  }
  const elements = stages.map((stage) => elementsFor(planned, stage));
  const biases = stages.map((stage, r) => biasOf(stage, elements[r] as SensitivityElements, setting));
  const warnings: string[] = [];
  return {
    confounding, effect, level, set: null, firstStage: null, warnings,
    robustness: robustnessValues(biases, hypothesis),
    bounds: sensitivityBounds(biases, confounding, oneSided),
    contour: choice.contour === 0 ? null : contourOf(biases, choice, oneSided),
    benchmarks: benchmarksOf(planned, warnings, context, (own, short) => benchmark(elements, short.map((stage) => elementsFor(own, stage)))),
  };
}

/** By set of controls left out: `against` the planned specification without them and its stages. */
function benchmarksOf(
  { benchmarks }: PlannedSpecification, warnings: string[], context: InferenceContext, against: (own: PlannedSpecification, stages: readonly Stage[]) => Benchmark,
): Sensitivity["benchmarks"] {
  return benchmarks.flatMap(({ controls, planned: short }) => {
    const found = attempt(() => {
      if ("refused" in short) throw short.refused;
      return against(short, short.repetitions.map((repetition) => stageOf(short, repetition, context)));
    }, warnings);
    return found === null ? [] : [{ controls, benchmark: found }];
  });
}

/** Up to a half of the variance each way. */
function contourOf(biases: readonly BiasEstimate[], { contour: points, rho, effect }: SensitivityChoice, quantile: number): Contour {
  const shares = Array.from({ length: points }, (_, i) => (0.5 * i) / Math.max(1, points - 1));
  const side = effect > median(biases.map((one) => one.coef)) ? "upper" : "lower";
  return contour(biases, { cfY: shares, cfD: shares, rho, side, value: "coef", quantile });
}

function biasOf({ systems: [system] }: Stage, elements: SensitivityElements, setting: ErrorSetting): BiasEstimate {
  return biasEstimate(elements, errorOfSystem(system as SolvedSystem, setting));
}

/** A column's standard error by the specification's kind; homoskedastic errors are no quadratic form of it, so hc1, and cr2 and cr3 no sum over its rows, so cr1. */
function errorOfSystem({ stage }: SolvedSystem, setting: ErrorSetting): ErrorOf {
  const own = withOwnParameters(setting.kind === "homoskedastic" ? { ...setting, kind: "hc1" } : setting, stage.coefficients.length);
  return (influence) => standardErrors({ ...stage, influence: [influence], inverse: [[1]] }, withFactors(own))[0] ?? NaN;
}

/** PLR from its final stage, IRM from its arms. */
function elementsFor(planned: PlannedSpecification, { inputs, systems: [system] }: Stage): SensitivityElements {
  const { specification, setting, weights } = planned;
  if (system === undefined || system.names.length > 1) throw undefinedFor("several treatments in one system");
  const isDoubleml = specification.convention === "doubleml";
  if (modelOf(specification.model).finalStage === "residual") {
    const { x: [d], z, ones, constant } = system.columns;
    const [v] = z;
    const riesz = specification.encode === "effects" && v !== undefined && d !== undefined ? undersmoothedRiesz(v, d, weights) : linearRiesz([...(constant ? [ones] : []), ...z], weights);
    const elements = elementsOf(regressionOf(system.stage), riesz, weights);
    return isDoubleml ? doublemlElements(elements, null, weights) : elements;
  }
  const [comparison] = modelOf(specification.model).comparisons?.(setting, inputs) ?? [];
  if (comparison?.arms == null) throw undefinedFor(`the model ${specification.model}`);
  const { treated, propensity, arms, given, expected } = comparison;
  const riesz = effectRiesz({ treated, propensity }, { given, expected }, weights);
  const elements = elementsOf({ ...regressionOf(system.stage), residuals: armResiduals(inputs.outcome, treated, arms, weights) }, riesz, weights);
  return isDoubleml ? doublemlElements(elements, { given, expected }, weights) : elements;
}

/** The reduced form and the first stage, each a regression on the instrument's residual. */
function throughInstrument(planned: PlannedSpecification, { systems: [system] }: Stage, setting: ErrorSetting): InstrumentEstimate {
  const { judged: { y, x: [w, ...others], z: [v, ...more], ones, constant } } = system as SolvedSystem;
  if (w === undefined || v === undefined || others.length + more.length > 0) throw undefinedFor("several instruments or treatments");
  const regressors = [...(constant ? [ones] : []), v];
  const on = (target: Float64Array) => regressionOf(finalStage(target, regressors, regressors));
  return instrumentEstimate(on(y), on(w), linearRiesz(regressors, planned.weights), planned.weights, errorOfSystem(system as SolvedSystem, setting));
}

function undefinedFor(what: string): EstimationError {
  return new EstimationError("not-defined", `Sensitivity to omitted variables is not defined for ${what}. It is for one treatment in plr and irm, and for pliv with one instrument.`);
}
