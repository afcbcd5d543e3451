import { full } from "../../fit/fitTask.js";
import { dot, minus } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { weightedMean } from "../../learners/weights.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { type Repetition, variableAt } from "../../plan/task.js";
import { attempt } from "../attempt.js";
import { clusterSums, countLevels, rowsByLevel } from "../errors/sums.js";
import { firstEffect, type InferenceContext, type SolvedSystem, solveSystem, type Stage } from "../stage.js";

/** Whether the residuals of an estimate still hold unit or time structure. */
export interface PanelCheck {
  /** The estimate after unit and time means are removed from both residuals. */
  readonly coef: number;
  /** That estimate less the reported one, and its standard error, clustered by unit. */
  readonly difference: number;
  readonly se: number;
  /** Share of each residual's variance that lies between units (one-way analysis of variance), by role. */
  readonly intraClass: Readonly<Record<string, number>>;
  readonly tripped: boolean;
  readonly warning: readonly string[];
}

/**
 * Costs no fit. For regressions of residuals (PLR, PLIV) wherever these are not demeaned anyway and there is a unit id.
 * The two estimates' influence functions give the standard error of their difference (Hausman 1978 without his
 * assumption of efficiency). Trips where the difference exceeds two of its standard errors and half of the estimate's.
 */
export function panelCheck(planned: PlannedSpecification, repetition: Repetition, stage: Stage, context: InferenceContext): PanelCheck | null {
  const { specification, setting, sample } = planned;
  const model = modelOf(specification.model);
  const [own] = stage.systems;
  if (model.finalStage === "signal" || specification.encode === "effects" || specification.unit === null || own === undefined) return null;
  const unit = sample.levels(specification.unit);
  const effects: Group[] = [unit];
  if (specification.time !== null) effects.push(sample.levels(specification.time));
  const [system] = model.systems({ ...setting, score: "partialling-out" }, stage.inputs);
  const demeaned = system === undefined ? null : solveDemeaned(planned, system, effects, context);
  if (demeaned === null) return null;
  const [reported, other] = [firstEffect(own), firstEffect(demeaned)];
  const difference = other.coef - reported.coef;
  const se = clusteredError(minus(other.influence, reported.influence), unit);
  const tripped = Math.abs(difference) > 2 * se && Math.abs(difference) > 0.5 * clusteredError(reported.influence, unit);
  return { coef: other.coef, difference, se, intraClass: intraClasses(planned, repetition, unit, context), tripped, warning: tripped ? [WARNING] : [] };
}

/** The same without unit and time means in any column and so without a constant; null where nothing is left. */
function solveDemeaned(planned: PlannedSpecification, system: LinearSystem, effects: readonly Group[], { kernels }: InferenceContext): SolvedSystem | null {
  const without = { ...planned, specification: { ...planned.specification, constant: false } };
  return attempt(() => solveSystem(without, system, effects, kernels), []);
}

/** Of each nuisance of an observed variable. */
function intraClasses({ nuisances, variables }: PlannedSpecification, { predictions }: Repetition, unit: Group, { lookup }: InferenceContext): Readonly<Record<string, number>> {
  return Object.fromEntries(nuisances.flatMap(({ name, target }) => {
    const source = predictions[name];
    if (target.kind !== "variable" || source === undefined) return [];
    return [[name, intraClassCorrelation(minus(variableAt(variables, target.variable).values, full(lookup(source))), unit)]];
  }));
}

const WARNING =
  "The residuals still hold unit or time structure: without it the estimate is another (see the line \"unit, time means out\"). " +
  "Neither number is to be trusted; use encode: effects.";

function clusteredError(influence: Float64Array, unit: Group): number {
  const sums = clusterSums(influence, unit);
  const count = countLevels(unit);
  return Math.sqrt((dot(sums, sums) * count) / (count - 1));
}

/** (MSB - MSW) / (MSB + (n0 - 1) MSW): Fisher's intra-class correlation with unequal group sizes. */
function intraClassCorrelation(values: Float64Array, unit: Group): number {
  const sums = clusterSums(values, unit);
  const n = values.length;
  const mean = weightedMean(values, null);
  let between = 0;
  let squaredSizes = 0;
  rowsByLevel(unit).forEach((size, u) => {
    if (size === 0) return;
    const shift = (sums[u] ?? 0) / size - mean;
    between += size * shift * shift;
    squaredSizes += size * size;
  });
  const total = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const groups = countLevels(unit);
  const msb = between / (groups - 1);
  const msw = (total - between) / (n - groups);
  const n0 = (n - squaredSizes / n) / (groups - 1);
  return (msb - msw) / (msb + (n0 - 1) * msw);
}
