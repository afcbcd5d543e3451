import { array, mark, release } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY, OK } from "../core/status";
import { Machine, machineBytes, newMachine, slotsWithin, writeKernel } from "./machine";
import { locate, pick, pointBytes, Space } from "./points";
import { interceptOf, newSolution, Solution, solutionBytes } from "./solution";
import { solve } from "./solver";

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
 * Where the solver starts on a machine's training rows. target, bounds: f64[count], bounds not negative; rows of bound 0
 * are left out. Returns its address, 0 where there is no room.
 */
export function svmStart(machine: Machine, target: StaticArray<f64>, bounds: StaticArray<f64>, epsilon: f64): usize {
  if (!hasRoom(solutionBytes(machine.width))) return 0;
  return changetype<usize>(newSolution(machine.width, machine.count, target, bounds, epsilon));
}

/**
 * Takes up to `most` steps; returns how many, fewer where the optimality conditions are violated by less than
 * `tolerance`. To be called in turn with some hundred steps: a long call could not be replaced by faster code.
 */
export function svmSteps(machine: Machine, solution: Solution, tolerance: f64, most: i32): i32 {
  return solve(machine, solution, tolerance, most);
}

/** Writes f64[count] coefficients and fitted values, those also of rows that were left out. Returns the intercept. */
export function svmFinish(
  machine: Machine, solution: Solution, target: StaticArray<f64>, coefficients: StaticArray<f64>, fitted: StaticArray<f64>,
): f64 {
  const intercept = interceptOf(solution);
  for (let k = 0; k < machine.count; k++) {
    coefficients[k] = solution.coefficients[k];
    fitted[k] = target[k] - solution.left[k] + intercept;
  }
  return intercept;
}

/** Predictions of `count` listed rows of the design, in their order; training rows whose coefficient is 0 cost nothing. */
export function svmPredict(
  machine: Machine, coefficients: StaticArray<f64>, intercept: f64, count: i32, list: StaticArray<u32>, out: StaticArray<f64>,
): i32 {
  if (!hasRoom(pointBytes(machine.space, machine.count) + 16 * <u64>machine.width)) return NO_MEMORY;
  const position = mark();
  const support = array<i32>(machine.count);
  const weights = array<f64>(machine.count);
  let vectors = 0;
  for (let k = 0; k < machine.count; k++) {
    if (coefficients[k] == 0) continue;
    support[vectors] = k;
    weights[vectors++] = coefficients[k];
  }
  const points = pick(machine.points, vectors, support, machine.point);
  const values = array<f32>(machine.width);
  for (let i = 0; i < count; i++) {
    locate(machine.space, list[i], machine.point);
    writeKernel(machine, points, changetype<usize>(values));
    out[i] = intercept + weighted(vectors, weights, values);
  }
  release(position);
  return OK;
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
