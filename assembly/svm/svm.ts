import { array, mark, release } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY } from "../core/status";
import { Machine, machineBytes, newMachine, slotsWithin, writeKernel } from "./machine";
import { pack, pointBytes, Space } from "./points";
import { newSolution, solutionBytes, solve } from "./solver";

/** Sizes and settings, as the host passes them: arrays stay where they are while the machine is in use. */
@unmanaged
export class MachineSettings {
  rows: i32;
  features: i32;
  groups: i32;
  /** LINEAR or GAUSSIAN. */
  kernel: i32;
  /** Training rows. */
  count: i32;
}

/**
 * The machine of a training set. x: f64[features * rows]; centres, scales: f64[features]; codes: i32[groups * rows];
 * starts: i32[groups], lengths: f64 by level of all groups (points.ts); list: u32[count] row numbers.
 * Keeps up to `bytes` bytes of kernel rows. Returns its address, 0 where there is no room.
 */
export function svmMachine(
  settings: MachineSettings, gamma: f64, bytes: f64,
  x: StaticArray<f64>, centres: StaticArray<f64>, scales: StaticArray<f64>,
  codes: StaticArray<i32>, starts: StaticArray<i32>, lengths: StaticArray<f64>, list: StaticArray<u32>,
): usize {
  const space = changetype<Space>(array<u8>(offsetof<Space>()));
  space.rows = settings.rows;
  space.features = settings.features;
  space.groups = settings.groups;
  space.x = x;
  space.centres = centres;
  space.scales = scales;
  space.codes = codes;
  space.starts = starts;
  space.lengths = lengths;
  const slots = slotsWithin(bytes, settings.count);
  if (!hasRoom(machineBytes(space, settings.count, slots))) return 0;
  return changetype<usize>(newMachine(space, settings.kernel, gamma, settings.count, list, slots));
}

/**
 * Epsilon support vector regression on a machine's training rows. target, bounds: f64[count], bounds not negative; rows
 * of bound 0 are left out. Out: coefficients and fitted values f64[count], and facts: the intercept, steps taken.
 */
export function svmFit(
  machine: Machine, target: StaticArray<f64>, bounds: StaticArray<f64>,
  epsilon: f64, tolerance: f64, most: f64,
  coefficients: StaticArray<f64>, fitted: StaticArray<f64>, facts: StaticArray<f64>,
): i32 {
  if (!hasRoom(solutionBytes(machine.width))) return NO_MEMORY;
  const position = mark();
  const solution = newSolution(machine, target, bounds, epsilon);
  const status = solve(machine, solution, tolerance, most);
  for (let k = 0; k < machine.count; k++) {
    coefficients[k] = solution.coefficients[k];
    fitted[k] = target[k] - solution.left[k] + solution.intercept;
  }
  facts[0] = solution.intercept;
  facts[1] = solution.steps;
  release(position);
  return status;
}

/** Predictions of `count` listed rows of the design, in their order; rows whose coefficient is 0 cost nothing. */
export function svmPredict(
  machine: Machine, coefficients: StaticArray<f64>, intercept: f64, count: i32, list: StaticArray<u32>, out: StaticArray<f64>,
): i32 {
  if (!hasRoom(pointBytes(machine.space, machine.count) + 24 * <u64>machine.width)) return NO_MEMORY;
  const position = mark();
  const support = array<u32>(machine.count);
  const weights = array<f64>(machine.width);
  let vectors = 0;
  for (let k = 0; k < machine.count; k++) {
    if (coefficients[k] == 0) continue;
    support[vectors] = machine.list[k];
    weights[vectors++] = coefficients[k];
  }
  const points = pack(machine.space, vectors, support, machine.point);
  const values = array<f32>(machine.width);
  for (let i = 0; i < count; i++) {
    writeKernel(machine, list[i], points, changetype<usize>(values));
    out[i] = intercept + weighted(vectors, weights, values);
  }
  release(position);
  return 0;
}

/** Sum of weight times value, in f64. */
function weighted(n: i32, weights: StaticArray<f64>, values: StaticArray<f32>): f64 {
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  let k = 0;
  for (; k < n - 3; k += 4) {
    s0 += weights[k] * values[k];
    s1 += weights[k + 1] * values[k + 1];
    s2 += weights[k + 2] * values[k + 2];
    s3 += weights[k + 3] * values[k + 3];
  }
  for (; k < n; k++) s0 += weights[k] * values[k];
  return s0 + s1 + (s2 + s3);
}
