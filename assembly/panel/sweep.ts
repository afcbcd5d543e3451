import { dot } from "../linalg/vec";
import { spreadBlocks, sweepBlocks, takeOffBlocks } from "./blockSweep";
import { Plan } from "./plan";

/** What runs over the rows of a plan once a column, or once an iteration. */

/**
 * Takes from z its weighted mean within each level of the lead, and sums what is left (times the weight) over the
 * levels of the other effects. The means go to plan.means.
 */
export function sweep(plan: Plan, z: StaticArray<f64>, sums: StaticArray<f64>): void {
  if (plan.basis !== null) return sweepBlocks(plan, z, sums);
  const weights = plan.weights;
  const start = plan.start;
  const codes = plan.codes;
  const width = plan.width;
  for (let t = 0; t < plan.others; t++) sums[t] = 0;
  for (let a = 0, leads = plan.leads, to = 0; a < leads; a++) {
    const from = to;
    to = start[a + 1];
    let sum: f64 = 0;
    if (weights === null) for (let i = from; i < to; i++) sum += z[i];
    else for (let i = from; i < to; i++) sum += weights[i] * z[i];
    const mean = sum * plan.leadInverse[a];
    plan.means[a] = mean;
    if (weights === null && width == 1) {
      for (let i = from; i < to; i++) {
        const rest = z[i] - mean;
        z[i] = rest;
        sums[codes[i]] += rest;
      }
    } else {
      for (let i = from, at = from * width; i < to; i++) {
        const rest = z[i] - mean;
        z[i] = rest;
        const value = weights === null ? rest : weights[i] * rest;
        for (const end = at + width; at < end; at++) sums[codes[at]] += value;
      }
    }
  }
}

/** The sum of the other effects at a position. */
@inline
function othersAt(codes: StaticArray<i32>, width: i32, effects: StaticArray<f64>, i: i32): f64 {
  let value: f64 = 0;
  for (let at = i * width, end = at + width; at < end; at++) value += effects[codes[at]];
  return value;
}

/** z = the sum of the other effects at each position. */
export function spread(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  if (plan.basis !== null) return spreadBlocks(plan, effects, z);
  const codes = plan.codes;
  const width = plan.width;
  const count = plan.count;
  if (width == 1) for (let i = 0; i < count; i++) z[i] = effects[codes[i]];
  else for (let i = 0; i < count; i++) z[i] = othersAt(codes, width, effects, i);
}

/** Takes from z the other effects less their weighted means within levels of the lead, which go to plan.means. */
export function takeOff(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  if (plan.basis !== null) return takeOffBlocks(plan, effects, z);
  const weights = plan.weights;
  const start = plan.start;
  const codes = plan.codes;
  const width = plan.width;
  for (let a = 0, leads = plan.leads, to = 0; a < leads; a++) {
    const from = to;
    to = start[a + 1];
    let sum: f64 = 0;
    if (weights === null && width == 1) {
      for (let i = from; i < to; i++) sum += effects[codes[i]];
    } else {
      for (let i = from; i < to; i++) sum += othersAt(codes, width, effects, i) * (weights === null ? 1 : weights[i]);
    }
    const mean = sum * plan.leadInverse[a];
    plan.means[a] = mean;
    if (width == 1) for (let i = from; i < to; i++) z[i] -= effects[codes[i]] - mean;
    else for (let i = from; i < to; i++) z[i] -= othersAt(codes, width, effects, i) - mean;
  }
}

/** Weighted sum of squares of z. */
export function squares(plan: Plan, z: StaticArray<f64>): f64 {
  const weights = plan.weights;
  if (weights === null) return dot(plan.count, z, 0, z, 0);
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let i = 0, count = plan.count; i < count; i++) {
    const value = z[i] * z[i] * weights[i];
    if (i & 1) odd += value;
    else even += value;
  }
  return even + odd;
}
