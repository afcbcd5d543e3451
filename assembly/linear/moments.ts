import { array, mark, release } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY, OK } from "../core/status";
import { gram } from "../linalg/gram";
import { lower } from "../linalg/cholesky";

/**
 * Weighted cross-products of a linear design with fixed effects, from which any least-squares or penalised fit
 * follows without looking at the rows again.
 *
 * The design has `dense` columns d: the constant, the features (centred and scaled by the caller's numbers), one 0/1
 * column per level of every group but the first; and one 0/1 column per level of the first group, the wide one, whose
 * columns never overlap. So the whole cross-product matrix is H = sum w d d' (small), h_i = sum of w d over the rows of
 * wide level i, and nothing else: no dummy is made.
 */

/** Sizes, and the columns as the host passes them. */
@unmanaged
export class LinearDesign {
  rows: i32;
  features: i32;
  /** f64[features * rows] */
  x: StaticArray<f64>;
  /** f64[features]: subtracted from each feature; f64[features]: then it is multiplied by this. */
  centres: StaticArray<f64>;
  factors: StaticArray<f64>;
  groups: i32;
  /** i32[groups * rows]: codes, the wide group first. */
  codes: StaticArray<i32>;
  /** i32[groups]: levels. */
  levels: StaticArray<i32>;
}

/** Cross-products, one after another in one array; where each part begins. */
@unmanaged
export class Moments {
  /** Dense columns: 1 + features + levels of all groups but the first. */
  dense: i32;
  /** Levels of the first group. */
  wide: i32;
  numbers: StaticArray<f64>;
  /** wide * dense: h_i, its first element the weight of level i. H, dense * dense and whole, stands before it, at 0. */
  cross: i32;
  /** dense, then wide: the same with y; then sum w y^2. */
  denseTarget: i32;
  wideTarget: i32;
  square: i32;
}

/** Lays `Moments` over the numbers that `linearMoments` wrote. */
export function viewMoments(moments: Moments, dense: i32, wide: i32, numbers: StaticArray<f64>): void {
  moments.dense = dense;
  moments.wide = wide;
  moments.numbers = numbers;
  moments.cross = dense * dense;
  moments.denseTarget = moments.cross + wide * dense;
  moments.wideTarget = moments.denseTarget + dense;
  moments.square = moments.wideTarget + wide;
}

/** Dense columns of a design. */
export function denseColumns(design: LinearDesign): i32 {
  let columns = 1 + design.features;
  for (let g = 1; g < design.groups; g++) columns += design.levels[g];
  return columns;
}

/** Numbers in the moments of a design. */
export function momentsLength(dense: i32, wide: i32): i32 {
  return dense * dense + wide * dense + dense + wide + 1;
}

/**
 * Moments of `count` rows of a list, written to `out` (f64[momentsLength], as `Moments`).
 * target, weights: by row; weights 0 for none. Cost n p^2 / 2 for p features, and n p for each group.
 */
export function linearMoments(
  design: usize, count: i32, list: StaticArray<u32>, target: StaticArray<f64>, centre: f64,
  weights: StaticArray<f64>, out: StaticArray<f64>,
): i32 {
  const position = mark();
  const columns = changetype<LinearDesign>(design);
  const features = columns.features;
  const p = features + 2;
  if (!hasRoom(<u64>(<u64>p * <u64>count + <u64>lower(p, 0)) * 8)) return NO_MEMORY;
  const dense = denseColumns(columns);
  const wide = columns.groups > 0 ? columns.levels[0] : 0;
  memory.fill(changetype<usize>(out), 0, <usize>momentsLength(dense, wide) << 3);
  const z = array<f64>(p * count);
  gatherRows(columns, count, list, target, centre, weights, z);
  const products = array<f64>(lower(p, 0));
  gram(count, p, z, products);
  putProducts(features, dense, wide, products, out);
  for (let g = 0; g < columns.groups; g++) addLevels(columns, g, count, list, weights, z, dense, wide, out);
  release(position);
  return OK;
}

/** z: the constant, the features and the target at the rows of the list, each times the root of the weight. */
function gatherRows(
  design: LinearDesign, count: i32, list: StaticArray<u32>, target: StaticArray<f64>, centre: f64,
  weights: StaticArray<f64>, z: StaticArray<f64>,
): void {
  const weighted = changetype<usize>(weights) != 0;
  for (let i = 0; i < count; i++) z[i] = weighted ? Math.sqrt(weights[list[i]]) : 1;
  for (let f = 0; f < design.features; f++) gatherColumn(design, f, count, list, z);
  const last = (design.features + 1) * count;
  for (let i = 0; i < count; i++) z[last + i] = (target[list[i]] - centre) * z[i];
}

function gatherColumn(design: LinearDesign, f: i32, count: i32, list: StaticArray<u32>, z: StaticArray<f64>): void {
  const x = design.x;
  const from = f * design.rows;
  const centre = design.centres[f];
  const factor = design.factors[f];
  const at = (f + 1) * count;
  for (let i = 0; i < count; i++) z[at + i] = (x[from + list[i]] - centre) * factor * z[i];
}

/** Products of the constant, features and target among themselves. */
function putProducts(features: i32, dense: i32, wide: i32, products: StaticArray<f64>, out: StaticArray<f64>): void {
  const target = dense * dense + wide * dense;
  const y = features + 1;
  for (let i = 0; i <= features; i++) {
    for (let j = 0; j <= i; j++) {
      const product = products[lower(i, j)];
      out[i * dense + j] = product;
      out[j * dense + i] = product;
    }
    out[target + i] = products[lower(y, i)];
  }
  out[target + dense + wide] = products[lower(y, y)];
}

/** Sums of every dense column and of the target by level of group g. */
function addLevels(
  design: LinearDesign, g: i32, count: i32, list: StaticArray<u32>, weights: StaticArray<f64>, z: StaticArray<f64>,
  dense: i32, wide: i32, out: StaticArray<f64>,
): void {
  const first = g == 0;
  const start = first ? dense * dense : firstColumn(design, g) * dense;
  const targets = dense * dense + wide * dense + (first ? dense : firstColumn(design, g));
  const codes = g * design.rows;
  for (let f = 0; f <= design.features + 1; f++) {
    const isTarget = f == design.features + 1;
    for (let i = 0; i < count; i++) {
      const level = design.codes[codes + list[i]];
      const at = isTarget ? targets + level : start + level * dense + f;
      out[at] += z[f * count + i] * z[i];
    }
  }
  for (let other = 1; other < design.groups; other++) {
    const column = firstColumn(design, other);
    for (let i = 0; i < count; i++) {
      const level = design.codes[codes + list[i]];
      const second = design.codes[other * design.rows + list[i]];
      out[start + level * dense + column + second] += z[i] * z[i];
    }
  }
  if (!first) mirror(design, g, dense, out);
}

/** The dense column of the first level of group g > 0. */
export function firstColumn(design: LinearDesign, g: i32): i32 {
  let column = 1 + design.features;
  for (let before = 1; before < g; before++) column += design.levels[before];
  return column;
}

/** Makes the rows of group g's levels columns, too. */
function mirror(design: LinearDesign, g: i32, dense: i32, out: StaticArray<f64>): void {
  const start = firstColumn(design, g);
  for (let level = 0; level < design.levels[g]; level++) {
    const row = start + level;
    for (let column = 0; column < 1 + design.features; column++) out[column * dense + row] = out[row * dense + column];
  }
}
