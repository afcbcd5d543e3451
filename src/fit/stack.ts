import { groupAt, valuesAt } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import type { JudgedRows, StackTask } from "../plan/task.js";
import type { FinalEstimator } from "../study/specification.js";
import { extrapolate } from "./extrapolate.js";
import { full, type Lookup } from "./fitTask.js";
import { dot, leftAfter } from "./residuals.js";
import { simplexWeights } from "./simplexWeights.js";
import type { NuisanceFit } from "./store.js";

/** Cross-products of the learners' predictions P and the target y. */
interface Products {
  readonly pp: readonly (readonly number[])[];
  readonly py: readonly number[];
}

/**
 * Combines learners. Short-stacking takes one set of weights from the out-of-fold predictions; pooled stacking one set
 * from the inner predictions of all training folds together; regular stacking one set for each fold.
 * Ahrens, Hansen, Schaffer, Wiemann (2025), Journal of Applied Econometrics, doi 10.1002/jae.3103.
 * With absorbed effects both sides are demeaned before they are compared. Under the within loss each learner is taken
 * beyond its last checkpoint, as it is alone; a further stage is itself the last step that the row goes once more.
 */
export function stackFit(task: StackTask, target: Float64Array, kernels: Kernels, lookup: Lookup): NuisanceFit {
  const base = task.base.map((source) => (task.onto === null ? extrapolate : full)(lookup(source)));
  const products = task.judged.map((judged) => productsOf(judged, target, task.weights, kernels, lookup));
  const weights = task.type === "regular" ? products.map((own) => finalWeights(own, task.final)) : [finalWeights(added(products), task.final)];
  const combined = new Float64Array(target.length);
  task.folds.held.forEach((held, fold) => {
    const own = weights[task.type === "regular" ? fold : 0] ?? [];
    for (const row of held) combined[row] = base.reduce((sum, predictions, j) => sum + (own[j] ?? NaN) * (predictions[row] ?? NaN), 0);
  });
  if (task.onto !== null) return addedOnto(lookup(task.onto), combined);
  const mean = task.labels.map((_, j) => weights.reduce((sum, own) => sum + (own[j] ?? NaN), 0) / weights.length);
  return { checkpoints: [0], predictions: [combined], notes: { learners: task.labels, weights: mean, ...warningsOf(task, lookup) } };
}

/** A further stage; weights are those of the first. */
function addedOnto({ predictions, notes }: NuisanceFit, found: Float64Array): NuisanceFit {
  const before = predictions.at(-1) as Float64Array;
  const all = [...predictions, before.map((value, row) => value + (found[row] ?? NaN))];
  return { checkpoints: all.map((_, i) => i + 1), predictions: all, notes };
}

function productsOf({ rows, predictions, absorbed }: JudgedRows, target: Float64Array, weights: Float64Array | null, kernels: Kernels, lookup: Lookup): Products {
  const groups = absorbed.map((group) => groupAt(group, rows));
  const columns = [target, ...predictions.map((source) => full(lookup(source)))].map((values) => valuesAt(values, rows));
  const [y, ...p] = leftAfter(kernels, groups, columns, weights === null ? null : valuesAt(weights, rows)) as [Float64Array, ...Float64Array[]];
  return { pp: p.map((a) => p.map((b) => dot(a, b))), py: p.map((a) => dot(a, y)) };
}

function added(all: readonly Products[]): Products {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const [first] = all;
  return {
    pp: first?.pp.map((row, i) => row.map((_, j) => sum(all.map(({ pp }) => pp[i]?.[j] ?? NaN)))) ?? [],
    py: first?.py.map((_, i) => sum(all.map(({ py }) => py[i] ?? NaN))) ?? [],
  };
}

function finalWeights({ pp, py }: Products, final: FinalEstimator): readonly number[] {
  switch (final) {
    case "average":
      return py.map(() => 1 / py.length);
    case "singlebest": {
      const errors = py.map((product, j) => (pp[j]?.[j] ?? NaN) - 2 * product); // less the target's own square
      const best = errors.indexOf(Math.min(...errors));
      return py.map((_, j) => (j === best ? 1 : 0));
    }
    case "nnls1":
      return simplexWeights(pp, py);
  }
}

function warningsOf(task: StackTask, lookup: Lookup): { readonly warnings?: readonly string[] } {
  const warnings = task.base.flatMap((source, j) => {
    const own = lookup(source).notes["warnings"];
    return Array.isArray(own) ? (own as readonly string[]).map((text) => `${task.labels[j] ?? ""}: ${text}`) : [];
  });
  return warnings.length === 0 ? {} : { warnings };
}
