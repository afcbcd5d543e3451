import { array, take } from "../../core/arena";
import { Binned } from "./binned";

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
  /** f32[2 * rows]: gradient and hessian of each row. */
  pairs: StaticArray<f32>;
  /** f32[2 * trainCount]: those of one node's rows, side by side. */
  ordered: StaticArray<f32>;
  /** u32[trainCount]: training rows; those of a node stand together, in the order of `Binned.train`. */
  rows: StaticArray<u32>;
  predictCount: i32;
  /** u32[predictCount]: held-out rows, all different. */
  predict: StaticArray<u32>;
  /** u32[predictCount]: the same; those of a node stand together. */
  held: StaticArray<u32>;
  /** u32[trainCount or predictCount, the larger] */
  spare: StaticArray<u32>;
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
  /** Rows begin .. end-1 of `Grower.rows`. */
  begin: i32;
  end: i32;
  /** Held-out rows heldBegin .. heldEnd-1 of `Grower.held`. */
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
}

/** Room for trees on a fold. settings: i32[3], most leaves, greatest depth, fewest rows in a leaf. */
export function newGrower(
  binned: Binned, settings: StaticArray<i32>, l2: f64, counted: bool, predictCount: i32, predict: StaticArray<u32>,
): Grower {
  const grower = changetype<Grower>(take(offsetof<Grower>()));
  const n = binned.trainCount;
  grower.binned = binned;
  grower.minLeaf = settings[2];
  grower.leaves = max(1, min(settings[0], n / grower.minLeaf));
  grower.maxDepth = settings[1];
  grower.l2 = l2;
  grower.counted = counted;
  grower.pairs = array<f32>(2 * binned.rows);
  grower.ordered = array<f32>(2 * n);
  grower.rows = array<u32>(n);
  grower.predict = predict;
  grower.predictCount = predictCount;
  grower.held = array<u32>(predictCount);
  grower.spare = array<u32>(max(n, predictCount));
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

/** -gradient / hessian as scikit-learn computes it. */
@inline
export function nodeValue(gradient: f64, hessian: f64, l2: f64): f64 {
  return -gradient / (hessian + l2 + 1e-15);
}
