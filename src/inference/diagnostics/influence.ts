import { inverseOf } from "../../fit/inverse.js";
import type { Matrix } from "../../fit/matrix.js";
import { crossProducts, dot } from "../../fit/residuals.js";
import type { LabelledGroup } from "../../plan/sample.js";
import type { FinalStage } from "../finalStage.js";
import { clusterSums, countLevels, rowsByLevel } from "../errors/sums.js";

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
 * The last coefficient without each unit, exactly: the moment equation solved again without its rows, nuisances and
 * demeaning as fitted. theta_(-g) = theta - (J - J_g)^-1 s_g, s_g = sum of z e and J_g = sum of z x' over the unit.
 * Cost O(n k^2 + G k^4).
 * Source: Cook and Weisberg (1982), Residuals and influence in regression, for groups of rows.
 */
export function unitInfluence(stage: FinalStage, request: InfluenceRequest): UnitInfluence {
  const sums = momentSums(stage, request);
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

/** The moment equation in pieces: each unit's sums of z e, then of z x' by row, and what follows from all units together. */
interface MomentSums {
  /** By unit: k sums of z e and k^2 of z x'. */
  readonly byUnit: readonly Float64Array[];
  /** Z'X. */
  readonly jacobian: Matrix;
  /** Sum over units of the outer product of their sums. */
  readonly outer: readonly Float64Array[];
  readonly lengths: { readonly z: readonly number[]; readonly x: readonly number[] };
  /** Rows by unit, their sum, and the number of units that have any. */
  readonly rows: Int32Array;
  readonly n: number;
  readonly count: number;
}

function momentSums({ residuals }: FinalStage, { x, z, units }: InfluenceRequest): MomentSums {
  const columns = [...z.map((a) => [a, residuals] as const), ...z.flatMap((a) => x.map((b) => [a, b] as const))];
  const summed = columns.map(([a, b]) => clusterSums(a.map((value, i) => value * (b[i] ?? NaN)), units));
  const rows = rowsByLevel(units);
  return {
    byUnit: Array.from(rows, (_, unit) => Float64Array.from(summed, (column) => column[unit] ?? NaN)),
    jacobian: crossProducts(z, x),
    outer: summed.map((a) => Float64Array.from(summed, (b) => dot(a, b))),
    lengths: { z: z.map((a) => Math.sqrt(dot(a, a))), x: x.map((b) => Math.sqrt(dot(b, b))) },
    rows, n: residuals.length, count: countLevels(units),
  };
}

/** What leaving rows out makes of the last coefficient. */
interface Moved {
  readonly change: number;
  readonly se: number;
}

/** The last coefficient without a unit (null: with all), NaN where the equation has no solution. Cost O(k^4). */
function solveWithout(sums: MomentSums, unit: number | null, parameters: number): Moved {
  const k = sums.jacobian.length;
  const left = (unit === null ? undefined : sums.byUnit[unit]) ?? new Float64Array(k + k * k);
  const remaining = sums.jacobian.map((row, i) => row.map((value, j) => value - (left[k + i * k + j] ?? NaN)));
  const inverse = inverseOf(remaining, sums.lengths.z, sums.lengths.x);
  if (inverse === null) return { change: NaN, se: NaN };
  const changes = inverse.map((row) => -row.reduce((sum, value, j) => sum + value * (left[j] ?? NaN), 0));
  // A unit's influence is c (s - J change), c the last row of the inverse: linear in its sums s and J.
  const last = inverse[k - 1] ?? [];
  const linear = Float64Array.from([...last, ...last.flatMap((value) => changes.map((change) => -value * change))]);
  const own = dot(linear, left);
  const squares = dot(linear, Float64Array.from(sums.outer, (row) => dot(linear, row))) - own * own;
  return { change: changes[k - 1] ?? NaN, se: Math.sqrt(Math.max(squares, 0) * smallSample(sums, unit, parameters)) };
}

/** G / (G - 1) (n - 1) / (n - k) of the units and rows that stay; NaN where they are too few. */
function smallSample({ rows, n, count }: MomentSums, unit: number | null, parameters: number): number {
  const clusters = unit === null ? count : count - 1;
  const stay = n - (unit === null ? 0 : (rows[unit] ?? NaN));
  return clusters > 1 && stay > parameters ? (clusters / (clusters - 1)) * ((stay - 1) / (stay - parameters)) : NaN;
}
