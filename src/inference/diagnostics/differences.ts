import { dot, minus } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { clustersOf } from "../../study/specification.js";
import { clusterSums } from "../errors/sums.js";
import { median } from "../repetitions.js";
import type { SolvedEffect } from "../stage.js";

/** A difference of two estimates of one effect from one sample. */
export interface Difference {
  readonly difference: number;
  readonly se: number;
}

/** Another estimate of a reported effect: `difference` is the reported one less this. */
export interface OtherEstimate extends Difference {
  /** The treatment. */
  readonly name: string;
  readonly coef: number;
}

/** a - b, with the standard error of the difference from the two influence functions, summed by cluster; medians over repetitions. */
export function differenceOf(a: readonly SolvedEffect[], b: readonly SolvedEffect[], clusters: Group | null): Difference {
  const all = a.map(({ coef, influence }, r) => {
    const other = b[r] as SolvedEffect;
    const rows = minus(influence, other.influence);
    const sums = clusters === null ? rows : clusterSums(rows, clusters);
    return { difference: coef - other.coef, se: Math.sqrt(dot(sums, sums)) };
  });
  return { difference: median(all.map((one) => one.difference)), se: median(all.map((one) => one.se)) };
}

/** Effect by effect, in the order of the estimate's. Outer index of both: repetitions. */
export function otherEstimates(planned: PlannedSpecification, reported: readonly (readonly SolvedEffect[])[], others: readonly (readonly SolvedEffect[])[]): readonly OtherEstimate[] {
  const [cluster] = clustersOf(planned.specification);
  const clusters = cluster === undefined ? null : planned.sample.levels(cluster);
  return (others[0] ?? []).map(({ name }, j) => {
    const other = effectIn(others, j);
    return { name, coef: median(other.map(({ coef }) => coef)), ...differenceOf(effectIn(reported, j), other, clusters) };
  });
}

/** One effect in all repetitions. */
export function effectIn(repetitions: readonly (readonly SolvedEffect[])[], j: number): readonly SolvedEffect[] {
  return repetitions.map((effects) => effects[j] as SolvedEffect);
}

/** A warning names its treatment where there are several. */
export function ofTreatment(name: string, effects: number, text: string): string {
  return effects > 1 ? `${name}: ${text}` : text;
}
