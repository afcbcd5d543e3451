import { EstimationError } from "../errors.js";
import { innerFolds } from "../learners/innerFolds.js";
import type { FoldChoice } from "../study/specification.js";
import { hashJson, hashNumbers } from "./keys.js";
import { sharedRows } from "./shared.js";
import { createMemo } from "./memo.js";
import { mix } from "../kernels/mix.js";
import type { Sample } from "./sample.js";

/** Which rows are held out together. */
export interface FoldPlan {
  readonly k: number;
  /** Fold of each row of the sample; -1: in none. */
  readonly folds: Int32Array;
  /** Rows to fit on and rows to predict, by fold. */
  readonly train: readonly Uint32Array[];
  readonly held: readonly Uint32Array[];
  readonly key: string;
}

/**
 * The folds of one repetition. Rows or groups of rows are put in the order of a random number that follows from
 * (seed, repetition, label) alone, and dealt to the folds in turn: sizes differ by one at most. A row more in a group
 * moves nothing; a group more moves those behind it in that order by one fold. With strata (a number a row; a group has
 * its largest) each stratum goes on where the one before it ended. Two columns give k x k blocks, block a, b the rows
 * whose values are in folds a and b, fitted on the rows that share neither (Chiang, Kato, Ma and Sasaki 2022).
 */
export function planFolds(sample: Sample, choice: FoldChoice, seed: number, repetition: number, strata: Float64Array | null = null): FoldPlan {
  const make = (): FoldPlan => newFolds(sample, choice, seed, repetition, strata);
  return strata === null ? remembered(sample, JSON.stringify([choice, seed, repetition]), make) : make();
}

const remembered = createMemo<FoldPlan>();

function newFolds(sample: Sample, choice: FoldChoice, seed: number, repetition: number, strata: Float64Array | null): FoldPlan {
  if (choice.kind === "column") {
    const { codes, levels } = sample.levels(choice.column);
    if (levels < 2) throw new EstimationError("one-fold", `The fold column \`${choice.column}\` has one value; two folds at least are needed.`);
    return foldPlan(codes, levels);
  }
  const { k, by: [first, second] } = choice;
  const own = dealColumn(sample, first ?? null, choice, seed, repetition, strata);
  if (second === undefined) return foldPlan(own, k);
  return blockPlan(own, dealColumn(sample, second, choice, seed, repetition, null), k);
}

/** A fold for each row, by a column's values or row by row. */
function dealColumn(sample: Sample, column: string | null, { k }: { readonly k: number }, seed: number, repetition: number, strata: Float64Array | null): Int32Array {
  const { codes, labels } = column === null ? { codes: null, labels: Array.from(sample.rows, String) } : sample.levels(column);
  if (labels.length < k) {
    const what = column === null ? "rows" : `values of \`${column}\``;
    throw new EstimationError("fewer-units-than-folds", `${labels.length} ${what} cannot be dealt to ${k} folds. Lower \`folds.k\`, or use more of the data.`);
  }
  const dealt = deal(labels, k, seed, repetition, strata === null || codes === null ? strata : largest(strata, codes, labels.length));
  return codes === null ? dealt : codes.map((code) => dealt[code] ?? 0);
}

/** By group: the largest of its rows' values. */
function largest(values: Float64Array, codes: Int32Array, groups: number): Float64Array {
  const most = new Float64Array(groups).fill(-Infinity);
  codes.forEach((code, row) => (most[code] = Math.max(most[code] ?? NaN, values[row] ?? NaN)));
  return most;
}

/** Block a k + b holds the rows in fold a of the first column and b of the second. */
function blockPlan(first: Int32Array, second: Int32Array, k: number): FoldPlan {
  const folds = first.map((fold, row) => fold * k + (second[row] ?? 0));
  const rows = [...folds.keys()];
  const blocks = Array.from({ length: k * k }, (_, block) => block);
  const held = blocks.map((block) => sharedRows(rows.filter((row) => folds[row] === block)));
  const empty = held.findIndex((list) => list.length === 0);
  if (empty >= 0) throw new EstimationError("empty-block", `A block of the ${k} x ${k} folds has no row. Lower \`folds.k\`.`);
  const train = blocks.map((block) => sharedRows(rows.filter((row) => first[row] !== Math.floor(block / k) && second[row] !== block % k)));
  return Object.freeze({ k: k * k, folds, train, held, key: hashJson({ blocks: k, folds: hashNumbers(folds) }) });
}

/** The same folds, fitted on some rows only. */
export function restrictTraining(plan: FoldPlan, mask: Uint8Array): FoldPlan {
  const train = plan.train.map((rows) => sharedRows([...rows].filter((row) => mask[row] === 1)));
  return Object.freeze({ ...plan, train, key: hashJson({ folds: plan.key, rows: hashNumbers(Int32Array.from(mask)) }) });
}

/**
 * Folds within a training fold, as the learners' own inner folds are made; rows outside have fold -1. Throws an
 * EstimationError where the rows cannot be divided.
 */
export function innerFoldPlan(rows: Uint32Array, together: Int32Array | null, k: number, count: number): FoldPlan {
  const inner = innerFolds(rows, together, k);
  if (inner.length === 0) throw new EstimationError("fewer-units-than-folds", "A training fold is a single row or unit and cannot be divided into inner folds. Use fewer folds, or more of the data.");
  const folds = new Int32Array(count).fill(-1);
  const held = inner.map((positions) => sharedRows([...positions].map((i) => rows[i] ?? 0)));
  held.forEach((list, fold) => list.forEach((row) => (folds[row] = fold)));
  const train = inner.map((_, fold) => sharedRows([...rows].filter((row) => folds[row] !== fold)));
  return Object.freeze({ k: inner.length, folds, train, held, key: hashNumbers(folds) });
}

function foldPlan(folds: Int32Array, k: number): FoldPlan {
  const all = Array.from({ length: k }, (_, fold) => fold);
  return Object.freeze({
    k, folds, train: all.map((fold) => rowsWhere(folds, fold, false)), held: all.map((fold) => rowsWhere(folds, fold, true)), key: hashNumbers(folds),
  });
}

/** The rows that are in a fold, or those that are not. */
function rowsWhere(folds: Int32Array, fold: number, within: boolean): Uint32Array {
  const rows = new Uint32Array(folds.length);
  let count = 0;
  for (let row = 0; row < folds.length; row++) if ((folds[row] === fold) === within) rows[count++] = row;
  return sharedRows(rows.subarray(0, count));
}

function deal(labels: readonly string[], k: number, seed: number, repetition: number, strata: Float64Array | null): Int32Array {
  const random = Float64Array.from(labels, (label) => randomOf(seed, repetition, label));
  const order = Uint32Array.from(labels, (_, i) => i);
  const stratum = (i: number): number => strata?.[i] ?? 0;
  order.sort((a, b) => stratum(a) - stratum(b) || (random[a] ?? 0) - (random[b] ?? 0) || ((labels[a] ?? "") < (labels[b] ?? "") ? -1 : 1));
  const folds = new Int32Array(labels.length);
  order.forEach((label, position) => (folds[label] = position % k));
  return folds;
}

/** 53 random bits of a label: FNV-1a over its UTF-16 units, then the finaliser of MurmurHash3, twice. */
function randomOf(seed: number, repetition: number, label: string): number {
  let a = mix(seed ^ 0x811c9dc5);
  let b = mix((repetition + 0x9e3779b9) ^ a);
  for (let i = 0; i < label.length; i++) {
    a = Math.imul(a ^ label.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ label.charCodeAt(i), 0x85ebca6b);
  }
  return (mix(a ^ b) >>> 0) * 2097152 + (mix(b + Math.imul(a, 31)) >>> 11);
}
