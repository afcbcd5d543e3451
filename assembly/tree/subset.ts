import { array, reserve, zeros } from "../core/arena";
import { below, bits, subKey } from "../core/random";
import { Bag, Sample, Settings } from "./bag";
import { Design, filter, GAP, rowBits, rowMask } from "./design";
import {
  addLeaf, at, childKey, isTerminal, newSide, newStack, Node, push, sendByLevel, sendByRank, sendByValue,
  Side, startRoot, sumRows, threshold,
} from "./node";
import { gainOf, SAME } from "./scan";

/**
 * One regression tree that looks at a random subset of the columns at each node.
 *
 * A node keeps one list of its rows. Of the drawn columns, levels of a group are read off the group's sums over the
 * node; a continuous feature, of which a node draws few, is sorted on the spot by its global ranks.
 * Columns are drawn without replacement as scikit-learn does: a constant column counts as drawn, but drawing goes on
 * until one that is not constant was seen. The first of equal gains wins, which is uniform in random order.
 *
 * Cost: O(n (groups + continuous features drawn)) a node.
 */
@unmanaged
export class Subset {
  design: Design;
  bag: Bag;
  sample: Sample;
  settings: Settings;
  /** u32[capacity]: local rows; a node owns a slice, in ascending order. */
  rows: StaticArray<u32>;
  spare: StaticArray<u32>;
  routeSpare: StaticArray<u32>;
  /** u32[classes * capacity]: rank of each local row in each class. */
  ranks: StaticArray<u32>;
  /** Entries of each class over the bag: classes * capacity. */
  sorted: usize;
  /** u8[capacity]: marks the node's rows while a large node is read off `sorted`. */
  inNode: StaticArray<u8>;
  /** i32[groups * capacity]: level of each local row in each group. */
  codes: StaticArray<i32>;
  capacity: i32;
  /** Features without ties, which no node with two rows finds constant; and the other ones. */
  untied: StaticArray<i32>;
  untiedCount: i32;
  tied: StaticArray<i32>;
  tiedCount: i32;
  /** i32[columns]: the columns in the order in which they are drawn; restored after each node. */
  order: StaticArray<i32>;
  swaps: StaticArray<i32>;
  /** By column of the groups' levels (less `Design.features`): the node's sums, sizes, and which node they are of. */
  levelSums: StaticArray<f64>;
  levelSizes: StaticArray<i32>;
  levelNode: StaticArray<u32>;
  /** u8[groups]: 1 where a node draws so few of the group's levels that each is better summed up by itself. */
  fewDrawn: StaticArray<u8>;
  /** u32[groups]: the node a group was summed up for. */
  groupNode: StaticArray<u32>;
  /** Of the level looked at last. */
  levelSum: f64;
  levelWeight: f64;
  levelSize: i32;
  /** f64[columns + 1]: probability that none of so many columns is drawn, -1 where not known yet. */
  noneDrawn: StaticArray<f64>;
  /** Counts nodes, to tell old level sums from new ones. */
  stamp: u32;
  /** Two buffers of capacity + 1 entries (rank, local row) for sorting. */
  keys: usize;
  spareKeys: usize;
  /** u32[128]: digit counters of the sort. */
  digits: StaticArray<u32>;
  stack: usize;
  left: Side;
  right: Side;
  /** The split found: its column, and for a feature the highest rank that goes left and the rows beside the cut. */
  column: i32;
  cutRank: u32;
  rowBelow: u32;
  rowAbove: u32;
  /** Where `scan` found its best cut. */
  cut: i32;
  /** With random cuts: the value at which the column looked at last is cut, and the one kept. */
  cutValue: f64;
  keptValue: f64;
}

/** Up to so many rows an insertion sort is faster. */
const SHORT: i32 = 32;
/** Up to so many rows, a node's columns that are not constant are listed before any is drawn. */
const SMALL: i32 = 48;
/** Probabilities below this lose digits. */
const TINY: f64 = 1e-290;
/** A node with more than this part of the bag is read off the bag's order instead of sorted. */
const FILTER_SHARE: i32 = 6;

export function newSubset<T>(design: Design, bag: Bag, sample: Sample, settings: Settings): Subset {
  const grower = changetype<Subset>(reserve(offsetof<Subset>()));
  const capacity = sample.trainCount;
  const levels = design.columns - design.features;
  grower.design = design;
  grower.bag = bag;
  grower.sample = sample;
  grower.settings = settings;
  grower.capacity = capacity;
  grower.rows = array<u32>(capacity);
  grower.spare = array<u32>(capacity);
  grower.routeSpare = array<u32>(sample.trainCount + sample.predictCount);
  grower.ranks = array<u32>(design.classes * capacity);
  grower.codes = array<i32>(design.groups * capacity);
  grower.sorted = reserve(<usize>(design.classes * capacity + 1) * sizeof<T>());
  grower.inNode = zeros<u8>(capacity);
  listTies<T>(grower);
  grower.order = array<i32>(design.columns);
  for (let c = 0; c < design.columns; c++) grower.order[c] = c;
  grower.swaps = array<i32>(design.columns);
  grower.noneDrawn = array<f64>(design.columns + 1);
  for (let c = 0; c <= design.columns; c++) grower.noneDrawn[c] = -1;
  grower.levelSums = array<f64>(2 * levels);
  grower.levelSizes = array<i32>(levels);
  grower.levelNode = zeros<u32>(levels);
  grower.groupNode = zeros<u32>(design.groups);
  grower.fewDrawn = array<u8>(design.groups);
  for (let g = 0; g < design.groups; g++) {
    grower.fewDrawn[g] = <u8>(design.levels[g] * settings.maxFeatures <= 3 * design.columns);
  }
  grower.stamp = 0;
  grower.keys = reserve(<usize>(capacity + 1) * sizeof<T>());
  grower.spareKeys = reserve(<usize>(capacity + 1) * sizeof<T>());
  grower.digits = array<u32>(128);
  grower.stack = newStack(capacity + 2);
  grower.left = newSide();
  grower.right = newSide();
  return grower;
}

/** Tells features without ties from the others: their last entry has the highest rank there can be. */
function listTies<T>(grower: Subset): void {
  const design = grower.design;
  grower.untied = array<i32>(design.features);
  grower.tied = array<i32>(design.features);
  grower.untiedCount = 0;
  grower.tiedCount = 0;
  for (let f = 0; f < design.features; f++) {
    const c = design.classOf[f];
    const last = design.order + <usize>((c + 1) * design.rows - 1) * sizeof<T>();
    const highest = <i32>(load<T>(last) >> rowBits<T>());
    if (design.close[c] || highest != design.rows - 1) grower.tied[grower.tiedCount++] = f;
    else grower.untied[grower.untiedCount++] = f;
  }
}

/** Grows the tree of the bag drawn last and adds its predictions. `key` is the root's random key. */
export function growSubset<T>(grower: Subset, key: u64): void {
  fillRoot<T>(grower);
  let waiting = startRoot(grower.stack, grower.bag, grower.sample, grower.settings, grower.left, key);
  while (waiting > 0) {
    waiting--;
    const node = at(grower.stack, waiting);
    const n = node.end - node.begin;
    if (n == 2) settlePair(grower, node);
    else if (n <= SMALL ? chooseSmall<T>(grower, node) : choose<T>(grower, node)) waiting = split(grower, node, waiting);
    else addLeaf(grower.bag, grower.sample, node.routedBegin, node.routedEnd, node.sum / node.weight);
  }
}

/** Ranks and levels of the bag's rows under their local numbers. */
function fillRoot<T>(grower: Subset): void {
  const design = grower.design;
  const bag = grower.bag;
  for (let c = 0; c < design.classes; c++) {
    for (let i = 0; i < bag.size; i++) grower.ranks[c * grower.capacity + i] = design.ranks[c * design.rows + bag.row[i]];
    filter<T>(
      design.order + <usize>(c * design.rows) * sizeof<T>(), design.rows, bag.local,
      grower.sorted + <usize>(c * grower.capacity) * sizeof<T>(),
    );
  }
  for (let g = 0; g < design.groups; g++) {
    for (let i = 0; i < bag.size; i++) grower.codes[g * grower.capacity + i] = design.codes[g * design.rows + bag.row[i]];
  }
  for (let i = 0; i < bag.size; i++) grower.rows[i] = i;
}

/** Draws columns and keeps the best split among them; false if every column is constant or cannot be cut. */
function choose<T>(grower: Subset, node: Node): bool {
  const columns = grower.design.columns;
  const wanted = grower.settings.maxFeatures;
  const order = grower.order;
  const swaps = grower.swaps;
  grower.stamp++;
  let best: f64 = -1;
  let seen = 0;
  let drawn = 0;
  let random: u64 = 0;
  while (drawn < columns && (drawn < wanted || seen == 0)) {
    random = (drawn & 1) == 0 ? bits(node.key, drawn) : random >> 32;
    const other = drawn + <i32>below(<u32>random, columns - drawn);
    const column = order[other];
    order[other] = order[drawn];
    order[drawn] = column;
    swaps[drawn++] = other;
    if (isConstant(grower, node, column)) continue;
    seen++;
    best = consider<T>(grower, node, column, best);
  }
  while (drawn > 0) {
    const other = swaps[--drawn];
    const column = order[drawn];
    order[drawn] = order[other];
    order[other] = column;
  }
  return best >= 0;
}

/**
 * The same draw for a node with few rows, where most columns are constant: how many of the columns drawn are not is
 * hypergeometric, and they are a uniform choice among those that are not.
 */
function chooseSmall<T>(grower: Subset, node: Node): bool {
  const count = listVarying(grower, node);
  if (count == 0) return false;
  const candidates = grower.swaps;
  const among = max(1, hypergeometric(grower, count, bits(node.key, 0)));
  let best: f64 = -1;
  for (let k = 0; k < among; k++) {
    const other = k + <i32>below(<u32>bits(node.key, k + 1), count - k);
    const column = candidates[other];
    candidates[other] = candidates[k];
    if (column >= grower.design.features) sumLevel(grower, node, column);
    best = consider<T>(grower, node, column, best);
  }
  return best >= 0;
}

/** Evaluates a column and keeps its split if it is better than `best` by more than rounding; returns the best gain. */
function consider<T>(grower: Subset, node: Node, column: i32, best: f64): f64 {
  const gain = evaluate<T>(grower, node, column);
  if (gain < 0 || (best >= 0 && gain * SAME <= best)) return best;
  keep<T>(grower, column);
  return gain;
}

/** Lists in `swaps` the columns that are not constant in the node. */
function listVarying(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const candidates = grower.swaps;
  const stamp = ++grower.stamp;
  let count = 0;
  for (; count < grower.untiedCount; count++) candidates[count] = grower.untied[count];
  for (let i = 0; i < grower.tiedCount; i++) {
    const feature = grower.tied[i];
    if (!isConstantFeature(grower, node, feature)) candidates[count++] = feature;
  }
  for (let g = 0; g < design.groups; g++) {
    const first = design.groupStart[g] - design.features;
    const offset = g * grower.capacity;
    const before = count;
    for (let i = node.begin; i < node.end; i++) {
      const level = first + grower.codes[offset + grower.rows[i]];
      if (grower.levelNode[level] == stamp) continue;
      grower.levelNode[level] = stamp;
      candidates[count++] = design.features + level;
    }
    // The one level of all rows is a constant column.
    if (count == before + 1) count = before;
  }
  // Level sums are made anew: the stamps say only which levels were seen.
  grower.stamp++;
  return count;
}

/**
 * How many of `varying` columns are among `maxFeatures` drawn from all: inversion of the hypergeometric distribution
 * from 0 upwards.
 */
function hypergeometric(grower: Subset, varying: i32, random: u64): i32 {
  const drawn = <f64>grower.settings.maxFeatures;
  const rest = <f64>(grower.design.columns - grower.settings.maxFeatures);
  const k = <f64>varying;
  // Where too few others are left, or too many are drawn, the first probability is nought or too small a number.
  if (rest < k) return sequential(grower, varying, random);
  let probability = noneDrawn(grower, varying);
  if (probability < TINY) return sequential(grower, varying, random);
  let uniform = <f64>(random >> 11) * (1.0 / 9007199254740992.0);
  const most = min(k, drawn);
  let m: f64 = 0;
  while (uniform >= probability && m < most) {
    uniform -= probability;
    probability *= ((k - m) * (drawn - m)) / ((m + 1) * (rest - k + m + 1));
    m += 1;
  }
  return <i32>m;
}

/** The same, one column at a time. */
function sequential(grower: Subset, varying: i32, random: u64): i32 {
  const columns = grower.design.columns;
  let left = varying;
  for (let d = 0; d < grower.settings.maxFeatures; d++) {
    if (<i32>below(<u32>bits(random, d), columns - d) < left) left--;
  }
  return varying - left;
}

/** Probability that none of `varying` columns is drawn; computed once for each number. */
function noneDrawn(grower: Subset, varying: i32): f64 {
  const known = grower.noneDrawn[varying];
  if (known >= 0) return known;
  let probability: f64 = 1;
  const columns = grower.design.columns;
  for (let i = 0; i < varying; i++) probability *= <f64>(columns - grower.settings.maxFeatures - i) / <f64>(columns - i);
  grower.noneDrawn[varying] = probability;
  return probability;
}

/**
 * Sums and size of one level in the node, into `levelSum`, `levelWeight`, `levelSize`. The first group's rows stand in
 * the order of their levels, so a level is found by bisection; of the others a small node is read once a level, a large one summed up by level once.
 */
function sumLevel(grower: Subset, node: Node, column: i32): void {
  const design = grower.design;
  const group = groupOf(design, column);
  if (group > 0 && (grower.fewDrawn[group] || node.end - node.begin <= SMALL)) {
    readLevel(grower, node, group, column - design.groupStart[group]);
    return;
  }
  if (group > 0) {
    if (grower.groupNode[group] != grower.stamp) sumGroup(grower, node, group);
    const level = column - design.features;
    const isThere = grower.levelNode[level] == grower.stamp;
    grower.levelSize = isThere ? grower.levelSizes[level] : 0;
    grower.levelSum = isThere ? grower.levelSums[2 * level] : 0;
    grower.levelWeight = isThere ? grower.levelSums[2 * level + 1] : 0;
    return;
  }
  const wanted = column - design.groupStart[0];
  const first = bisect(grower, node, wanted);
  const pairs = grower.bag.pairs;
  let i = first;
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (; i < node.end; i++) {
    const id = grower.rows[i];
    if (grower.codes[id] != wanted) break;
    sum += pairs[2 * id];
    weight += pairs[2 * id + 1];
  }
  grower.levelSize = i - first;
  grower.levelSum = sum;
  grower.levelWeight = weight;
}

/** Sums of one level by a pass over the node's rows. */
function readLevel(grower: Subset, node: Node, group: i32, level: i32): void {
  const pairs = grower.bag.pairs;
  const rows = grower.rows;
  const codes = grower.codes;
  const offset = group * grower.capacity;
  let size = 0;
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    if (codes[offset + id] != level) continue;
    sum += pairs[2 * id];
    weight += pairs[2 * id + 1];
    size++;
  }
  grower.levelSize = size;
  grower.levelSum = sum;
  grower.levelWeight = weight;
}

/** The first of the node's rows whose level in the first group is at least `level`. */
function bisect(grower: Subset, node: Node, level: i32): i32 {
  let low = node.begin;
  let high = node.end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (grower.codes[grower.rows[middle]] < level) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums of the node's rows by level of one group. */
function sumGroup(grower: Subset, node: Node, g: i32): void {
  const design = grower.design;
  const pairs = grower.bag.pairs;
  const rows = grower.rows;
  const sums = grower.levelSums;
  const stamp = grower.stamp;
  const first = design.groupStart[g] - design.features;
  const offset = g * grower.capacity;
  grower.groupNode[g] = stamp;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    const level = first + grower.codes[offset + id];
    if (grower.levelNode[level] != stamp) {
      grower.levelNode[level] = stamp;
      grower.levelSizes[level] = 0;
      sums[2 * level] = 0;
      sums[2 * level + 1] = 0;
    }
    sums[2 * level] += pairs[2 * id];
    sums[2 * level + 1] += pairs[2 * id + 1];
    grower.levelSizes[level]++;
  }
}

@inline
function groupOf(design: Design, column: i32): i32 {
  let g = design.groups - 1;
  while (column < design.groupStart[g]) g--;
  return g;
}

function isConstant(grower: Subset, node: Node, column: i32): bool {
  const design = grower.design;
  if (column >= design.features) {
    sumLevel(grower, node, column);
    return grower.levelSize == 0 || grower.levelSize == node.end - node.begin;
  }
  return isConstantFeature(grower, node, column);
}

function isConstantFeature(grower: Subset, node: Node, feature: i32): bool {
  const c = grower.design.classOf[feature];
  if (grower.design.close[c]) return isCloseConstant(grower, node, feature);
  const rows = grower.rows;
  const offset = c * grower.capacity;
  const first = grower.ranks[offset + rows[node.begin]];
  for (let i = node.begin + 1; i < node.end; i++) if (grower.ranks[offset + rows[i]] != first) return false;
  return true;
}

function isCloseConstant(grower: Subset, node: Node, feature: i32): bool {
  const design = grower.design;
  const offset = feature * design.rows;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = node.begin; i < node.end; i++) {
    const value = design.values[offset + grower.bag.row[grower.rows[i]]];
    low = min(low, value);
    high = max(high, value);
  }
  return high <= low + GAP;
}

/** Best gain of one column that is not constant in the node; -1 if no cut leaves enough rows on both sides. */
function evaluate<T>(grower: Subset, node: Node, column: i32): f64 {
  const design = grower.design;
  const minLeaf = grower.settings.minLeaf;
  const mean = node.sum / node.weight;
  if (column >= design.features) {
    const size = grower.levelSize;
    if (size < minLeaf || node.end - node.begin - size < minLeaf) return -1;
    return gainOf(grower.levelSum, grower.levelWeight, mean, node.weight);
  }
  if (grower.settings.randomCuts) return cutAtRandom(grower, node, column, mean);
  sortNode<T>(grower, node, design.classOf[column]);
  return scan<T>(grower, node, column, mean);
}

/** Remembers the split that `evaluate` has just found. */
function keep<T>(grower: Subset, column: i32): void {
  grower.column = column;
  if (column >= grower.design.features) return;
  if (grower.settings.randomCuts) {
    grower.keptValue = grower.cutValue;
    return;
  }
  const entry = load<T>(grower.keys + <usize>grower.cut * sizeof<T>());
  const next = load<T>(grower.keys + <usize>(grower.cut + 1) * sizeof<T>());
  grower.cutRank = <u32>(entry >> rowBits<T>());
  grower.rowBelow = grower.bag.row[<i32>(entry & rowMask<T>())];
  grower.rowAbove = grower.bag.row[<i32>(next & rowMask<T>())];
}

/** The gain of a cut at a value drawn uniformly between the feature's extremes in the node. */
function cutAtRandom(grower: Subset, node: Node, feature: i32, mean: f64): f64 {
  const bag = grower.bag;
  const values = grower.design.values;
  const offset = feature * grower.design.rows;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = node.begin; i < node.end; i++) {
    const value = values[offset + bag.row[grower.rows[i]]];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  const cut = randomBetween(low, high, node.key, feature);
  let sum: f64 = 0;
  let weight: f64 = 0;
  let size = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = grower.rows[i];
    if (<f64>values[offset + bag.row[id]] > cut) continue;
    sum += bag.pairs[2 * id];
    weight += bag.pairs[2 * id + 1];
    size++;
  }
  grower.cutValue = cut;
  const minLeaf = grower.settings.minLeaf;
  if (size < minLeaf || node.end - node.begin - size < minLeaf) return -1;
  return gainOf(sum, weight, mean, node.weight);
}

/** A draw from [low, high) that belongs to this node and feature. */
function randomBetween(low: f32, high: f32, key: u64, feature: i32): f64 {
  const uniform = <f64>(bits(subKey(key, 2 + feature), 0) >> 11) * (1.0 / 9007199254740992.0);
  const value = <f64>low + uniform * (<f64>high - <f64>low);
  return value >= <f64>high ? <f64>low : value;
}

/** Writes the node's rows into `keys`, by ascending rank in class c. */
function sortNode<T>(grower: Subset, node: Node, c: i32): void {
  const rows = grower.rows;
  const ranks = grower.ranks;
  const offset = c * grower.capacity;
  const n = node.end - node.begin;
  if (n * FILTER_SHARE > grower.bag.size) {
    readSorted<T>(grower, node, c);
    return;
  }
  let highest: u32 = 0;
  for (let i = 0; i < n; i++) {
    const id = rows[node.begin + i];
    const rank = ranks[offset + id];
    highest = max(highest, rank);
    store<T>(grower.keys + <usize>i * sizeof<T>(), (<T>rank << rowBits<T>()) | <T>id);
  }
  if (n <= SHORT) insertionSort<T>(grower.keys, n);
  else radixSort<T>(grower, n, highest);
}

/** The node's rows out of the whole bag's order. */
function readSorted<T>(grower: Subset, node: Node, c: i32): void {
  const inNode = grower.inNode;
  for (let i = node.begin; i < node.end; i++) inNode[grower.rows[i]] = 1;
  const from = grower.sorted + <usize>(c * grower.capacity) * sizeof<T>();
  let to = grower.keys;
  for (let i = 0; i < grower.bag.size; i++) {
    const entry = load<T>(from + <usize>i * sizeof<T>());
    store<T>(to, entry);
    to += <usize>inNode[<i32>(entry & rowMask<T>())] * sizeof<T>();
  }
  for (let i = node.begin; i < node.end; i++) inNode[grower.rows[i]] = 0;
}

function insertionSort<T>(keys: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const key = load<T>(keys + <usize>i * sizeof<T>());
    let j = i;
    for (; j > 0; j--) {
      const before = load<T>(keys + <usize>(j - 1) * sizeof<T>());
      if (before <= key) break;
      store<T>(keys + <usize>j * sizeof<T>(), before);
    }
    store<T>(keys + <usize>j * sizeof<T>(), key);
  }
}

/** Least significant digit first, 7 bits a pass, over the bits that ranks up to `highest` use. */
function radixSort<T>(grower: Subset, n: i32, highest: u32): void {
  const counts = grower.digits;
  for (let shift: u32 = 0; shift < 32 && (highest >> shift) > 0; shift += 7) {
    for (let d = 0; d < 128; d++) counts[d] = 0;
    const bit = <T>shift + rowBits<T>();
    for (let i = 0; i < n; i++) counts[<i32>(load<T>(grower.keys + <usize>i * sizeof<T>()) >> bit) & 127]++;
    let start: u32 = 0;
    for (let d = 0; d < 128; d++) {
      const count = counts[d];
      counts[d] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const key = load<T>(grower.keys + <usize>i * sizeof<T>());
      const digit = <i32>(key >> bit) & 127;
      store<T>(grower.spareKeys + <usize>counts[digit] * sizeof<T>(), key);
      counts[digit]++;
    }
    const swap = grower.keys;
    grower.keys = grower.spareKeys;
    grower.spareKeys = swap;
  }
}

/** Best cut along `keys`; its position goes to `cut`. */
function scan<T>(grower: Subset, node: Node, feature: i32, mean: f64): f64 {
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  const close = grower.design.close[grower.design.classOf[feature]];
  const n = node.end - node.begin;
  const total = node.weight;
  let sum: f64 = 0;
  let weight: f64 = 0;
  let best: f64 = -1;
  let entry = load<T>(grower.keys);
  for (let i = 0, end = n - minLeaf; i < end; i++) {
    const next = load<T>(grower.keys + <usize>(i + 1) * sizeof<T>());
    const at = <i32>(entry & rowMask<T>()) << 1;
    sum += pairs[at];
    weight += pairs[at + 1];
    const separated = close ? isSeparated<T>(grower, feature, entry, next) : (entry ^ next) > rowMask<T>();
    entry = next;
    if (!separated || i < minLeaf - 1) continue;
    const gain = gainOf(sum, weight, mean, total);
    if (gain > best) {
      best = gain;
      grower.cut = i;
    }
  }
  return best;
}

function isSeparated<T>(grower: Subset, feature: i32, entry: T, next: T): bool {
  const offset = feature * grower.design.rows;
  const row = grower.bag.row;
  const here = grower.design.values[offset + row[<i32>(entry & rowMask<T>())]];
  return grower.design.values[offset + row[<i32>(next & rowMask<T>())]] > here + GAP;
}

/** Two rows: every column that separates them has the same gain, so the first one drawn is uniform among them. */
function choosePair(grower: Subset, node: Node): bool {
  const design = grower.design;
  const a = grower.rows[node.begin];
  const b = grower.rows[node.begin + 1];
  const candidates = grower.swaps;
  let count = 0;
  for (let f = 0; f < design.features; f++) if (separates(grower, f, a, b)) candidates[count++] = f;
  for (let g = 0; g < design.groups; g++) {
    const levelA = grower.codes[g * grower.capacity + a];
    const levelB = grower.codes[g * grower.capacity + b];
    if (levelA == levelB) continue;
    candidates[count++] = design.groupStart[g] + levelA;
    candidates[count++] = design.groupStart[g] + levelB;
  }
  if (count == 0) return false;
  const column = candidates[below(<u32>bits(node.key, 0), count)];
  grower.column = column;
  if (column >= design.features) return true;
  const offset = design.classOf[column] * grower.capacity;
  const inOrder = grower.ranks[offset + a] < grower.ranks[offset + b];
  grower.cutRank = min(grower.ranks[offset + a], grower.ranks[offset + b]);
  grower.rowBelow = grower.bag.row[inOrder ? a : b];
  grower.rowAbove = grower.bag.row[inOrder ? b : a];
  if (grower.settings.randomCuts) {
    const values = design.values;
    const at = column * design.rows;
    grower.keptValue = randomBetween(values[at + grower.rowBelow], values[at + grower.rowAbove], node.key, column);
  }
  return true;
}

/** A node of two rows ends here: both children are leaves. */
function settlePair(grower: Subset, node: Node): void {
  const bag = grower.bag;
  if (!choosePair(grower, node)) {
    addLeaf(bag, grower.sample, node.routedBegin, node.routedEnd, node.sum / node.weight);
    return;
  }
  const design = grower.design;
  const column = grower.column;
  const a = grower.rows[node.begin];
  const b = grower.rows[node.begin + 1];
  let right = b;
  if (column >= design.features) {
    const group = groupOf(design, column);
    if (grower.codes[group * grower.capacity + a] == column - design.groupStart[group]) right = a;
  } else if (grower.ranks[design.classOf[column] * grower.capacity + a] > grower.cutRank) right = a;
  const left = right == a ? b : a;
  const border = route(grower, node);
  addLeaf(bag, grower.sample, node.routedBegin, border, bag.pairs[2 * left] / bag.pairs[2 * left + 1]);
  addLeaf(bag, grower.sample, border, node.routedEnd, bag.pairs[2 * right] / bag.pairs[2 * right + 1]);
}

function separates(grower: Subset, feature: i32, a: u32, b: u32): bool {
  const design = grower.design;
  const c = design.classOf[feature];
  if (!design.close[c]) return grower.ranks[c * grower.capacity + a] != grower.ranks[c * grower.capacity + b];
  const offset = feature * design.rows;
  const one = design.values[offset + grower.bag.row[a]];
  const other = design.values[offset + grower.bag.row[b]];
  return max(one, other) > min(one, other) + GAP;
}

/** Carries out the split found last and pushes the children that are to be split further. Returns the nodes waiting. */
function split(grower: Subset, node: Node, waiting: i32): i32 {
  const left = grower.left;
  const right = grower.right;
  const depth = node.depth + 1;
  const middle = partition(grower, node);
  const border = route(grower, node);
  const leftOpen = border > node.routedBegin && !isTerminal(left, depth, grower.settings);
  const rightOpen = border < node.routedEnd && !isTerminal(right, depth, grower.settings);
  if (!leftOpen) addLeaf(grower.bag, grower.sample, node.routedBegin, border, left.sum / left.weight);
  if (!rightOpen) addLeaf(grower.bag, grower.sample, border, node.routedEnd, right.sum / right.weight);
  // The parent's place on the stack is free now; keep what the children need of it.
  const begin = node.begin;
  const end = node.end;
  const routedBegin = node.routedBegin;
  const routedEnd = node.routedEnd;
  const leftKey = childKey(node, 0);
  const rightKey = childKey(node, 1);
  if (rightOpen) push(at(grower.stack, waiting++), middle, end, border, routedEnd, right, rightKey, depth, 0);
  if (leftOpen) push(at(grower.stack, waiting++), begin, middle, routedBegin, border, left, leftKey, depth, 0);
  return waiting;
}

/** Moves the rows that go left to the front of the node's slice, each side in its old order; sums up both sides. */
function partition(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const column = grower.column;
  let middle: i32;
  if (column >= design.features) {
    const group = groupOf(design, column);
    const level = column - design.groupStart[group];
    middle = sendByLevel(grower.rows, node.begin, node.end, grower.spare, grower.codes, group * grower.capacity, level);
  } else if (grower.settings.randomCuts) {
    middle = sendByCut(grower, node, column * design.rows);
  } else {
    const offset = design.classOf[column] * grower.capacity;
    middle = sendByRank(grower.rows, node.begin, node.end, grower.spare, grower.ranks, offset, grower.cutRank);
  }
  sumRows(grower.left, grower.bag, grower.rows, node.begin, middle);
  sumRows(grower.right, grower.bag, grower.rows, middle, node.end);
  return middle;
}

/** As `sendByValue`, for local rows: a random cut may fall between values that share a rank. */
function sendByCut(grower: Subset, node: Node, offset: i32): i32 {
  const list = grower.rows;
  const spare = grower.spare;
  const row = grower.bag.row;
  const values = grower.design.values;
  let left = node.begin;
  let right = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = list[i];
    const goesRight = <i32>(<f64>values[offset + row[id]] > grower.keptValue);
    list[left] = id;
    spare[right] = id;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) list[left + i] = spare[i];
  return left;
}

function route(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const column = grower.column;
  if (column >= design.features) {
    const group = groupOf(design, column);
    const level = column - design.groupStart[group];
    return sendByLevel(
      grower.bag.routed, node.routedBegin, node.routedEnd, grower.routeSpare, design.codes, group * design.rows, level,
    );
  }
  const offset = column * design.rows;
  const cut = grower.settings.randomCuts
    ? grower.keptValue
    : threshold(design.values[offset + grower.rowBelow], design.values[offset + grower.rowAbove]);
  return sendByValue(grower.bag.routed, node.routedBegin, node.routedEnd, grower.routeSpare, design.values, offset, cut);
}
