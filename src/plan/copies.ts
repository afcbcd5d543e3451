import type { Copies, Nuisance } from "../models/model.js";
import { type Feature, productOf } from "./features.js";
import type { FoldPlan } from "./folds.js";
import { hashJson, hashNumbers } from "./keys.js";
import { sharedFloats, sharedInts, sharedRows } from "./shared.js";
import type { Variable } from "./task.js";

/** How often the rows of the sample stand in a nuisance's design: once, and once more for each move. */
export function timesOf({ copies }: Nuisance): number {
  return 1 + (copies?.by.length ?? 0);
}

/** Whether the rows stand once for each fold. */
export function isByFold({ everyFold, target }: Nuisance): boolean {
  return everyFold === true || target.kind === "nested";
}

/** Folds over rows that stand once for each: a fold trains on its own copy and predicts there its held-out rows, or all. */
export function foldsApart({ k, folds, train, held, key }: FoldPlan, predictsAll: boolean): FoldPlan {
  const rows = folds.length;
  const shifted = (list: Uint32Array, fold: number): Uint32Array => sharedRows(Array.from(list, (row) => row + fold * rows));
  const all = Uint32Array.from(folds.keys());
  const own = sharedInts(rows * k).fill(-1);
  held.forEach((list, fold) => list.forEach((row) => (own[fold * rows + row] = fold)));
  return Object.freeze({
    k, folds: own, train: train.map(shifted), held: held.map((list, fold) => shifted(predictsAll ? all : list, fold)), key: hashJson({ folds: key, apart: predictsAll }),
  });
}

/** Values by row, once for each copy of the rows. */
export function copyFloats(values: Float64Array, times: number): Float64Array {
  const all = sharedFloats(values.length * times);
  for (let c = 0; c < times; c++) all.set(values, c * values.length);
  return all;
}

/** Codes by row, once for each copy of the rows. */
export function copyCodes(codes: Int32Array, times: number): Int32Array {
  const all = sharedInts(codes.length * times);
  for (let c = 0; c < times; c++) all.set(codes, c * codes.length);
  return all;
}

/** One number for all rows of each copy. */
export function byCopy(numbers: readonly number[], rows: number): Float64Array {
  const all = sharedFloats(rows * numbers.length);
  numbers.forEach((number, c) => all.fill(number, c * rows, (c + 1) * rows));
  return all;
}

/** A feature over rows that stand so many times. */
export function timesFeature(feature: Feature, times: number): Feature {
  const values = copyFloats(feature.values, times);
  return { ...feature, values, key: hashNumbers(values) };
}

/** A feature over the rows and their copies: the moved variable and its products change, all else stays, its mean by unit too. */
export function copyFeature(feature: Feature, variable: Variable, copies: Copies): Feature {
  const [a, b] = feature.factors;
  if (a !== undefined && b !== undefined) {
    const first = copyFeature(a, variable, copies);
    return productOf(first, a === b ? first : copyFeature(b, variable, copies));
  }
  const { values: own, name } = feature;
  const values = copyFloats(own, 1 + copies.by.length);
  if (name === variable.name) copies.by.forEach((step, c) => values.set(variable.values.map((value) => value + step), (c + 1) * own.length));
  return { ...feature, values, key: hashNumbers(values) };
}

/**
 * Folds over the rows and their copies: a copy is held out and predicted with its row. Copies are trained on, too,
 * where what is fitted is about them, else the rows as observed alone.
 */
export function copyFolds({ k, folds, train, held, key }: FoldPlan, times: number, trainsOnCopies: boolean): FoldPlan {
  const rows = folds.length;
  const again = (list: Uint32Array): Uint32Array => sharedRows(Array.from({ length: times }, (_, c) => Array.from(list, (row) => row + c * rows)).flat());
  const own = trainsOnCopies ? copyCodes(folds, times) : sharedInts(rows * times).fill(-1);
  own.set(folds);
  return Object.freeze({
    k, folds: own, train: trainsOnCopies ? train.map(again) : train, held: held.map(again), key: hashJson({ folds: key, copies: times, trainsOnCopies }),
  });
}
