import type { CurveCounts, CurveEstimates } from "../../../src/kernels/curve.js";

/** Counts of one draw, family by family. */
export function slowCounts({ se, critical, families }: CurveEstimates, theta: Float64Array): CurveCounts {
  const t = theta.map((value, k) => value / se[k]!);
  const ascending = (values: Float64Array): Float64Array => values.slice().sort();
  const median = (values: Float64Array): number => (values.length % 2 === 1 ? values[values.length >> 1]! : (values[(values.length >> 1) - 1]! + values[values.length >> 1]!) / 2);
  const count = (members: Uint32Array, is: (k: number) => boolean): number => members.filter(is).length;
  return {
    medians: Float64Array.from(families, (members) => median(ascending(Float64Array.from(members, (k) => theta[k]!)))),
    sums: Float64Array.from(families, (members) => members.reduce((sum, k) => sum + t[k]!, 0)),
    counts: Uint32Array.from(families.flatMap((members) => [count(members, (k) => t[k]! > 0), count(members, (k) => t[k]! > critical[k]!), count(members, (k) => t[k]! < -critical[k]!)])),
    t, sorted: ascending(theta),
  };
}

/** By estimate, the draws in which the largest |t| of it and of all smaller ones reaches its own size; by draw, the largest of all. */
export function slowStepDown(sizes: Float64Array, order: Uint32Array, draws: readonly Float64Array[]): { readonly reached: Uint32Array; readonly largest: readonly number[] } {
  const reached = new Uint32Array(sizes.length);
  order.forEach((k, j) => {
    const smaller = [...order.subarray(0, j + 1)];
    reached[k] = draws.filter((t) => Math.max(...smaller.map((one) => Math.abs(t[one]!))) >= sizes[k]!).length;
  });
  return { reached, largest: draws.map((t) => Math.max(0, ...t.map(Math.abs))) };
}
