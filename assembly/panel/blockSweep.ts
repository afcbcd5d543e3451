import { Plan } from "./plan";

/** The sweeps of sweep.ts for blocks of columns in place of dummies. */

/** Takes from z its projection on the lead's blocks: Q Q'W z, column by column. */
function takeOffLead(plan: Plan, z: StaticArray<f64>): void {
  const weights = plan.weights;
  const basis = plan.basis!;
  const depth = plan.depth;
  for (let a = 0; a < plan.leads; a++) {
    const from = plan.start[a];
    const to = plan.start[a + 1];
    for (let k = 0; k < depth; k++) {
      let sum: f64 = 0;
      if (weights === null) for (let i = from; i < to; i++) sum += z[i] * basis[i * depth + k];
      else for (let i = from; i < to; i++) sum += weights[i] * z[i] * basis[i * depth + k];
      for (let i = from; i < to; i++) z[i] -= sum * basis[i * depth + k];
    }
  }
}

/** z less its projection on the lead, and the (weighted) products of that with the other columns. */
export function sweepBlocks(plan: Plan, z: StaticArray<f64>, sums: StaticArray<f64>): void {
  const weights = plan.weights;
  const codes = plan.codes;
  const values = plan.values;
  const width = plan.width;
  takeOffLead(plan, z);
  for (let t = 0; t < plan.others; t++) sums[t] = 0;
  for (let i = 0, at = 0; i < plan.count; i++) {
    const value = weights === null ? z[i] : weights[i] * z[i];
    for (const end = at + width; at < end; at++) sums[codes[at]] += value * values[at];
  }
}

/** z = the sum of the other columns times their effects, at each position. */
export function spreadBlocks(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  const codes = plan.codes;
  const values = plan.values;
  const width = plan.width;
  for (let i = 0, at = 0; i < plan.count; i++) {
    let sum: f64 = 0;
    for (const end = at + width; at < end; at++) sum += effects[codes[at]] * values[at];
    z[i] = sum;
  }
}

/** Takes from z the other columns times their effects, less what the lead explains of that. */
export function takeOffBlocks(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  const fitted = plan.fitted;
  spreadBlocks(plan, effects, fitted);
  takeOffLead(plan, fitted);
  for (let i = 0; i < plan.count; i++) z[i] -= fitted[i];
}
