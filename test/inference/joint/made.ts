import { influenceSums, type JointMember, type Way } from "../../../src/inference/joint/members.js";

/** A clustering from labels by row. */
export function wayOf(name: string, labels: readonly string[]): Way {
  const distinct = [...new Set(labels)];
  return { name, codes: Int32Array.from(labels, (label) => distinct.indexOf(label)), labels: distinct };
}

/** The mean of some values as an estimate, its error clustered by these ways and not corrected for small samples. */
export function meanOf(name: string, values: readonly number[], ways: readonly Way[]): JointMember {
  const coef = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sums = influenceSums(Float64Array.from(values, (value) => (value - coef) / values.length), ways);
  const se = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return { name, coef, se, p: 0.5, freedom: Infinity, ways, repetitions: [{ coef, se, sums }] };
}
