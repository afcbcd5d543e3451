import type { Design } from "../../../src/kernels/design.js";
import type { HistRequest, HistSettings } from "../../../src/kernels/histboost.js";
import { dummies } from "./demean.js";

/** The bin of each row, -1 where it has no value; whether a training row has none. */
interface Column {
  readonly bins: Int32Array;
  readonly hasMissing: boolean;
}

/** Gradient and hessian, by row. */
type Pairs = readonly (readonly [number, number])[];

/** Rows of a node and their sums; where it is split, how. */
interface Leaf {
  readonly rows: readonly number[];
  readonly depth: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly value: number;
  split?: Split;
  children?: readonly [Leaf, Leaf];
}

interface Split {
  readonly gain: number;
  readonly isLeft: (row: number) => boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
}

/** What is left of the target after the effects are taken off; the identity without effects. */
export type Demean = (left: Float64Array) => Float64Array;

/**
 * Histogram boosting, slowly: every sum is made anew from rows, each level of a group is a column, the next leaf to
 * split is searched among all. Chen and Guestrin (2016), equations 5 to 7; f32 gradients as in scikit-learn.
 */
export function histTwin(design: Design, request: HistRequest, demean: Demean = (left) => left): Float64Array[] {
  const { train, predict, target, checkpoints, settings } = request;
  const weights = request.weights ?? new Float64Array(design.rows).fill(1);
  const columns = [...design.features, ...dummies(design.groups)].map((column) => binned(column, train, weights, request));
  const fitted = request.start.slice();
  const recorded: Float64Array[] = [];
  for (let round = 1; round <= Math.max(...checkpoints); round++) {
    const left = demean(target.map((y, i) => y - at(fitted, i)));
    const pairs = Array.from(fitted, (_, i) => pairOf(request, weights, left, fitted, i));
    const tree = grow(columns, [...train], pairs, settings);
    fitted.forEach((_, i) => (fitted[i] = at(fitted, i) + settings.rate * leafOf(tree, i).value));
    if (!checkpoints.includes(round)) continue;
    const level = request.effects.length === 0 ? 0 : train.reduce((sum, row) => sum + at(fitted, row), 0) / train.length;
    recorded.push(Float64Array.from(predict, (row) => at(fitted, row) - level));
  }
  return recorded;
}

function pairOf({ loss, target }: HistRequest, weights: Float64Array, left: Float64Array, fitted: Float64Array, i: number): readonly [number, number] {
  const p = 1 / (1 + Math.exp(-at(fitted, i)));
  const [gradient, hessian] = loss === "squared" ? [-at(left, i), 1] : [p - at(target, i), p * (1 - p)];
  return [Math.fround(gradient * at(weights, i)), Math.fround(hessian * at(weights, i))];
}

/** Midpoints where there are few distinct values, else percentiles, of which an exact one is the mean of two values. */
function binned(column: Float64Array, train: Uint32Array, weights: Float64Array, { settings }: HistRequest): Column {
  const rows = [...train].filter((row) => !Number.isNaN(at(column, row))).sort((a, b) => at(column, a) - at(column, b));
  const distinct = [...new Set(rows.map((row) => at(column, row)))];
  let cuts = distinct.slice(1).map((value, i) => (value + at(distinct, i)) / 2);
  if (distinct.length > settings.maxBins) {
    const total = rows.reduce((sum, row) => sum + at(weights, row), 0);
    cuts = Array.from({ length: settings.maxBins - 1 }, (_, i) => percentile(column, rows, weights, (total * (i + 1)) / settings.maxBins));
  }
  const bins = Int32Array.from(column, (value) => (Number.isNaN(value) ? -1 : [...new Set(cuts)].filter((cut) => cut < value).length));
  return { bins, hasMissing: rows.length < train.length };
}

function percentile(column: Float64Array, rows: readonly number[], weights: Float64Array, mass: number): number {
  let sum = 0;
  const i = rows.findIndex((row) => (sum += at(weights, row)) > mass - 1e-9);
  const value = at(column, at(rows, i));
  return Math.abs(sum - mass) < 1e-9 ? (value + at(column, at(rows, i + 1))) / 2 : value;
}

function grow(columns: readonly Column[], rows: readonly number[], pairs: Pairs, settings: HistSettings): Leaf {
  const [gradient, hessian] = sums(rows, pairs);
  const root: Leaf = { rows, depth: 0, gradient, hessian, value: 0 };
  const open = [root];
  for (let leaves = 1; leaves < settings.leaves; leaves++) {
    for (const leaf of open) leaf.split ??= bestSplit(columns, leaf, pairs, settings);
    const next = open.reduce((best, leaf) => ((leaf.split?.gain ?? 0) > (best.split?.gain ?? 0) ? leaf : best));
    if (next.split === undefined || !(next.split.gain > 0)) break;
    next.children = childrenOf(next, next.split, settings.l2);
    open.splice(open.indexOf(next), 1, ...next.children);
  }
  return root;
}

function childrenOf({ rows, depth, gradient, hessian }: Leaf, split: Split, l2: number): readonly [Leaf, Leaf] {
  const child = (own: readonly number[], g: number, h: number): Leaf => ({ rows: own, depth: depth + 1, gradient: g, hessian: h, value: -g / (h + l2 + 1e-15) });
  return [
    child(rows.filter(split.isLeft), split.leftGradient, split.leftHessian),
    child(rows.filter((row) => !split.isLeft(row)), gradient - split.leftGradient, hessian - split.leftHessian),
  ];
}

/** The first of the best: by column, missing values right before left, and the order in which scikit-learn tries cuts. */
function bestSplit(columns: readonly Column[], leaf: Leaf, pairs: Pairs, settings: HistSettings): Split {
  let best: Split = { gain: 0, isLeft: () => true, leftGradient: 0, leftHessian: 0 };
  if (leaf.depth >= settings.maxDepth) return best;
  for (const { bins, hasMissing } of columns) {
    const cuts = Array.from({ length: Math.max(...bins) + 1 }, (_, cut) => cut);
    const missingRight = cuts.map((cut) => ({ cut, missingLeft: false }));
    const missingLeft = hasMissing ? cuts.reverse().map((cut) => ({ cut, missingLeft: true })) : [];
    for (const { cut, missingLeft: goesLeft } of [...missingRight, ...missingLeft]) {
      const split = tried(leaf, pairs, settings, (row) => (at(bins, row) < 0 ? goesLeft : at(bins, row) <= cut), goesLeft);
      if (split !== null && split.gain > best.gain) best = hasMissing ? split : withMajority(split, bins, leaf, cut);
    }
  }
  return best;
}

/** Where no training row lacks a value, held-out ones that do follow the majority. */
function withMajority(split: Split, bins: Int32Array, leaf: Leaf, cut: number): Split {
  const left = leaf.rows.filter((row) => at(bins, row) <= cut).length;
  const missingLeft = left > leaf.rows.length - left;
  return { ...split, isLeft: (row) => (at(bins, row) < 0 ? missingLeft : at(bins, row) <= cut) };
}

function tried(
  { rows, gradient, hessian, value }: Leaf, pairs: Pairs,
  { minLeaf, l2 }: HistSettings, isLeft: (row: number) => boolean, summedRight: boolean,
): Split | null {
  const left = rows.filter(isLeft);
  if (left.length < minLeaf || rows.length - left.length < minLeaf) return null;
  const [g, h] = sums(summedRight ? rows.filter((row) => !isLeft(row)) : left, pairs);
  const [leftGradient, leftHessian] = summedRight ? [gradient - g, hessian - h] : [g, h];
  if (leftHessian < 1e-3 || hessian - leftHessian < 1e-3) return null;
  const score = (sum: number, weight: number): number => sum * (sum / (weight + l2 + 1e-15));
  const gain = gradient * value + score(leftGradient, leftHessian) + score(gradient - leftGradient, hessian - leftHessian);
  return { gain, isLeft, leftGradient, leftHessian };
}

function sums(rows: readonly number[], pairs: Pairs): readonly [number, number] {
  return rows.reduce<readonly [number, number]>(([g, h], row) => [g + (pairs[row]?.[0] ?? NaN), h + (pairs[row]?.[1] ?? NaN)], [0, 0]);
}

function leafOf(leaf: Leaf, row: number): Leaf {
  let node = leaf;
  while (node.children !== undefined && node.split !== undefined) node = node.children[node.split.isLeft(row) ? 0 : 1];
  return node;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? NaN;
}
