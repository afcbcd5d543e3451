import type { Kernels } from "../kernels/instance.js";
import type { FitTask, Task } from "../plan/task.js";
import { piecesOf, targetOf } from "./fitTask.js";
import { runPiece } from "./piece.js";

/** Rough nanoseconds of the largest task that is measured: a fifth of a second. */
const LARGEST = 2e8;

/** Finds out how long this machine takes for what `costOf` calls a nanosecond, learner by learner. */
export interface Calibration {
  /** Offers a task to be measured; the largest of each learner that takes little time is kept. */
  offer(task: Task, cost: number): void;
  /** By learner: measured over rough time. Fits each kept task twice, and takes the second time. */
  measure(kernels: Kernels): ReadonlyMap<string, number>;
}

/** Without any task yet. */
export function createCalibration(): Calibration {
  const kept = new Map<string, { readonly task: FitTask; readonly cost: number }>();
  return {
    offer(task, cost) {
      if (task.kind !== "fit" || task.needs.length > 0 || cost > LARGEST || cost <= (kept.get(task.learner)?.cost ?? 0)) return;
      kept.set(task.learner, { task, cost });
    },
    measure: (kernels) => new Map([...kept].map(([learner, { task, cost }]) => {
      secondsOf(task, kernels);
      return [learner, (1e9 * secondsOf(task, kernels)) / cost];
    })),
  };
}

function secondsOf(task: FitTask, kernels: Kernels): number {
  const started = performance.now();
  for (const piece of piecesOf(task, targetOf(task, kernels, () => ({ checkpoints: [], predictions: [], notes: {} })))) runPiece(kernels, piece);
  return (performance.now() - started) / 1000;
}
