import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import { coefficientFreedom, type Critical, degreesOfFreedom } from "./errors/critical.js";
import { doublemlClusters, type FoldedClusters } from "./errors/doublemlClusters.js";
import { EstimationError } from "../errors.js";
import { clustersOf } from "../study/specification.js";
import { effectOf, median, type NamedEffect, type Repeated } from "./repetitions.js";
import type { SolvedSystem, Stage } from "./stage.js";
import { type ErrorSetting, standardErrors } from "./errors/covariance.js";

/** One effect of a specification. */
export interface EffectEstimate extends NamedEffect {
  /** Of the t distribution that p and ci rest on; null: the normal. */
  readonly freedom: number | null;
}

/** An effect in one repetition. */
export interface EffectOnce extends Repeated {
  /** The treatment, or what of it: `E[Y(1)]`, `dose: 2 - 0`. */
  readonly name: string;
  /** Estimate minus truth is near the sum over rows of it. */
  readonly influence: Float64Array;
  /** Degrees of freedom of t; Infinity where quantiles are the normal's. */
  readonly freedom: number;
}

/** All that one repetition says: its effects, in the order of the systems, and the first system's constant. */
export interface Solution {
  readonly effects: readonly EffectOnce[];
  readonly constant: Repeated | null;
}

/** Effects with their standard errors, by the specification's kind or by DoubleML's rule for clusters. */
export function solutionOf(planned: PlannedSpecification, repetition: Repetition, { systems }: Stage, setting: ErrorSetting): Solution {
  if (planned.specification.convention === "doubleml" && setting.kind === "cluster") {
    return { effects: systems.map((system) => foldWeighted(planned, repetition, system, setting)), constant: null };
  }
  const own = systems.map(({ stage }) => withOwnParameters(setting, stage.coefficients.length));
  const errors = systems.map(({ stage }, s) => standardErrors(stage, own[s] as ErrorSetting));
  const isNormal = planned.specification.distribution === "normal";
  const effects = systems.flatMap(({ names, stage }, s) => {
    const before = stage.coefficients.length - names.length;
    return names.map((name, j): EffectOnce => ({
      name, coef: stage.coefficients[before + j] ?? NaN, se: errors[s]?.[before + j] ?? NaN, influence: stage.influence[before + j] as Float64Array,
      freedom: isNormal ? Infinity : coefficientFreedom(stage, own[s] as ErrorSetting, before + j),
    }));
  });
  const [first] = systems;
  const constant = first === undefined || first.stage.coefficients.length === first.names.length ? null : { coef: first.stage.coefficients[0] ?? NaN, se: errors[0]?.[0] ?? NaN };
  return { effects, constant };
}

/** The setting counts one coefficient; a system has its own number. */
export function withOwnParameters(setting: ErrorSetting, coefficients: number): ErrorSetting {
  return { ...setting, parameters: setting.parameters + coefficients - 1 };
}

/** DoubleML's rule: psi_a = -z x, psi_b = z y. */
function foldWeighted({ specification, sample }: PlannedSpecification, { folds }: Repetition, { names, columns, stage }: SolvedSystem, setting: ErrorSetting): EffectOnce {
  const { y, x: [x], z: [z] } = columns;
  if (x === undefined || z === undefined || columns.x.length > 1 || columns.z.length > 1 || stage.coefficients.length > 1) {
    throw new EstimationError("not-defined", "`convention: doubleml` is a rule for one effect without a constant: set `constant: false`, and give each treatment a column of its own.");
  }
  const names2 = clustersOf(specification);
  if (names2.length > 2) throw new EstimationError("not-defined", "`convention: doubleml` has clusters in two ways at most.");
  const ways = names2.map((name, way): FoldedClusters => ({ clusters: sample.levels(name), folds: foldsOfWay(specification.folds, folds, way, names2.length) }));
  const psiA = x.map((value, i) => -value * (z[i] ?? NaN));
  const psiB = y.map((value, i) => value * (z[i] ?? NaN));
  const freedom = specification.distribution === "normal" ? Infinity : degreesOfFreedom(setting, y.length);
  return { name: names[0] ?? "", freedom, ...doublemlClusters(psiA, psiB, ways as unknown as readonly [FoldedClusters, FoldedClusters]) };
}

/** With two ways a block's number is k a + b. */
function foldsOfWay(choice: PlannedSpecification["specification"]["folds"], plan: Repetition["folds"], way: number, ways: number): FoldedClusters["folds"] {
  if (ways === 1) return { codes: plan.folds, levels: plan.k };
  if (choice.kind === "column" || choice.by.length !== 2) {
    throw new EstimationError("not-defined", "`convention: doubleml` with clusters in two ways needs blocks of folds: `folds: { k: 3, by: [a, b] }` with the two columns of the clusters.");
  }
  const { k } = choice;
  return { codes: plan.folds.map((block) => (way === 0 ? Math.floor(block / k) : block % k)), levels: k };
}

/** Effects over the repetitions, aggregated by the specification's rule; degrees of freedom are their median. */
export function aggregateEffects(planned: PlannedSpecification, solutions: readonly Solution[], criticalOf: (freedom: number) => Critical): readonly EffectEstimate[] {
  const { specification, sample } = planned;
  return (solutions[0]?.effects ?? []).map(({ name }, j) => {
    const repeated = solutions.map(({ effects }) => effects[j] as EffectOnce);
    const freedom = median(repeated.map((one) => one.freedom));
    return { name, ...effectOf(repeated, specification.aggregate, sample.rows.length, criticalOf(freedom)), freedom: freedom === Infinity ? null : freedom };
  });
}
