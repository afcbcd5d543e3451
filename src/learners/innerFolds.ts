import { denseUnits } from "../kernels/trees.js";

/** Positions in `rows` that are held out together, by inner fold; every fold has some, and there are two at least. */
export type InnerFolds = readonly Uint32Array[];

/**
 * Inner folds of a training fold: contiguous blocks in file order, whose first n mod k have one row more (scikit-learn's
 * KFold), or, where rows are kept together outside, groups of rows dealt in turn in the order in which they appear.
 * Fewer folds where there are fewer rows or groups; one row or group alone gives none.
 */
export function innerFolds(rows: Uint32Array, together: Int32Array | null, k: number): InnerFolds {
  const fold = together === null ? blocks(rows.length, k) : denseUnits(together, rows).codes.map((unit) => unit % k);
  const members: number[][] = Array.from({ length: k }, () => []);
  fold.forEach((own, i) => members[own]?.push(i));
  const folds = members.filter((list) => list.length > 0).map((list) => Uint32Array.from(list));
  return folds.length < 2 ? [] : folds;
}

/** The same with a target of 0 and 1: where rows are not kept together, each fold has its share of both. */
export function stratifiedFolds(rows: Uint32Array, together: Int32Array | null, k: number, target: Float64Array): InnerFolds {
  if (together !== null) return innerFolds(rows, together, k);
  const classes = [0, 1].map((value) => Uint32Array.from(rows.keys()).filter((i) => target[rows[i] ?? 0] === value));
  const parts = classes.map((members) => ({ members, fold: blocks(members.length, k) }));
  const folds = Array.from({ length: k }, (_, own) =>
    Uint32Array.from(parts.flatMap(({ members, fold }) => [...members].filter((_, i) => fold[i] === own))).sort(),
  ).filter((list) => list.length > 0);
  return folds.length < 2 ? [] : folds;
}

function blocks(count: number, k: number): Int32Array {
  const size = Math.floor(count / k);
  const longer = count % k;
  const firstShort = longer * (size + 1);
  return Int32Array.from({ length: count }, (_, i) =>
    i < firstShort ? Math.floor(i / (size + 1)) : longer + Math.floor((i - firstShort) / Math.max(size, 1)),
  );
}

/** The rows at some positions. */
export function at(rows: Uint32Array, positions: Uint32Array): Uint32Array {
  const own = new Uint32Array(positions.length);
  for (let i = 0; i < own.length; i++) own[i] = rows[positions[i] ?? 0] ?? 0;
  return own;
}

/** Rows of all folds but one, in their order. */
export function outside(rows: Uint32Array, fold: Uint32Array): Uint32Array {
  const held = new Uint8Array(rows.length);
  for (let i = 0; i < fold.length; i++) held[fold[i] ?? 0] = 1;
  const left = new Uint32Array(rows.length - fold.length);
  for (let [i, count] = [0, 0]; i < rows.length; i++) if (held[i] === 0) left[count++] = rows[i] ?? 0;
  return left;
}
