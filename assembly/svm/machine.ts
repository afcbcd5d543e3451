import { array } from "../core/arena";
import { admit, Cache, cacheBytes, has, kept, newCache } from "./cache";
import { BLOCK, get, newPoint, pack, Point, pointBytes, Points, Space } from "./points";
import { gaussianRow, linearRow, ownProduct } from "./rows";

/** How alike two points are. */
export const LINEAR: i32 = 0;
export const GAUSSIAN: i32 = 1;

/**
 * A training set with its kernel matrix, whose rows are made when they are first needed and then kept. They depend
 * neither on the target nor on the bounds: fits to several targets and on parts of the training set share them.
 */
@unmanaged
export class Machine {
  space: Space;
  kernel: i32;
  /** -gamma / log 2 */
  rate: f32;
  /** Training rows. */
  count: i32;
  /** `count` filled up to whole blocks. */
  width: i32;
  points: Points;
  /** Scratch: the point whose kernel is written. */
  point: Point;
  /** f64[width]: the kernel of each point with itself. */
  diagonal: StaticArray<f64>;
  cache: Cache;
}

/** `count` filled up to whole blocks. */
export function widthOf(count: i32): i32 {
  return (count + BLOCK - 1) / BLOCK * BLOCK;
}

/** Kernel rows to keep: what fits into `bytes`, two at least. */
export function slotsWithin(bytes: f64, count: i32): i32 {
  return <i32>Math.max(2, Math.min(<f64>count, bytes / (4 * <f64>widthOf(count))));
}

/** Bytes that a machine takes. */
export function machineBytes(space: Space, count: i32, slots: i32): u64 {
  return pointBytes(space, count) + cacheBytes(count, widthOf(count), slots) + 8 * <u64>widthOf(count);
}

/** A machine without kernel rows as yet. Its bytes must be there. */
export function newMachine(space: Space, kernel: i32, gamma: f64, count: i32, list: StaticArray<u32>, slots: i32): Machine {
  const machine = changetype<Machine>(array<u8>(offsetof<Machine>()));
  machine.space = space;
  machine.kernel = kernel;
  machine.rate = <f32>(-gamma * 1.4426950408889634);
  machine.count = count;
  machine.width = widthOf(count);
  machine.point = newPoint(space);
  machine.points = pack(space, count, list, machine.point);
  machine.diagonal = array<f64>(machine.width);
  for (let i = 0; i < machine.width; i++) machine.diagonal[i] = i < count ? ownKernel(machine, i) : 1;
  machine.cache = newCache(count, machine.width, slots);
  return machine;
}

function ownKernel(machine: Machine, i: i32): f64 {
  if (machine.kernel == GAUSSIAN) return 1;
  get(machine.points, i, machine.point);
  return ownProduct(machine.point);
}

/** Writes the kernel of `machine.point` with all of `points` to address `out`. */
export function writeKernel(machine: Machine, points: Points, out: usize): void {
  if (machine.kernel == GAUSSIAN) gaussianRow(points, machine.point, machine.rate, out);
  else linearRow(points, machine.point, out);
}

/** The address of f32[width], the kernel of training row i with all training rows; good until two others are asked for. */
export function kernelRow(machine: Machine, i: i32): usize {
  const cache = machine.cache;
  if (has(cache, i)) return kept(cache, i);
  admit(cache, i);
  const at = kept(cache, i);
  get(machine.points, i, machine.point);
  writeKernel(machine, machine.points, at);
  return at;
}
