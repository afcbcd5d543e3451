import { EstimationError, listed } from "../errors.js";
import type { FitTask, StackTask, Task } from "../plan/task.js";
import type { NuisanceFit } from "./store.js";

type Named = Pick<FitTask, "learner"> | Pick<StackTask, "labels">;

/** What is not a number must not reach a store, where it would be trusted from then on. Throws an EstimationError. */
export function refuseUnlessFinite(task: Task, fit: NuisanceFit): void {
  if (fit.predictions.every((values) => values.every(Number.isFinite))) return;
  throw new EstimationError("not-finite", `${nameOf(task)} gave predictions that are no finite numbers. Look at the scale of the variables: differences of many orders of magnitude overflow.`);
}

/** A trap in a kernel costs the rows that need its result, not the run. Errors lose their class on the way from a worker. */
export function isTrap(error: unknown): error is Error {
  return error instanceof Error && error.name === "RuntimeError";
}

/** What a row says whose nuisance failed inside its kernel. */
export function kernelFailure(task: Named, message: string): EstimationError {
  return new EstimationError("kernel-failure", `${nameOf(task)} failed inside its kernel (${message}). Please report it with the study file.`);
}

/** `The learner rf`, for messages. */
function nameOf(task: Named): string {
  return "labels" in task ? `The combination of ${listed(task.labels)}` : `The learner ${task.learner}`;
}
