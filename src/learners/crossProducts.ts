import { trainWeights } from "./weights.js";
import { allOf, everyRow, groupAt, valuesAt } from "../kernels/design.js";
import { createDemeaner, DETERMINED } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { addMoments, type Moments, placeColumns } from "../kernels/moments.js";
import { at, innerFolds, outside } from "./innerFolds.js";
import type { FitJob, WithinJob } from "./learner.js";
import { columnMoments } from "./moments.js";
import { remembered } from "./remembered.js";
import { type StandardDesign, standardDesign } from "./standard.js";

/** A training fold as cross-products: all of it, and inner splits into rows to fit on and rows to judge penalties by. */
export interface CrossProducts {
  readonly design: StandardDesign;
  readonly whole: Moments;
  readonly splits: readonly { readonly train: Moments; readonly held: Moments }[];
}

/** Cross-products of a training fold and of its inner folds, each row read once. The target is centred at `centre`. */
export function crossProducts(kernels: Kernels, job: FitJob, centre: number, folds: number): CrossProducts {
  const { target, train, weights, together } = job;
  const standard = standardOf(job);
  return kernels.heap.scope(() => {
    const { moments } = placeColumns(kernels, standard.columns, weights);
    const inner = innerFolds(train, together, folds);
    if (inner.length === 0) return { design: standard, whole: moments(target, centre, train), splits: [] };
    const parts = inner.map((fold) => moments(target, centre, at(train, fold)));
    const splits = parts.map((held, k) => ({ held, train: addMoments(parts.filter((_, other) => other !== k)) }));
    return { design: standard, whole: addMoments(parts), splits };
  });
}

/** The design of a job, standardised on its training rows. */
export function standardOf({ design, train, weights, options }: FitJob): StandardDesign {
  return standardDesign(design, train, weights, options["standardize"] !== false);
}

/**
 * Cross-products for the within loss: target and features demeaned by the effects, features scaled by the demeaned
 * column's sd. Each side of an inner split demeans its own rows, so that neither sees the other's.
 */
export function withinProducts(kernels: Kernels, job: WithinJob, folds: number): CrossProducts {
  const { design, train, options, together, units } = job;
  const { y: target, columns: features } = demeaned(kernels, job, train, "features");
  const floors = Float64Array.from(design.features, (feature) => DETERMINED * columnMoments(feature, train, null).sd);
  const weights = trainWeights(job);
  const standard = standardDesign({ rows: train.length, features, groups: [] }, everyRow(train.length), weights, options["standardize"] !== false, floors);
  const { centres, factors } = standard.columns;
  const momentsOf = (rows: Uint32Array, columns: readonly Float64Array[], y: Float64Array): Moments =>
    kernels.heap.scope(() => {
      const own = job.weights === null ? null : valuesAt(job.weights, rows);
      return placeColumns(kernels, { rows: rows.length, features: columns, groups: [], factors, centres }, own).moments(y, 0, everyRow(rows.length));
    });
  const demeanedMoments = (rows: Uint32Array, part: string): Moments => {
    const { y, columns } = demeaned(kernels, job, rows, `features, ${part} of ${folds}`);
    return momentsOf(rows, columns, y);
  };
  const splits = innerFolds(train, together ?? units, folds).map((fold, k) => ({
    train: demeanedMoments(outside(train, fold), `all but ${k}`),
    held: demeanedMoments(at(train, fold), String(k)),
  }));
  return { design: standard, whole: momentsOf(train, features, target), splits };
}

/** Target and features at some rows, demeaned by the effects among these rows alone. `name`: which rows of the fold they are. */
function demeaned(kernels: Kernels, job: WithinJob, rows: Uint32Array, name: string): { readonly y: Float64Array; readonly columns: readonly Float64Array[] } {
  const { design: { features }, target, effects, weights } = job;
  const groups = effects.map((effect) => groupAt(effect, rows));
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, groups, { weights: weights === null ? undefined : valuesAt(weights, rows) });
    const columns = remembered(job, `demeaned ${name}`, features.length * rows.length, () => demeaner.demeanColumns(features.map((values) => valuesAt(values, rows))));
    return { y: demeaner.demean(valuesAt(target, rows)), columns: allOf(columns) };
  });
}
