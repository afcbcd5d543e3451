import { dot } from "../../fit/residuals.js";
import type { LabelledGroup } from "../../plan/sample.js";
import type { FinalStage } from "../finalStage.js";
import { countLevels, rowsByLevel } from "../errors/sums.js";
import { type MomentSums, momentSums, withoutCluster } from "../leaveOut.js";

/** The estimate on the rows of all units but one. */
export interface WithoutUnit {
  readonly unit: string;
  readonly coef: number;
  /** Clustered by unit, with the factor of the rows and units left. */
  readonly se: number;
  /** Estimate without the unit less estimate with it. */
  readonly change: number;
}

/** How far an estimate rests on single units. */
export interface UnitInfluence {
  /** Least and greatest estimate, with all units or without one. */
  readonly range: readonly [number, number];
  /** The five units whose absence changes the estimate most, first the most. */
  readonly most: readonly WithoutUnit[];
  /** Units without which the estimate has the other sign. */
  readonly signChanges: readonly string[];
  /** Units without which significance is gained or lost, errors clustered by unit. */
  readonly significanceChanges: readonly string[];
  /** Units without which nothing can be estimated; they are in no other list. */
  readonly essential: readonly string[];
}

/** What the estimate without each unit needs beside the final stage. */
export interface InfluenceRequest {
  /** The columns that the final stage was solved with, times the root of the weight. */
  readonly x: readonly Float64Array[];
  readonly z: readonly Float64Array[];
  readonly units: LabelledGroup;
  /** Parameters for the small-sample factor, as in `ErrorSetting`. */
  readonly parameters: number;
  /** Two-sided quantile. */
  readonly quantile: number;
}

/**
 * The last coefficient without each unit, exactly: the moment equation solved again without its rows (leaveOut.ts),
 * nuisances and demeaning as fitted. Cost O(n k^2 + G k^4).
 */
export function unitInfluence(stage: FinalStage, request: InfluenceRequest): UnitInfluence {
  const sums = unitSums(stage, request);
  const coef = stage.coefficients.at(-1) ?? NaN;
  const each = request.units.labels.flatMap((unit, level): readonly WithoutUnit[] => {
    if (!((sums.rows[level] ?? 0) > 0)) return [];
    const { change, se } = solveWithout(sums, level, request.parameters);
    return [{ unit, coef: coef + change, se, change }];
  });
  return summary(each, coef, solveWithout(sums, null, request.parameters).se, request.quantile);
}

const MOST = 5;

function summary(all: readonly WithoutUnit[], coef: number, se: number, quantile: number): UnitInfluence {
  const significant = Math.abs(coef) > quantile * se;
  const each = all.filter((one) => !Number.isNaN(one.coef));
  return {
    range: each.reduce<readonly [number, number]>(([low, high], one) => [Math.min(low, one.coef), Math.max(high, one.coef)], [coef, coef]),
    most: [...each].sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, MOST),
    signChanges: each.filter((one) => one.coef * coef < 0).map(({ unit }) => unit),
    significanceChanges: each.filter((one) => !Number.isNaN(one.se) && Math.abs(one.coef) > quantile * one.se !== significant).map(({ unit }) => unit),
    essential: all.filter((one) => Number.isNaN(one.coef)).map(({ unit }) => unit),
  };
}

/** The moment equation, and what standard errors without a unit need beside it. */
interface UnitSums extends MomentSums {
  /** Sum over units of the outer product of their sums. */
  readonly outer: readonly Float64Array[];
  /** Rows by unit, their sum, and the number of units that have any. */
  readonly rows: Int32Array;
  readonly n: number;
  readonly count: number;
}

function unitSums({ residuals }: FinalStage, { x, z, units }: InfluenceRequest): UnitSums {
  const sums = momentSums(residuals, x, z, units);
  return { ...sums, outer: sums.bySum.map((a) => Float64Array.from(sums.bySum, (b) => dot(a, b))), rows: rowsByLevel(units), n: residuals.length, count: countLevels(units) };
}

/** What leaving rows out makes of the last coefficient. */
interface Moved {
  readonly change: number;
  readonly se: number;
}

/** The last coefficient without a unit (null: with all), NaN where the equation has no solution. Cost O(k^4). */
function solveWithout(sums: UnitSums, unit: number | null, parameters: number): Moved {
  const solved = withoutCluster(sums, unit);
  if (solved === null) return { change: NaN, se: NaN };
  const { inverse, changes } = solved;
  const k = inverse.length;
  const left = (unit === null ? undefined : sums.byCluster[unit]) ?? new Float64Array(k + k * k);
  // A unit's influence is c (s - J change), c the last row of the inverse: linear in its sums s and J.
  const last = inverse[k - 1] ?? [];
  const linear = new Float64Array(k + k * k);
  for (let i = 0; i < k; i++) {
    linear[i] = last[i] ?? NaN;
    for (let j = 0; j < k; j++) linear[k + i * k + j] = -(last[i] ?? NaN) * (changes[j] ?? NaN);
  }
  const own = dot(linear, left);
  const squares = sums.outer.reduce((sum, row, a) => sum + (linear[a] ?? NaN) * dot(linear, row), 0) - own * own;
  return { change: changes[k - 1] ?? NaN, se: Math.sqrt(Math.max(squares, 0) * smallSample(sums, unit, parameters)) };
}

/** G / (G - 1) (n - 1) / (n - k) of the units and rows that stay; NaN where they are too few. */
function smallSample({ rows, n, count }: UnitSums, unit: number | null, parameters: number): number {
  const clusters = unit === null ? count : count - 1;
  const stay = n - (unit === null ? 0 : (rows[unit] ?? NaN));
  return clusters > 1 && stay > parameters ? (clusters / (clusters - 1)) * ((stay - 1) / (stay - parameters)) : NaN;
}
