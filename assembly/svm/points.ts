import { array, zeros } from "../core/arena";

/**
 * Rows as points. A point has its features, centred and scaled, and for each group its level and that level's squared
 * length: one 0/1 column per level, divided by its scale s, gives a row's own level 1 / s^2 and all others 0. So dummies
 * are never made: of two rows they add 1 / s_a^2 + 1 / s_b^2 to the squared distance where the levels differ, and 1 / s^2
 * to the inner product where they are equal. A level unseen in training has length 0.
 *
 * Centring changes neither distances nor, up to the intercept, a linear fit. It keeps f32 accurate.
 */

/** Points that are processed together. Packed points come in blocks: all their first features, all their second, ... */
export const BLOCK: i32 = 16;

/** The design, as the host passes it, with what makes points of its rows. */
@unmanaged
export class Space {
  /** Length of a column. */
  rows: i32;
  features: i32;
  groups: i32;
  /** f64[features * rows], column by column. */
  x: StaticArray<f64>;
  /** f64[features] each. */
  centres: StaticArray<f64>;
  scales: StaticArray<f64>;
  /** i32[groups * rows] */
  codes: StaticArray<i32>;
  /** i32[groups]: where a group's levels start in `lengths`. */
  starts: StaticArray<i32>;
  /** f64[levels of all groups]: squared lengths. */
  lengths: StaticArray<f64>;
}

/** One point. */
@unmanaged
export class Point {
  /** f32[features] */
  x: StaticArray<f32>;
  /** i32[groups] */
  codes: StaticArray<i32>;
  /** f32[groups] */
  lengths: StaticArray<f32>;
}

/** Points in blocks; the last block is filled up with points whose kernel is finite and never used. */
@unmanaged
export class Points {
  blocks: i32;
  features: i32;
  groups: i32;
  /** f32[blocks][features][BLOCK] */
  x: StaticArray<f32>;
  /** i32[blocks][groups][BLOCK] */
  codes: StaticArray<i32>;
  /** f32[blocks][groups][BLOCK] */
  lengths: StaticArray<f32>;
}

/** Bytes that `count` packed points take. */
export function pointBytes(space: Space, count: i32): u64 {
  return 4 * <u64>(count + BLOCK) * (space.features + 2 * space.groups);
}

/** A point to be filled. */
export function newPoint(space: Space): Point {
  const point = changetype<Point>(array<u8>(offsetof<Point>()));
  point.x = array<f32>(space.features);
  point.codes = array<i32>(space.groups);
  point.lengths = array<f32>(space.groups);
  return point;
}

/** Makes `point` that of a row. */
export function locate(space: Space, row: i32, point: Point): void {
  const rows = space.rows;
  for (let f = 0; f < space.features; f++) {
    point.x[f] = <f32>((space.x[f * rows + row] - space.centres[f]) / space.scales[f]);
  }
  for (let g = 0; g < space.groups; g++) {
    const code = space.codes[g * rows + row];
    point.codes[g] = code;
    point.lengths[g] = <f32>space.lengths[space.starts[g] + code];
  }
}

/** Room for `count` points. */
function newPoints(features: i32, groups: i32, count: i32): Points {
  const points = changetype<Points>(array<u8>(offsetof<Points>()));
  const blocks = (count + BLOCK - 1) / BLOCK;
  points.blocks = blocks;
  points.features = features;
  points.groups = groups;
  points.x = zeros<f32>(blocks * BLOCK * features);
  points.codes = zeros<i32>(blocks * BLOCK * groups);
  points.lengths = zeros<f32>(blocks * BLOCK * groups);
  return points;
}

/** The points of the listed rows, in their order. `point` is scratch. */
export function pack(space: Space, count: i32, list: StaticArray<u32>, point: Point): Points {
  const points = newPoints(space.features, space.groups, count);
  for (let i = 0; i < count; i++) {
    locate(space, list[i], point);
    put(points, i, point);
  }
  return points;
}

/** The points numbered in a list, in its order. `point` is scratch. */
export function pick(from: Points, count: i32, list: StaticArray<i32>, point: Point): Points {
  const points = newPoints(from.features, from.groups, count);
  for (let i = 0; i < count; i++) {
    get(from, list[i], point);
    put(points, i, point);
  }
  return points;
}

/** Makes `point` point i. */
export function get(points: Points, i: i32, point: Point): void {
  const x = i / BLOCK * points.features * BLOCK + i % BLOCK;
  for (let f = 0; f < points.features; f++) point.x[f] = points.x[x + f * BLOCK];
  const group = i / BLOCK * points.groups * BLOCK + i % BLOCK;
  for (let g = 0; g < points.groups; g++) {
    point.codes[g] = points.codes[group + g * BLOCK];
    point.lengths[g] = points.lengths[group + g * BLOCK];
  }
}

function put(points: Points, i: i32, point: Point): void {
  const x = i / BLOCK * points.features * BLOCK + i % BLOCK;
  for (let f = 0; f < points.features; f++) points.x[x + f * BLOCK] = point.x[f];
  const group = i / BLOCK * points.groups * BLOCK + i % BLOCK;
  for (let g = 0; g < points.groups; g++) {
    points.codes[group + g * BLOCK] = point.codes[g];
    points.lengths[group + g * BLOCK] = point.lengths[g];
  }
}
