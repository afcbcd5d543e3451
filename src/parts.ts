import { curveBlocks } from "./curve/blocks.js";
import { executionOrder } from "./curve/order.js";
import type { CurveOptions } from "./curve/run.js";
import { EstimationError } from "./errors.js";
import { createFitCache } from "./fit/cache.js";
import type { Lookup } from "./fit/fitTask.js";
import { type Outline, outlineOf } from "./fit/outline.js";
import { fitPlan, type FitProgress } from "./fit/run.js";
import { type Shard, shardsOf, withNeeds } from "./fit/shards.js";
import { anyOf } from "./fit/signals.js";
import type { Engine, PreparedStudy, RunOptions } from "./pipeline.js";
import type { Plan } from "./plan/plan.js";
import type { Task } from "./plan/task.js";

/** Which of a curve's specifications count; all unless given. */
type Chosen = CurveOptions["chosen"];

/** All plans of a study, one at a time: that of its tables, then each curve's, block by block. */
function* studyPlans({ study, plan, planner }: PreparedStudy, chosen: Chosen): Generator<Plan> {
  yield plan;
  for (const table of study.tables) {
    if (table.kind !== "curve") continue;
    for (const block of curveBlocks(table, executionOrder(table, chosen?.(table)), planner)) yield block.plan;
  }
}

/** Every distinct nuisance of a study, those of its curves too. Cost: that of planning each curve, about a second for 1,000 specifications. */
export function outlineStudy(prepared: PreparedStudy, chosen?: Chosen): Outline {
  return outlineOf(studyPlans(prepared, chosen));
}

/** What a shard has done: `failed` of its tasks have no predictions, which costs the rows that need them. */
export interface ShardRun {
  /** Distinct nuisances of the whole study. */
  readonly distinct: number;
  readonly progress: FitProgress;
  readonly failed: number;
}

/**
 * Fits one shard's part of a study into the engine's store; nothing is estimated. Where the shards have one store, what
 * another has fitted is not fitted again. `count` may exceed the tasks: then some shards have nothing to do. A curve is
 * planned twice: once to divide it, once block by block while it is fitted.
 */
export async function fitShard(prepared: PreparedStudy, shard: Shard, engine: Engine, options: RunOptions = {}): Promise<ShardRun> {
  const outline = outlineStudy(prepared, options.curves?.chosen);
  const own = shardsOf(outline, shard.count)[shard.index - 1];
  if (own === undefined) throw new RangeError(`There is no shard ${shard.index} of ${shard.count}.`);
  const counter = countPart(own, options.onProgress);
  const cache = createFitCache();
  const signal = anyOf([options.signal, options.deadline]);
  const open = new Set(own.keys());
  let failed = 0;
  for (const plan of own.size === 0 ? [] : studyPlans(prepared, options.curves?.chosen)) {
    const fresh = [...plan.tasks.values()].filter(({ key }) => open.delete(key));
    if (fresh.length === 0) continue;
    const tasks = withAllNeeds(fresh, plan.tasks);
    const block = counter.block(fresh, tasks.size - fresh.length);
    const { lookup, progress } = await fitPlan({ ...plan, tasks }, { ...engine, cache, signal, onProgress: block.show });
    block.finish(progress);
    failed += fresh.filter(({ key }) => hasFailed(key, lookup)).length;
    if (open.size === 0) break;
  }
  return { distinct: outline.size, progress: counter.now(), failed };
}

/** Tasks and all that they need, in the plan's order. */
function withAllNeeds(tasks: readonly Task[], all: Plan["tasks"]): Plan["tasks"] {
  const keys = new Set(tasks.flatMap((task) => withNeeds(task, all)));
  return new Map([...all].filter(([key]) => keys.has(key)));
}

interface PartCounter {
  /** `again`: how many tasks of the block were counted before. */
  block(fresh: readonly Task[], again: number): { readonly show: (progress: FitProgress) => void; readonly finish: (progress: FitProgress) => void };
  now(): FitProgress;
}

/** Adds up the progress of blocks, each task counted once. */
function countPart(own: Outline, report: RunOptions["onProgress"]): PartCounter {
  const work = [...own.values()].reduce((sum, { cost }) => sum + cost, 0);
  let sum = { done: 0, found: 0, fitted: 0, stored: 0 };
  const now = (): FitProgress => ({ work, tasks: own.size, ...sum });
  return {
    now,
    block(fresh, again) {
      const cost = fresh.reduce((all, { key }) => all + (own.get(key)?.cost ?? 0), 0);
      const before = sum;
      const add = (part: FitProgress): void => {
        const beyond = part.work - cost; // of tasks that were counted before: they are at hand, so done first
        sum = {
          done: before.done + Math.max(0, part.done - beyond), found: before.found + Math.max(0, part.found - beyond),
          fitted: before.fitted + part.fitted, stored: before.stored + Math.max(0, part.stored - again),
        };
      };
      return {
        show(part) {
          add(part);
          report?.(now());
        },
        finish: add,
      };
    },
  };
}

function hasFailed(key: string, lookup: Lookup): boolean {
  try {
    lookup({ kind: "task", key });
    return false;
  } catch (error) {
    if (error instanceof EstimationError) return true;
    throw error;
  }
}
