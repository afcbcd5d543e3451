import type { Lookup } from "../../fit/fitTask.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repetition } from "../../plan/task.js";
import { quantileOf, sorted } from "../quantile.js";
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

/** Rows with values of about the same size: means of both. */
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

/** Counts rows for plots of one specification; nothing is fitted. `context` knows all rounds, `scored` those reported. Cost: a sort and, with absorbed effects, a demeaning for each nuisance. */
export function scatterOf(planned: PlannedSpecification, repetition: Repetition, stage: Stage, context: InferenceContext, scored: Lookup): Scatter {
  const fits = planned.nuisances.filter(isRegression).map((nuisance) => {
    const { target, residual } = targetAndResidual(planned, repetition, nuisance, context, scored);
    return { nuisance: nuisance.name, ...cloudOf(target.map((value, i) => value - (residual[i] ?? NaN)), target) };
  });
  const [system] = stage.systems;
  const [x, ...others] = system?.columns.x ?? [];
  const [z, ...more] = system?.columns.z ?? [];
  const isPlain = modelOf(planned.specification.model).finalStage === "residual" && x !== undefined && (z === x || planned.specification.score === "iv-type") && others.length + more.length === 0;
  return { fits, residuals: isPlain && system !== undefined ? cloudOf(x, system.columns.y) : null };
}

function cloudOf(x: Float64Array, y: Float64Array): Cloud {
  const ascending = sorted(x);
  return { density: densityOf(x, y, ascending), means: meansOf(x, y, ascending) };
}

function densityOf(x: Float64Array, y: Float64Array, ascending: Float64Array): Density {
  const [xRange, yRange] = [centralRange(ascending), centralRange(sorted(y))];
  const counts = new Array<number>(CELLS * CELLS).fill(0);
  const cell = (value: number, [low, high]: readonly [number, number]): number => Math.min(CELLS - 1, Math.floor(((value - low) / (high - low)) * CELLS));
  x.forEach((value, i) => {
    const other = y[i] ?? NaN;
    if (!(value >= xRange[0] && value <= xRange[1] && other >= yRange[0] && other <= yRange[1])) return;
    const place = cell(other, yRange) * CELLS + cell(value, xRange);
    counts[place] = (counts[place] ?? 0) + 1;
  });
  return { x: xRange, y: yRange, cells: CELLS, counts };
}

/** From 0.5 to 99.5 per cent of the values; of a constant, a little to either side. */
function centralRange(ascending: Float64Array): readonly [number, number] {
  const [low, high] = [quantileOf(ascending, 0.005), quantileOf(ascending, 0.995)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** Means of equal shares of the rows in the order of x, which `ascending` holds sorted; of equal values the first rows stand first. */
function meansOf(x: Float64Array, y: Float64Array, ascending: Float64Array): readonly MeanPoint[] {
  const count = Math.min(MEANS, x.length);
  const groups = Array.from({ length: count }, (_, g) => {
    const [from, to] = [Math.floor((g * x.length) / count), Math.floor(((g + 1) * x.length) / count)];
    const most = ascending[to - 1] ?? NaN;
    let room = 0; // for rows that are as large as its largest
    while (to - 1 - room >= from && ascending[to - 1 - room] === most) room++;
    return { rows: to - from, most, room, x: 0, y: 0 };
  });
  x.forEach((value, row) => {
    const own = groups.find(({ most, room }) => value < most || (value === most && room > 0));
    if (own === undefined) return;
    if (value === own.most) own.room--;
    own.x += value;
    own.y += y[row] ?? NaN;
  });
  return groups.map(({ rows, x: sumX, y: sumY }) => ({ x: sumX / rows, y: sumY / rows }));
}
