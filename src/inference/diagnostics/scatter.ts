import type { Lookup } from "../../fit/fitTask.js";
import { minus } from "../../fit/residuals.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repetition } from "../../plan/task.js";
import { placesOfQuantile, quantileOf, sortedAt } from "../quantile.js";
import type { InferenceContext, Stage } from "../stage.js";
import { isRegression, targetAndResidual } from "./goodness.js";

/** Rows counted on a grid, so that a picture of them is as small for a million as for a hundred. */
export interface Density {
  /** Both axes cover the central 99 % of the values; rows outside are not counted. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Cells each way. */
  readonly cells: number;
  /** By cell, across first, from the lower left. */
  readonly counts: readonly number[];
}

/** Rows whose x is of about the same size: means of both. */
export interface MeanPoint {
  readonly x: number;
  readonly y: number;
}

/** What plots of fit and residuals are drawn from; of the first repetition. */
export interface Scatter {
  /** By nuisance: its out-of-fold prediction (x) against what it predicts (y), both without absorbed effects. */
  readonly fits: readonly (Cloud & { readonly nuisance: string })[];
  /** The outcome's residual (y) against the treatment's (x); null where the final stage has another shape. */
  readonly residuals: Cloud | null;
}

/** Rows as counts on a grid, and means by twentieths of x. */
export interface Cloud {
  readonly density: Density;
  readonly means: readonly MeanPoint[];
}

const CELLS = 36;
const MEANS = 20;
const [LOW, HIGH] = [0.005, 0.995];

/** Counts rows for plots of one specification; nothing is fitted. `context` knows all rounds, `scored` those reported. Cost: O(rows) and, with absorbed effects, a demeaning for each nuisance. */
export function scatterOf(planned: PlannedSpecification, repetition: Repetition, stage: Stage, context: InferenceContext, scored: Lookup): Scatter {
  const fits = planned.nuisances.filter(isRegression).map((nuisance) => {
    const { target, residual } = targetAndResidual(planned, repetition, nuisance, context, scored);
    return { nuisance: nuisance.name, ...cloudOf(minus(target, residual), target) };
  });
  const [system] = stage.systems;
  const [x, ...others] = system?.columns.x ?? [];
  const [z, ...more] = system?.columns.z ?? [];
  const isPlain = modelOf(planned.specification.model).finalStage === "residual" && x !== undefined && (z === x || planned.specification.score === "iv-type") && others.length + more.length === 0;
  return { fits, residuals: isPlain && system !== undefined ? cloudOf(x, system.columns.y) : null };
}

function cloudOf(x: Float64Array, y: Float64Array): Cloud {
  const central = [LOW, HIGH].flatMap((p) => placesOfQuantile(x.length, p));
  const groups = placesOfGroups(x.length);
  const ascending = sortedAt(x, [...central, ...groups]);
  const starts = Float64Array.from(groups, (place) => ascending[place] ?? NaN);
  return { density: densityOf(x, y, centralRange(ascending), centralRange(sortedAt(y, central))), means: meansOf(x, y, starts) };
}

/** Where the twentieths of so many ascending values begin. */
function placesOfGroups(count: number): readonly number[] {
  const groups = Math.min(MEANS, count);
  return Array.from({ length: groups }, (_, g) => Math.floor((g * count) / groups));
}

function densityOf(x: Float64Array, y: Float64Array, [left, right]: Density["x"], [low, high]: Density["y"]): Density {
  const counts = new Array<number>(CELLS * CELLS).fill(0);
  for (let i = 0; i < x.length; i++) { // no pairs in here: they are what a study from the store would take longest to clear away
    const across = x[i] ?? NaN;
    const up = y[i] ?? NaN;
    if (!(across >= left && across <= right && up >= low && up <= high)) continue;
    const column = Math.min(CELLS - 1, Math.floor(((across - left) / (right - left)) * CELLS));
    const line = Math.min(CELLS - 1, Math.floor(((up - low) / (high - low)) * CELLS));
    const place = line * CELLS + column;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return { x: [left, right], y: [low, high], cells: CELLS, counts };
}

/** From 0.5 to 99.5 per cent of the values; of a constant, a little to either side. */
function centralRange(ascending: Float64Array): readonly [number, number] {
  const [low, high] = [quantileOf(ascending, LOW), quantileOf(ascending, HIGH)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** Means by groups of x that begin at `starts`. Equal values stay together, so that the order of the rows does not matter. */
function meansOf(x: Float64Array, y: Float64Array, starts: Float64Array): readonly MeanPoint[] {
  const groups = starts.length;
  const [counts, sumsOfX, sumsOfY] = [new Float64Array(groups), new Float64Array(groups), new Float64Array(groups)];
  for (let i = 0; i < x.length; i++) {
    const across = x[i] ?? NaN;
    const group = lastAtMost(starts, across);
    counts[group] = (counts[group] ?? 0) + 1;
    sumsOfX[group] = (sumsOfX[group] ?? 0) + across;
    sumsOfY[group] = (sumsOfY[group] ?? 0) + (y[i] ?? NaN);
  }
  return Array.from(counts).flatMap((count, g) => (count === 0 ? [] : [{ x: (sumsOfX[g] ?? NaN) / count, y: (sumsOfY[g] ?? NaN) / count }]));
}

/** The last place whose value is not above `value`. */
function lastAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? NaN) <= value) low = middle;
    else high = middle;
  }
  return low;
}
