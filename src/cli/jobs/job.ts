import { basename, dirname, resolve } from "node:path";
import type { TaskOutline } from "../../fit/outline.js";
import { shardsOf } from "../../fit/shards.js";
import { outlineStudy } from "../../parts.js";
import type { PreparedStudy } from "../../pipeline.js";

/** What a batch system is told of a study. */
export interface Job {
  /** `neyman-STUDY`, of small letters, digits and hyphens. */
  readonly name: string;
  /** The study file, and the folder it is in. */
  readonly study: string;
  readonly folder: string;
  /** As the user named it; null: the default. */
  readonly store: string | null;
  readonly shards: number;
  readonly threads: number;
  readonly nuisances: number;
  /** Rough, of the dearest shard. */
  readonly seconds: number;
  /** With room for a wrong guess. */
  readonly limitMinutes: number;
  readonly memoryGigabytes: number;
}

/** Seconds that a shard should take: schedulers want jobs of minutes, users want them back the same day. */
const SHARD_SECONDS = 1800;
/** Most shards unless told otherwise: arrays of SLURM end at 1000 by default. */
const MOST = 200;

/** A study as a batch job; `shards` null: as many as make shards of half an hour. */
export function jobOf(file: string, prepared: PreparedStudy, threads: number, shards: number | null, store: string | null): Job {
  const outline = outlineStudy(prepared);
  const tasks = [...outline.values()];
  const secondsOf = (some: Iterable<TaskOutline>): number => [...some].reduce((sum, { cost }) => sum + cost, 0) / 1e9 / threads;
  const count = shards ?? Math.max(1, Math.min(MOST, Math.ceil(secondsOf(tasks) / SHARD_SECONDS)));
  const parts = shardsOf(outline, count);
  const seconds = Math.max(...parts.map((part) => secondsOf(part.values())));
  return {
    name: `neyman-${basename(file).replace(/\.[^.]*$/, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "study"}`.replace(/-+$/, ""),
    study: basename(file),
    folder: dirname(resolve(file)),
    store: store === null ? null : resolve(store),
    shards: count,
    threads,
    nuisances: tasks.length,
    seconds,
    // A slow node, a guess that is wrong by a factor, and the reading of the data.
    limitMinutes: Math.ceil((4 * seconds + 600) / 600) * 10,
    memoryGigabytes: Math.ceil(memoryOf(prepared, tasks, threads) / 1e9),
  };
}

/** Bytes: the program, each thread's copy of the largest design with its working space, the tables' predictions, what a curve keeps at hand. */
function memoryOf({ plan, study }: PreparedStudy, tasks: readonly TaskOutline[], threads: number): number {
  const largest = tasks.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const predictions = [...plan.tasks.values()].reduce((sum, { folds }) => sum + 8 * folds.folds.length * PREDICTIONS, 0);
  const curve = study.tables.some(({ kind }) => kind === "curve") ? CURVE : 0;
  return 5e8 + threads * (1e8 + 10 * largest) + predictions + curve;
}

/** Arrays of predictions that a task leaves, at most: one a checkpoint. */
const PREDICTIONS = 4;
/** Predictions and blocks of a curve that are at hand, and the draws of its inference. */
const CURVE = 1e9;
