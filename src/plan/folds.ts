import { EstimationError } from "../errors.js";
import { innerFolds } from "../learners/innerFolds.js";
import type { FoldChoice } from "../study/specification.js";
import { hashNumbers } from "./keys.js";
import { sharedRows } from "./shared.js";
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
 * moves nothing; a group more moves those behind it in that order by one fold.
 */
export function planFolds(sample: Sample, choice: FoldChoice, seed: number, repetition: number): FoldPlan {
  if (choice.kind === "column") {
    const { codes, levels } = sample.levels(choice.column);
    if (levels < 2) throw new EstimationError("one-fold", `The fold column \`${choice.column}\` has one value; two folds at least are needed.`);
    return foldPlan(codes, levels);
  }
  const { codes, labels } =
    choice.column === null ? { codes: null, labels: Array.from(sample.rows, String) } : sample.levels(choice.column);
  if (labels.length < choice.k) {
    const what = choice.column === null ? "rows" : `values of \`${choice.column}\``;
    throw new EstimationError("fewer-units-than-folds", `${labels.length} ${what} cannot be dealt to ${choice.k} folds. Lower \`folds.k\`, or use more of the data.`);
  }
  const dealt = deal(labels, choice.k, seed, repetition);
  return foldPlan(codes === null ? dealt : Int32Array.from(codes, (code) => dealt[code] ?? 0), choice.k);
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
  const held: number[][] = Array.from({ length: k }, () => []);
  const train: number[][] = Array.from({ length: k }, () => []);
  folds.forEach((fold, row) => {
    for (let other = 0; other < k; other++) (other === fold ? held : train)[other]?.push(row);
  });
  return Object.freeze({ k, folds, train: train.map(sharedRows), held: held.map(sharedRows), key: hashNumbers(folds) });
}

function deal(labels: readonly string[], k: number, seed: number, repetition: number): Int32Array {
  const random = Float64Array.from(labels, (label) => randomOf(seed, repetition, label));
  const order = Uint32Array.from(labels, (_, i) => i);
  order.sort((a, b) => (random[a] ?? 0) - (random[b] ?? 0) || ((labels[a] ?? "") < (labels[b] ?? "") ? -1 : 1));
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

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
