import { EstimationError } from "../errors.js";
import { numberOf } from "../kernels/identity.js";
import type { Kernels } from "../kernels/instance.js";
import type { Notes } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import type { FitTask, Partialled, Predictions, ResidualTarget, Task, TaskTarget, Within } from "../plan/task.js";
import { shareFloats } from "../plan/shared.js";
import type { Piece, PieceResult } from "./piece.js";
import type { NuisanceFit } from "./store.js";
import { combine, isNothing, leftAfter, minus, partialOut, withoutMeans } from "./residuals.js";

/** The full predictions behind a reference. */
export type Lookup = (predictions: Predictions) => NuisanceFit;

/** Cuts a task into pieces, fold by fold. The cut depends on the task alone. */
export function piecesOf(task: FitTask, target: Float64Array): readonly Piece[] {
  const learner = learners[task.learner];
  if (learner === undefined) throw new Error(`No learner ${task.learner}.`);
  const ranges = task.within === null ? learner.cut(task.options) : [null];
  return task.folds.train.flatMap((train, fold) =>
    ranges.map((range): Piece => ({
      learner: task.learner,
      range,
      within: task.within,
      job: {
        design: task.design, target, train, options: task.options, weights: task.weights, together: task.together,
        predict: task.folds.held[fold] as Uint32Array,
        key: task.streams[fold] as readonly [number, number],
        ...(task.within === null ? {} : { fold: foldName(task, task.within, train) }),
      },
    })),
  );
}

/** The plan makes these arrays once for all tasks of a sample. */
function foldName({ weights, together }: FitTask, { effects, units }: Within, train: Uint32Array): string {
  const arrays = [train, units, weights, together, ...effects.flatMap(({ codes, slope }) => [codes, slope ?? null])];
  return arrays.map((array) => (array === null ? "" : numberOf(array))).join(" ");
}

/** The numbers a task's nuisance is fitted to. */
export function targetOf({ target }: Task, kernels: Kernels, lookup: Lookup): Float64Array {
  return target.kind === "column" ? target.values : shareFloats(targetValues(target, kernels, lookup));
}

function targetValues(target: TaskTarget, kernels: Kernels, lookup: Lookup): Float64Array {
  switch (target.kind) {
    case "column":
      return target.values;
    case "residual":
      return residualTarget(target, kernels, lookup);
    case "predicted":
      return full(lookup(target.predictions));
    case "left":
      return minus(targetValues(target.of, kernels, lookup), full(lookup(target.predictions)));
  }
}

/** outcome - treatments' theta_0, from the full predictions. */
export function residualTarget({ outcome, treatments, instruments, absorbed, means, weights }: ResidualTarget, kernels: Kernels, lookup: Lookup): Float64Array {
  const left = ({ values, predictions }: Partialled): Float64Array => minus(values, full(lookup(predictions)));
  const within = (part: Partialled): Float64Array => withoutMeans(left(part), means, weights);
  const columns = [left(outcome), ...treatments.map(within), ...(instruments ?? []).map(within)];
  const [y, ...rest] = leftAfter(kernels, absorbed, columns, weights) as readonly [Float64Array, ...Float64Array[]];
  const d = rest.slice(0, treatments.length);
  if (d.some((column, j) => isNothing(column, treatments[j]?.values ?? column))) {
    throw new EstimationError("no-variation", "The treatment has no variation left after the nuisances, so no effect can be estimated.");
  }
  const theta = partialOut(y, d, instruments === null ? d : rest.slice(treatments.length));
  return minus(outcome.values, combine(theta, treatments.map(({ values }) => values)));
}

/** Predictions of the last checkpoint. */
export function full(fit: NuisanceFit): Float64Array {
  return fit.predictions.at(-1) as Float64Array;
}

/** Puts the pieces of a task, in the order of `piecesOf`, together to one prediction a row. */
export function assemble(task: FitTask, results: readonly PieceResult[]): NuisanceFit {
  const learner = learners[task.learner];
  if (learner === undefined) throw new Error(`No learner ${task.learner}.`);
  const folds = task.folds.held.length;
  const perFold = results.length / folds;
  const checkpoints = task.within === null ? [0] : (results[0]?.checkpoints ?? []);
  const predictions = checkpoints.map(() => new Float64Array(task.design.rows));
  task.folds.held.forEach((held, fold) => {
    const parts = results.slice(fold * perFold, (fold + 1) * perFold);
    predictions.forEach((all, checkpoint) => {
      const cut = parts.map((part) => part.predictions[checkpoint] as Float64Array);
      const own = task.within === null ? learner.combine(cut, task.options) : cut[0];
      held.forEach((row, i) => (all[row] = own?.[i] ?? NaN));
    });
  });
  return { checkpoints, predictions, notes: mergeNotes(results.map((result) => result.notes)) };
}

/** Numbers are added up over the pieces, lists joined without repeats, texts kept from the first. */
function mergeNotes(all: readonly Notes[]): Notes {
  const merged: Record<string, Notes[string]> = {};
  for (const notes of all) {
    for (const [name, value] of Object.entries(notes)) {
      const before = merged[name];
      if (typeof value === "number") merged[name] = value + (typeof before === "number" ? before : 0);
      else if (typeof value === "string") merged[name] ??= value;
      else merged[name] = [...new Set([...(Array.isArray(before) ? (before as readonly string[]) : []), ...(value as readonly string[])])];
    }
  }
  return merged;
}
