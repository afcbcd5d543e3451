import { EstimationError, InputError } from "../errors.js";
import { createFitCache } from "../fit/cache.js";
import type { Carrier } from "../fit/carrier.js";
import { costliestTasksFirst, createFitter, type FitProgress, type Fits } from "../fit/run.js";
import type { Lookup } from "../fit/fitTask.js";
import { anyOf } from "../fit/signals.js";
import type { Pool } from "../fit/pool.js";
import type { Store } from "../fit/store.js";
import { type Brief, estimateBriefly } from "../inference/brief.js";
import type { InferenceContext } from "../inference/stage.js";
import type { Kernels } from "../kernels/instance.js";
import type { Special } from "../kernels/special.js";
import type { Panel } from "../panel/panel.js";
import type { Plan, Planner, PlannedSpecification, RefusedSpecification } from "../plan/plan.js";
import type { CurveTable } from "../study/curve/table.js";
import { type CurveBlock, curveBlocks } from "./blocks.js";
import { collectRows, type CurveRow } from "./columns.js";
import { type CurveFailure, countFailures } from "./failures.js";
import { executionOrder } from "./order.js";
import type { CurveRows, CurveScores } from "./rows.js";
import { keepInMemory, type KeepScores, type ScoreClusters, scoreClusters, type ScoreKeeper, scoresOf } from "./scores.js";

/** What runs a curve. */
export interface CurveEngine {
  readonly kernels: Kernels;
  readonly special: Special;
  readonly pool: Pool;
  readonly store: Store;
  /** What brings fits to where they are done; absent: the pool. */
  readonly carrier?: Carrier | undefined;
  readonly panel: Panel;
  readonly planner: Planner;
}

/** How a caller follows a curve and bounds it. */
export interface CurveOptions {
  readonly signal?: AbortSignal | undefined;
  /** Once it is aborted no more is fitted, and what was not estimated is `not-run`. */
  readonly deadline?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  /** Each row as soon as it is known, in the order of execution. */
  readonly onRow?: ((table: CurveTable, i: number, row: CurveRow) => void) | undefined;
  /** Which of a curve's specifications are run; all unless given. */
  readonly chosen?: ((table: CurveTable) => ArrayLike<number>) | undefined;
  /** Default: memory. */
  readonly keepScores?: KeepScores | undefined;
}

/** What a curve came to. */
export interface CurveRun {
  readonly rows: CurveRows;
  readonly scores: CurveScores;
  /** Why specifications could not be estimated, the most frequent reason first, with the words of its first row. */
  readonly failures: readonly CurveFailure[];
  readonly nuisances: CurveNuisances;
}

/** Nuisances of a curve, each counted once. */
export interface CurveNuisances {
  readonly distinct: number;
  readonly fitted: number;
  readonly stored: number;
}

/**
 * Runs a curve in blocks of specifications that share nuisances. Each is planned while the one before is fitted, so that
 * whatever does the fits never waits for work, and estimated while the next is fitted. What lives for a
 * specification is one line of numbers; its scores go to their keeper. Every distinct nuisance is fitted once, as long as
 * the store keeps it or the cache holds it.
 */
export async function runCurve(table: CurveTable, engine: CurveEngine, options: CurveOptions): Promise<CurveRun> {
  const clusters = scoreClusters(table.specification(table.preferred ?? 0), engine.panel);
  const keeper = await (options.keepScores ?? keepInMemory)(table.id, table.size, clusters);
  const collected = collectRows(table);
  const failures = countFailures();
  const finish = (i: number, row: CurveRow): void => {
    collected.set(i, row);
    if ("error" in row) failures.add(row.error);
    options.onRow?.(table, i, row);
  };
  const nuisances = await runBlocks(table, { engine, options, clusters, keeper, finish });
  return { rows: collected.rows(), scores: await keeper.finish(), failures: failures.all(), nuisances };
}

interface Running {
  readonly engine: CurveEngine;
  readonly options: CurveOptions;
  readonly clusters: ScoreClusters;
  readonly keeper: ScoreKeeper;
  readonly finish: (i: number, row: CurveRow) => void;
}

async function runBlocks(table: CurveTable, running: Running): Promise<CurveNuisances> {
  const { engine: { kernels, pool, store, carrier, planner }, options } = running;
  const order = executionOrder(table, options.chosen?.(table));
  const counter = countNuisances(order.length, options.onProgress);
  const end = new AbortController();
  const fitter = createFitter({ kernels, pool, store, carrier, cache: createFitCache(), signal: anyOf([options.signal, options.deadline, end.signal]) });
  const blocks = curveBlocks(table, order, planner);
  const begin = (): FittedBlock | null => {
    const { value: block } = blocks.next();
    return block === undefined ? null : fittedBlock(block, (plan, onProgress) => fitter.start(plan, onProgress), counter);
  };
  let estimating = Promise.resolve();
  let next: FittedBlock | null = null;
  try {
    for (let current = begin(); current !== null; current = next) {
      next = null;
      await current.halfway;
      if (options.deadline?.aborted !== true) next = begin();
      await current.fits.finish();
      await estimating;
      estimating = estimateBlock(current.block, current.fits.lookup, running);
      estimating.catch(() => undefined); // thrown where it is awaited
    }
  } catch (error) {
    end.abort(error);
    await next?.fits.finish().catch(() => undefined); // nothing runs on behind the caller's back
    if (options.deadline?.aborted !== true || options.signal?.aborted === true || error instanceof InputError) throw error;
  } finally {
    await estimating;
  }
  return counter.all();
}

interface FittedBlock {
  readonly block: CurveBlock;
  readonly fits: Fits;
  /** Resolved when half of the block's work is done: soon enough to have the next ready, late enough not to hold three of them. */
  readonly halfway: Promise<unknown>;
}

function fittedBlock(block: CurveBlock, start: (plan: Plan, onProgress: (progress: FitProgress) => void) => Fits, counter: NuisanceCounter): FittedBlock {
  const count = counter.block(block.plan, block.size);
  let isHalf: () => void = () => undefined;
  const half = new Promise<void>((resolve) => (isHalf = resolve));
  const fits = start(costliestTasksFirst(block.plan), (progress) => {
    count(progress);
    if (2 * progress.done >= progress.work) isHalf();
  });
  const halfway = Promise.race([half, fits.finish()]);
  halfway.catch(() => undefined); // thrown where it is awaited
  return { block, fits, halfway };
}

/** Milliseconds of estimating between two looks at the pool. */
const PAUSE = 20;

async function estimateBlock({ plan: { specifications }, numbers, refused }: CurveBlock, lookup: Lookup, { engine, clusters, keeper, finish }: Running): Promise<void> {
  const context: InferenceContext = { kernels: engine.kernels, special: engine.special, lookup };
  for (const { i, error } of refused) finish(i, { error });
  let since = performance.now();
  for (const [at, planned] of specifications.entries()) {
    const i = numbers[at] as number;
    finish(i, estimated(planned, context, (own, solutions, se) => keeper.put(i, scoresOf(own, solutions, se, clusters))));
    if (performance.now() - since < PAUSE) continue;
    await new Promise((resume) => setTimeout(resume, 0));
    since = performance.now();
  }
}

type Keep = (planned: PlannedSpecification, solutions: Brief["solutions"], se: number) => void;

function estimated(planned: PlannedSpecification | RefusedSpecification, context: InferenceContext, keep: Keep): CurveRow {
  if ("refused" in planned) return { error: planned.refused };
  try {
    const { effect: { coef, se, p, ci }, n, clusters, warnings, solutions } = estimateBriefly(planned, context);
    keep(planned, solutions, se);
    return { theta: coef, se, p, ci, n, clusters, warnings };
  } catch (error) {
    if (error instanceof EstimationError) return { error };
    throw error;
  }
}

interface NuisanceCounter {
  /** Gives what is to be told of a block's progress. */
  block(plan: Plan, size: number): (progress: FitProgress) => void;
  all(): CurveNuisances;
}

/** Counts each nuisance once, and shows progress by specifications: what blocks to come need is not known yet. */
function countNuisances(size: number, report: ((progress: FitProgress) => void) | undefined): NuisanceCounter {
  const keys = new Set<string>();
  const blocks: { readonly specifications: number; readonly fitted: number; readonly stored: number }[] = [];
  const sum = (of: "specifications" | "fitted" | "stored"): number => blocks.reduce((all, block) => all + block[of], 0);
  return {
    block(plan, specifications) {
      const again = [...plan.tasks.keys()].filter((key) => keys.has(key)).length;
      for (const key of plan.tasks.keys()) keys.add(key);
      const place = blocks.length;
      return ({ work, done, fitted, stored }) => {
        blocks[place] = { specifications: (work === 0 ? 1 : done / work) * specifications, fitted, stored: Math.max(0, stored - again) };
        report?.({ work: size, done: sum("specifications"), found: 0, tasks: keys.size, fitted: sum("fitted"), stored: sum("stored") });
      };
    },
    all: () => ({ distinct: keys.size, fitted: sum("fitted"), stored: sum("stored") }),
  };
}
