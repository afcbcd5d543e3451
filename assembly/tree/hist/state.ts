import { array, take } from "../../core/arena";
import { Binned } from "./binned";
import { OVERRUN } from "./rows";

/** What trees on one fold share: settings, rows in the order of leaves, nodes, and room for histograms. */
@unmanaged
export class Grower {
  binned: Binned;
  /** Fewest rows in a leaf. */
  minLeaf: i32;
  /** Most leaves. */
  leaves: i32;
  maxDepth: i32;
  /** Added to the hessians of a node where its value is computed. */
  l2: f64;
  /** Whether hessians differ between rows: then histograms also count rows; else each hessian is 1 and their sum the count. */
  counted: bool;
  /** f32[training rows] */
  gradients: StaticArray<f32>;
  /** f32[training rows]; empty where each is 1. */
  hessians: StaticArray<f32>;
  /** Their sums. */
  gradient: f64;
  hessian: f64;
  /** f64[2 * (BATCH + STRETCH)]: gradient and hessian of some rows of a node, side by side. */
  pairs: StaticArray<f64>;
  /** u32[BATCH + STRETCH + OVERRUN]: these rows. */
  picked: StaticArray<u32>;
  /** A node of at most so many training rows is listed. */
  few: i32;
  /** The next number of a node that is not. */
  numbers: u8;
  /** Address of the nodes of the present tree; a node's children follow each other. */
  nodes: usize;
  nodeCount: i32;
  /** i32[leaves]: nodes that may be split, a heap with the greatest gain on top. */
  heap: StaticArray<i32>;
  heapSize: i32;
  /** Cells of a histogram. */
  cells: i32;
  /** usize[leaves + 1]: addresses of histograms that are free. */
  free: StaticArray<usize>;
  freeCount: i32;
}

/** A node, and its best split once that has been looked for. */
@unmanaged
export class Node {
  /** Training rows. */
  count: i32;
  /** The number that its rows bear; LISTED: they stand in the list, from `begin` on. */
  number: u8;
  begin: i32;
  /** Held-out rows heldBegin .. heldEnd-1 of their list, where listed. */
  heldBegin: i32;
  heldEnd: i32;
  depth: i32;
  /** Number of the left child, the right one follows; 0: a leaf. */
  left: i32;
  gradient: f64;
  hessian: f64;
  /** -gradient / hessian; 0 for the root. */
  value: f64;
  /** Address of its histogram, 0 for none: per cell gradient and hessian (f64), then per cell rows (i32) where counted. */
  histogram: usize;
  /** Of the best split: how far it reduces the loss; 0: none. */
  gain: f64;
  column: i32;
  /** Rows up to this bin go left; in a group, rows of other levels. */
  bin: i32;
  /** Whether missing values go left. */
  missingLeft: bool;
  leftGradient: f64;
  leftHessian: f64;
  leftCount: i32;
}

/** Rows that are added to a histogram column by column before the next ones: what is read of them stays in the nearest cache. */
export const BATCH: i32 = 1024;

/** Rows that are looked through in one go for those of a node. */
export const STRETCH: i32 = 256;

/**
 * Nodes that bear a number have more than this share of the training rows. A split then costs a sixteenth of an operation on
 * each row for the node's rows, and there are never more of these nodes than numbers.
 */
const SHARE: i32 = 16;

/** Room for trees on a fold. settings: i32[3], most leaves, greatest depth, fewest rows in a leaf. */
export function newGrower(binned: Binned, settings: StaticArray<i32>, l2: f64, counted: bool): Grower {
  const grower = changetype<Grower>(take(offsetof<Grower>()));
  const n = binned.train.count;
  grower.binned = binned;
  grower.minLeaf = settings[2];
  grower.leaves = max(1, min(settings[0], n / grower.minLeaf));
  grower.maxDepth = settings[1];
  grower.l2 = l2;
  grower.counted = counted;
  grower.gradients = array<f32>(n);
  grower.hessians = array<f32>(counted ? n : 0);
  grower.pairs = array<f64>(2 * (BATCH + STRETCH));
  grower.picked = array<u32>(BATCH + STRETCH + OVERRUN);
  grower.few = n / SHARE;
  grower.nodes = take(<usize>(2 * grower.leaves) * offsetof<Node>());
  grower.heap = array<i32>(grower.leaves + 1);
  grower.cells = binned.firstCell[binned.features + binned.groups];
  grower.free = array<usize>(grower.leaves + 2);
  grower.freeCount = 0;
  return grower;
}

/** Node number `id`. */
@inline
export function nodeAt(grower: Grower, id: i32): Node {
  return changetype<Node>(grower.nodes + <usize>id * offsetof<Node>());
}

/** Of a node's two children the one with fewer training rows, the right one where they have as many. */
@inline
export function smallerChild(grower: Grower, node: Node): Node {
  const left = nodeAt(grower, node.left);
  const right = nodeAt(grower, node.left + 1);
  return left.count < right.count ? left : right;
}

/** -gradient / hessian as scikit-learn computes it. */
@inline
export function nodeValue(gradient: f64, hessian: f64, l2: f64): f64 {
  return -gradient / (hessian + l2 + 1e-15);
}
