import { createCalibration } from "../fit/calibrate.js";
import { costOf } from "../fit/run.js";
import type { Store } from "../fit/store.js";
import type { Kernels } from "../kernels/instance.js";
import type { Panel } from "../panel/panel.js";
import { neededBy } from "../plan/needed.js";
import type { Planner } from "../plan/plan.js";
import type { CurveTable } from "../study/curve/table.js";
import { curveBlocks } from "./blocks.js";
import { countFailures, type CurveFailure } from "./failures.js";
import { executionOrder } from "./order.js";
import { scoreClusters } from "./scores.js";

/** What a curve would take; nothing of it is kept but the keys of nuisances. */
export interface CurvePlan {
  readonly id: string;
  readonly specifications: number;
  readonly dimensions: readonly { readonly name: string; readonly options: number }[];
  /** Specifications that cannot be estimated, found before any fit. */
  readonly refused: readonly CurveFailure[];
  readonly nuisances: { readonly needed: number; readonly distinct: number; readonly stored: number };
  /** Seconds of one thread for what is not stored, measured on this machine; learner by learner. */
  readonly seconds: number;
  readonly byLearner: Readonly<Record<string, { readonly tasks: number; readonly seconds: number }>>;
  /** Bytes of the predictions that the store will hold for it, and of its file of scores. */
  readonly bytes: { readonly store: number; readonly scores: number };
}

/** What plans a curve. */
export interface CurvePlanning {
  readonly kernels: Kernels;
  readonly store: Store;
  readonly panel: Panel;
  readonly planner: Planner;
}

/** Checkpoints of a fit, where it is not known how many there will be. */
const CHECKPOINTS = 3;

/** Plans a curve block by block, and fits one small task of each learner twice to see how fast this machine is. */
export async function planCurve(table: CurveTable, { kernels, store, panel, planner }: CurvePlanning): Promise<CurvePlan> {
  const failures = countFailures();
  const calibration = createCalibration();
  const keys = new Set<string>();
  const costs = new Map<string, { tasks: number; cost: number }>();
  let [needed, stored, bytes] = [0, 0, 0];
  for (const { plan, refused } of curveBlocks(table, executionOrder(table), planner)) {
    for (const { error } of refused) failures.add(error);
    for (const planned of plan.specifications) {
      if ("refused" in planned) failures.add(planned.refused);
      else needed += neededBy(planned, plan.tasks);
    }
    for (const task of plan.tasks.values()) {
      if (keys.has(task.key)) continue;
      keys.add(task.key);
      bytes += 8 * task.folds.folds.length * CHECKPOINTS;
      if (await store.has(task.key)) {
        stored++;
        continue;
      }
      const cost = costOf(task);
      calibration.offer(task, cost);
      const learner = task.kind === "fit" ? task.learner : "stack";
      const known = costs.get(learner) ?? { tasks: 0, cost: 0 };
      costs.set(learner, { tasks: known.tasks + 1, cost: known.cost + cost });
    }
  }
  const speeds = calibration.measure(kernels);
  const byLearner = Object.fromEntries([...costs].map(([learner, { tasks, cost }]) => [learner, { tasks, seconds: (cost / 1e9) * (speeds.get(learner) ?? 1) }]));
  return {
    id: table.id, specifications: table.size, dimensions: table.dimensions.map(({ name, options }) => ({ name, options: options.length })),
    refused: failures.all(), nuisances: { needed, distinct: keys.size, stored },
    seconds: Object.values(byLearner).reduce((sum, { seconds }) => sum + seconds, 0), byLearner,
    bytes: { store: bytes, scores: 8 * table.size * scoreClusters(firstOf(table), panel).labels.length },
  };
}

function firstOf(table: CurveTable): ReturnType<CurveTable["specification"]> {
  return table.specification(table.preferred ?? table.covering[0] ?? 0);
}
