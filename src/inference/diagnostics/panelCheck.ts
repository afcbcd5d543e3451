import { full } from "../../fit/fitTask.js";
import { dot, minus } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { weightedMean } from "../../learners/weights.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { type Repetition, variableAt } from "../../plan/task.js";
import type { Specification } from "../../study/specification.js";
import { attempt } from "../attempt.js";
import { clusterSums, countLevels, rowsByLevel } from "../errors/sums.js";
import { effectsOf, type InferenceContext, type SolvedEffect, type SolvedSystem, solveSystem, type Stage } from "../stage.js";
import { ofTreatment } from "./differences.js";

/** Whether the residuals of an estimate still hold unit or time structure. */
export interface PanelCheck {
  /** By treatment, in the order of the estimate's effects. */
  readonly effects: readonly EffectCheck[];
  /** Share of each residual's variance that lies between units (one-way analysis of variance), by role. */
  readonly intraClass: Readonly<Record<string, number>>;
  /** Whether the check of any effect does. */
  readonly tripped: boolean;
  readonly warnings: readonly string[];
}

/** One effect without unit and time structure. */
export interface EffectCheck {
  /** The treatment. */
  readonly name: string;
  /** The estimate after unit and time means are removed from all residuals. */
  readonly coef: number;
  /** That estimate less the reported one, and its standard error, clustered by unit. */
  readonly difference: number;
  readonly se: number;
  readonly tripped: boolean;
}

/**
 * Costs no fit. For regressions of residuals (PLR, PLIV) wherever these are not demeaned anyway and there is a unit id.
 * The two estimates' influence functions give the standard error of their difference (Hausman 1978 without his
 * assumption of efficiency). Trips where the difference exceeds two of its standard errors and half of the estimate's.
 */
export function panelCheck(planned: PlannedSpecification, repetition: Repetition, stage: Stage, context: InferenceContext): PanelCheck | null {
  const { specification, setting, sample } = planned;
  const model = modelOf(specification.model);
  if (model.finalStage === "signal" || specification.encode === "effects" || specification.unit === null) return null;
  const unit = sample.levels(specification.unit);
  const absorbed = specification.time === null ? [unit] : [unit, sample.levels(specification.time)];
  const systems = model.systems({ ...setting, score: "partialling-out" }, stage.inputs);
  const demeaned = attempt(() => effectsOf({ systems: systems.map((system) => solveDemeaned(planned, system, absorbed, context)) }), []);
  if (demeaned === null) return null;
  const reported = effectsOf(stage);
  const effects = demeaned.map((other, j) => checkOf(reported[j] as SolvedEffect, other, unit));
  const warnings = effects.flatMap(({ name, tripped }) => (tripped ? [ofTreatment(name, effects.length, warningOf(specification))] : []));
  return { effects, intraClass: intraClasses(planned, repetition, unit, context), tripped: warnings.length > 0, warnings };
}

function checkOf(reported: SolvedEffect, { name, coef, influence }: SolvedEffect, unit: Group): EffectCheck {
  const difference = coef - reported.coef;
  const se = clusteredError(minus(influence, reported.influence), unit);
  const tripped = Math.abs(difference) > 2 * se && Math.abs(difference) > 0.5 * clusteredError(reported.influence, unit);
  return { name, coef, difference, se, tripped };
}

/** The same without unit and time means in any column and so without a constant; throws where nothing is left. */
function solveDemeaned(planned: PlannedSpecification, system: LinearSystem, effects: readonly Group[], { kernels }: InferenceContext): SolvedSystem {
  const without = { ...planned, specification: { ...planned.specification, constant: false } };
  return solveSystem(without, system, effects, kernels);
}

/** Of each nuisance of an observed variable. */
function intraClasses({ nuisances, variables }: PlannedSpecification, { predictions }: Repetition, unit: Group, { lookup }: InferenceContext): Readonly<Record<string, number>> {
  return Object.fromEntries(nuisances.flatMap(({ name, target }) => {
    const source = predictions[name];
    if (target.kind !== "variable" || source === undefined) return [];
    return [[name, intraClassCorrelation(minus(variableAt(variables, target.variable).values, full(lookup(source))), unit)]];
  }));
}

function warningOf(specification: Specification): string {
  return "The residuals still hold unit or time structure: without it the estimate is another (see the line \"unit, time means out\"). " +
    `Neither number is to be trusted; ${mendOf(specification)}.`;
}

/** `encode` says how the effects are removed that `fixedEffects` names: where it does not name unit and time, changing it is not enough. */
function mendOf({ unit, time, fixedEffects, encode }: Specification): string {
  const factors = fixedEffects.flatMap((name) => (name.split("#")[0] ?? "").split("*"));
  const lacking = [unit, time].filter((name) => name !== null && !factors.includes(name));
  if (lacking.length === 0) return "use encode: effects";
  const named = `name \`fixedEffects: [${[...fixedEffects, ...lacking].join(", ")}]\``;
  return encode === "none" ? named : `${named} and use encode: effects`;
}

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
