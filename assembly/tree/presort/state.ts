import { array, take } from "../../core/arena";
import { Bag, Sample, Settings } from "../bag";
import { Design } from "../design";
import { newSide, newStack, Node, Side } from "../node";
import { Part } from "../missing";
import { BestLevel } from "../scan";

/**
 * One regression tree that looks at every column at every node, on columns sorted once.
 *
 * Each class and group keeps the node's rows in its own order; a split partitions them all, stably, into the other
 * of two buffers (Mehta, Agrawal, Rissanen 1996, "SLIQ"; Shafer et al. 1996, "SPRINT"). No node sorts.
 * Equal gains are broken uniformly over columns, each level of a group counting as one, as scikit-learn's random
 * column order does. Trees are not kept: the rows to be predicted travel along, and branches that none of them
 * reaches are not grown (Friedman, Kohavi, Yun 1996, "Lazy decision trees").
 *
 * Cost: O(n) per node and column, about 3 ns each; memory 2 entries a row and column.
 */
@unmanaged
export class Presort {
  design: Design;
  bag: Bag;
  sample: Sample;
  settings: Settings;
  /** Buffers of (classes + groups) * capacity entries: nodes take turns in the first two; the root is in number `root`. */
  buffers: StaticArray<usize>;
  /** 0, or 2 where it is to outlast its tree. */
  root: i32;
  capacity: i32;
  /** i32[classes + groups]: columns of each that share the best gain. */
  ties: StaticArray<i32>;
  /** f64[groups]: best gain of another level than the best, where that is known; else infinite. */
  secondGain: StaticArray<f64>;
  bestLevel: BestLevel;
  /** u32[groups]: where the first level with the best gain starts. */
  firstLevel: StaticArray<u32>;
  /**
   * i32[classes]: the classes as they are scanned: those without ties in this bag, those with ties, those that are close,
   * those that have missing values.
   */
  scanOrder: StaticArray<i32>;
  untiedClasses: i32;
  openClasses: i32;
  fullClasses: i32;
  /** The best split of the class with missing values scanned last. */
  found: Part;
  /** f64[classes + groups + 1]: best gain of each (scans write two at a time). */
  gains: StaticArray<f64>;
  /** u8[capacity]: 1 where a local row goes right. */
  goesRight: StaticArray<u8>;
  spare: StaticArray<u32>;
  stack: usize;
  left: Side;
  right: Side;
  /** The chosen split: a column of classes then groups, the position after which it cuts, the end of its right part. */
  column: i32;
  cut: i32;
  cutEnd: i32;
  /** The chosen member of a class, or the level of a group. */
  member: i32;
  /** 1 where missing values go right. */
  missingRight: i32;
}

/** Room for any tree of `sample`. `keepsRoot`: a tree leaves the sorted root as it is, for the next one of the same bag. */
export function newPresort<T>(design: Design, bag: Bag, sample: Sample, settings: Settings, keepsRoot: bool): Presort {
  const grower = changetype<Presort>(take(offsetof<Presort>()));
  const capacity = sample.trainCount;
  const columns = design.classes + design.groups;
  grower.design = design;
  grower.bag = bag;
  grower.sample = sample;
  grower.settings = settings;
  grower.capacity = capacity;
  grower.root = keepsRoot ? 2 : 0;
  grower.buffers = array<usize>(3);
  // One entry more: scans look one ahead of the last.
  for (let b = 0, count = keepsRoot ? 3 : 2; b < count; b++) grower.buffers[b] = take(<usize>(columns * capacity + 2) * sizeof<T>());
  grower.gains = array<f64>(columns + 1);
  grower.ties = array<i32>(columns);
  grower.firstLevel = array<u32>(design.groups);
  grower.secondGain = array<f64>(design.groups);
  grower.bestLevel = changetype<BestLevel>(take(offsetof<BestLevel>()));
  grower.scanOrder = array<i32>(design.classes);
  grower.found = changetype<Part>(take(offsetof<Part>()));
  grower.goesRight = array<u8>(capacity);
  grower.spare = array<u32>(sample.trainCount + sample.predictCount);
  grower.stack = newStack(capacity + 2);
  grower.left = newSide();
  grower.right = newSide();
  return grower;
}

/** The buffer that a node's children go to. */
@inline
export function otherBuffer(node: Node): i32 {
  return node.buffer == 0 ? 1 : 0;
}

/** Where the node's entries of a column begin. */
@inline
export function slice<T>(grower: Presort, node: Node, column: i32): usize {
  return grower.buffers[node.buffer] + <usize>(column * grower.capacity + node.begin) * sizeof<T>();
}
