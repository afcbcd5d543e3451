import { array, take, zeros } from "../../core/arena";
import { Bag, Sample, Settings } from "../bag";
import { Design, rowBits } from "../design";
import { Part } from "../missing";
import { newSide, newStack, Side } from "../node";
import { Four, newFour } from "./four";

/** Up to so many rows, a node's columns that are not constant are listed before any is drawn. */
export const SMALL: i32 = 48;

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
  /** i32[levels]: the levels in the node of the group summed up last. */
  levelsThere: StaticArray<i32>;
  /** u8[groups]: 1 where a node draws so few of the group's levels that each is better summed up by itself. */
  fewDrawn: StaticArray<u8>;
  /** u32[groups]: the node a group was summed up for. */
  groupNode: StaticArray<u32>;
  /** Of the level, or the left part of the random cut, looked at last. */
  partSum: f64;
  partWeight: f64;
  partSize: i32;
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
  /** The split found: its column, and for a feature the ranks above cutRank up to topRank that go right and the rows beside the cut. */
  column: i32;
  cutRank: u32;
  topRank: u32;
  /** 1 where missing values go right. */
  missingRight: i32;
  rowBelow: u32;
  rowAbove: u32;
  /** Whether every column is looked at; then cuts are random, for best cuts have a grower of their own. */
  looksAtAll: bool;
  /** With random cuts f32[capacity * width]: the features of each local row, their number rounded up to fours. */
  cells: StaticArray<f32>;
  width: i32;
  four: Four;
  /** The best gain so far, and how many columns have it. */
  best: f64;
  equals: i32;
  /** Where `scan` found its best cut. */
  cut: i32;
  /** The split of the feature with missing values that was scanned last. */
  found: Part;
  /** With random cuts: the value at which the column looked at last is cut, and the one kept. */
  cutValue: f64;
  /** And whether it sends missing values right. */
  cutMissing: i32;
  keptValue: f64;
}

/** Room for any tree of `sample`. */
export function newSubset<T>(design: Design, bag: Bag, sample: Sample, settings: Settings): Subset {
  const grower = changetype<Subset>(take(offsetof<Subset>()));
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
  grower.sorted = take(<usize>(design.classes * capacity + 1) * sizeof<T>());
  grower.inNode = zeros<u8>(capacity);
  listTies<T>(grower);
  grower.looksAtAll = settings.maxFeatures >= design.columns;
  grower.width = (design.features + 3) & ~3;
  grower.cells = array<f32>(settings.randomCuts ? capacity * grower.width : 0);
  grower.four = newFour();
  grower.order = array<i32>(design.columns);
  for (let c = 0; c < design.columns; c++) grower.order[c] = c;
  grower.swaps = array<i32>(design.columns);
  grower.noneDrawn = array<f64>(design.columns + 1);
  for (let c = 0; c <= design.columns; c++) grower.noneDrawn[c] = -1;
  grower.levelSums = array<f64>(2 * levels);
  grower.levelSizes = array<i32>(levels);
  grower.levelsThere = array<i32>(levels);
  grower.levelNode = zeros<u32>(levels);
  grower.groupNode = zeros<u32>(design.groups);
  grower.fewDrawn = array<u8>(design.groups);
  for (let g = 0; g < design.groups; g++) {
    grower.fewDrawn[g] = <u8>(design.levels[g] * settings.maxFeatures <= 3 * design.columns);
  }
  grower.stamp = 0;
  grower.keys = take(<usize>(capacity + 1) * sizeof<T>());
  grower.spareKeys = take(<usize>(capacity + 1) * sizeof<T>());
  grower.digits = array<u32>(128);
  grower.stack = newStack(capacity + 2);
  grower.found = changetype<Part>(take(offsetof<Part>()));
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

/** The group that a column beyond the features belongs to. */
@inline
export function groupOf(design: Design, column: i32): i32 {
  let g = design.groups - 1;
  while (column < design.groupStart[g]) g--;
  return g;
}
