import { EstimationError } from "../../errors.js";
import { minus, plus } from "../../fit/residuals.js";
import { groupAt } from "../../kernels/design.js";
import { weightedMean } from "../../learners/weights.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Sample } from "../../plan/sample.js";
import { postEstimationColumns, type TermChoice } from "../../study/postEstimation.js";
import { attempt } from "../attempt.js";
import { type Critical, criticalValue, degreesOfFreedom, ownFreedom } from "../errors/critical.js";
import { withOwnParameters } from "../effects.js";
import { fewestClusters } from "../errors/cluster.js";
import { countPeriods } from "../errors/driscollKraay.js";
import { basisOf, termOf, type Values } from "./basis.js";
import { type Curve, effectCurve, evenGrid } from "./curve.js";
import { type GroupEffects, groupEffects, type MustVary } from "./groups.js";
import { type LinearPredictor, linearPredictor } from "./predictor.js";
import type { Freedom, HeterogeneitySetting, Independent } from "./setting.js";
import { ivTypeSignal, type LinearScore, type Signal } from "./signal.js";
import { firstEffect, type InferenceContext, type Stage } from "../stage.js";
import { covariance, type ErrorSetting } from "../errors/covariance.js";
import type { ClusterErrors } from "../errors/setting.js";

/** How the effect differs: by group, along a basis, over a grid of one column. */
export interface Heterogeneity {
  readonly groups: GroupEffects | null;
  readonly predictor: Omit<LinearPredictor, "fits"> | null;
  readonly curve: (Curve & { readonly column: string }) | null;
  readonly warnings: readonly string[];
}

/** From the stored scores of all repetitions; null where nothing is asked for. */
export function heterogeneityOf(
  planned: PlannedSpecification, stages: readonly Stage[], setting: ErrorSetting, critical: Critical, context: InferenceContext,
): Heterogeneity | null {
  const { specification, sample, variables } = planned;
  const { groups, along } = specification.postEstimation;
  if (groups === null && along.length === 0) return null;
  const warnings: string[] = [];
  const own = settingOf(planned, setting, critical, context);
  const signals = attempt(() => signalsOf(planned, stages), warnings);
  if (signals === null) return { groups: null, predictor: null, curve: null, warnings };
  const mustVary: readonly MustVary[] = [...variables.treatments, ...variables.instruments].map(({ name, values }) => ({ name, values }));
  const byGroup = groups === null ? null : attempt(() => groupEffects(signals, sample.levels(groups), mustVary, own), warnings);
  const predicted = along.length === 0 ? null : attempt(() => predict(planned, signals, own, fewestSums(setting)), warnings);
  return { groups: byGroup, predictor: predicted === null ? null : withoutFits(predicted.predictor), curve: predicted?.curve ?? null, warnings };
}

function withoutFits({ n, coefficients, heterogeneity }: LinearPredictor): Omit<LinearPredictor, "fits"> {
  return { n, coefficients, heterogeneity };
}

/** One system with one parameter a repetition: y, x and z before any demeaning. */
function signalsOf(planned: PlannedSpecification, stages: readonly Stage[]): readonly Signal[] {
  const { specification, setting, repetitions } = planned;
  const model = modelOf(specification.model);
  return stages.map((stage, r) => {
    const [system] = model.systems(setting, stage.inputs);
    const [x, ...moreX] = system?.x ?? [];
    const [z, ...moreZ] = system?.z ?? [];
    if (system === undefined || x === undefined || z === undefined || moreX.length + moreZ.length > 0) {
      throw new EstimationError("not-defined", "Effects by group and along covariates are those of one treatment with one instrument at most. Give the treatment a column of its own.");
    }
    const absorbed = repetitions[r]?.absorbed ?? [];
    if (specification.encode === "effects") return { y: system.y, x, z, absorbed }; // see Signal
    const { coef } = firstEffect(stage.systems[0] as Stage["systems"][number]);
    const isIvType = model.takes.instruments === "none" && specification.score === "iv-type";
    return { ...(isIvType ? ivTypeSignal({ y: system.y, x, z }, coef) : scoreOf(system, x, z, coef)), absorbed };
  });
}

/** y and x without what the controls predict of x, at the effect `coef`: it stays the solution. */
function scoreOf({ y, predicted: [predicted] = [] }: LinearSystem, x: Float64Array, z: Float64Array, coef: number): LinearScore {
  return predicted === undefined ? { y, x, z } : { y: plus(y, predicted, -coef), x: minus(x, predicted), z };
}

function settingOf(planned: PlannedSpecification, errors: ErrorSetting, critical: Critical, { kernels, special }: InferenceContext): HeterogeneitySetting {
  return {
    kernels, special, weights: planned.weights, critical, aggregate: planned.specification.aggregate,
    covariance: (stage, rows) => covariance(stage, atRows(withOwnParameters(errors, stage.coefficients.length), rows)),
    freedom: planned.specification.distribution === "normal" ? () => () => Infinity : freedomFrom(errors),
    criticalOf: (freedom) => criticalValue(special, planned.specification.level, freedom),
    independent: (rows) => independentAt(errors, rows),
  };
}

/** That of the coefficient's own variance, or clusters, periods or rows of its own less one, and never more than all rows have. */
function freedomFrom(errors: ErrorSetting): Freedom {
  return (stage, rows) => {
    const setting = atRows(withOwnParameters(errors, stage.coefficients.length), rows);
    const byVariance = ownFreedom(stage, setting);
    const most = degreesOfFreedom(setting, rows.length);
    return (coefficient, own) => byVariance?.(coefficient) ?? Math.min(most, independentAt(errors, own).count - 1);
  };
}

function independentAt(errors: ErrorSetting, rows: Uint32Array): Independent {
  switch (errors.kind) {
    case "cluster":
      return { what: "clusters", count: fewestClusters(errors.clusters.map((group) => groupAt(group, rows))) };
    case "driscoll-kraay":
      return { what: "periods", count: new Set(Array.from(rows, (row) => errors.serial.periods[row] ?? 0)).size };
    default:
      return { what: "rows", count: rows.length };
  }
}

/** The setting over some rows of the sample. */
function atRows(setting: ErrorSetting, rows: Uint32Array): ErrorSetting {
  switch (setting.kind) {
    case "cluster":
      return { ...setting, clusters: setting.clusters.map((group) => groupAt(group, rows)), correction: correctionAt(setting.correction, rows) };
    case "driscoll-kraay":
      return { ...setting, serial: { ...setting.serial, periods: Int32Array.from(rows, (row) => setting.serial.periods[row] ?? 0) } };
    case "conley":
      if (rows.length < setting.spatial.latitude.length) throw new EstimationError("not-defined", "Conley errors are not had for some groups alone. Cluster instead, or merge groups without variation.");
      return setting;
    default:
      return setting;
  }
}

function correctionAt(correction: ClusterErrors["correction"], rows: Uint32Array): ClusterErrors["correction"] {
  return typeof correction === "boolean" ? correction : { ...correction, crossed: correction.crossed.map((effect) => groupAt(effect, rows)) };
}

/** Clusters or periods whose sums the covariance is made of: its rank is below their number. */
function fewestSums(setting: ErrorSetting): number {
  if (setting.kind === "cluster") return fewestClusters(setting.clusters);
  return setting.kind === "driscoll-kraay" ? countPeriods(setting.serial.periods) : Infinity;
}

function predict(planned: PlannedSpecification, signals: readonly Signal[], setting: HeterogeneitySetting, sums: number): { readonly predictor: LinearPredictor; readonly curve: Heterogeneity["curve"] } {
  const { specification, sample } = planned;
  const { along, curve } = specification.postEstimation;
  const values = valuesOf(sample, specification.postEstimation);
  const terms = [{ kind: "constant" } as const, ...along.map((choice) => labelled(choice, sample))].map((choice) => termOf(choice, values, planned.weights));
  const basis = basisOf(terms, values);
  const count = basis.names.length;
  if (count >= sums) throw new EstimationError("many-terms", `The errors rest on ${sums} clusters or periods, which cannot tell ${count} terms of the effect apart. Take fewer terms, or a lower \`df\`.`);
  const predictor = linearPredictor(signals, basis, setting);
  if (curve === null) return { predictor, curve: null };
  const { column, points, draws } = curve;
  const grid = evenGrid(values[column] as Float64Array, points, 0.01, 0.99);
  const at = basisOf(terms, { ...atMeans(values, planned.weights, points), [column]: grid });
  const { level, seed } = specification;
  return { predictor, curve: { column, ...effectCurve(predictor, grid, at, { level, draws, seed }, setting) } };
}

function valuesOf(sample: Sample, choice: PlannedSpecification["specification"]["postEstimation"]): Values {
  const { numeric, categorical } = postEstimationColumns(choice);
  const codes = categorical.map((name) => [name, Float64Array.from(sample.levels(name).codes)] as const);
  return Object.fromEntries([...codes, ...numeric.map((name) => [name, sample.numbers(name).values] as const)]);
}

/** The levels' names are the sample's. */
function labelled(choice: TermChoice, sample: Sample): TermChoice {
  if (choice.kind === "levels") return { ...choice, labels: sample.levels(choice.column).labels };
  if (choice.kind === "product") return { ...choice, of: [labelled(choice.of[0], sample), labelled(choice.of[1], sample)] };
  return choice;
}

/** Other columns of a curve stand at their mean; levels at the first. */
function atMeans(values: Values, weights: Float64Array | null, points: number): Values {
  return Object.fromEntries(Object.entries(values).map(([name, column]) => [name, new Float64Array(points).fill(weightedMean(column, weights))]));
}
