import type { Group } from "../../kernels/design.js";
import { type CalibrationBin, calibration } from "./calibration.js";
import { type Balance, balance } from "./balance.js";
import { quantileOf, sorted } from "../quantile.js";

/** Propensities and weights of the rows of one arm. */
export interface ArmOverlap {
  readonly treated: boolean;
  readonly n: number;
  /** Of the propensities: least, 1, 5, 50, 95 and 99 per cent, greatest. */
  readonly quantiles: readonly number[];
  /** Rows in each of 20 bins of width 0.05 between 0 and 1. */
  readonly histogram: readonly number[];
  /** Share whose propensity was clipped. */
  readonly clipped: number;
  /** Effective sample size of the weights, (sum w)^2 / sum w^2 (Kish 1965). */
  readonly effectiveSize: number;
  /** The largest weight as a share of their sum. */
  readonly largestShare: number;
}

/** Whether treated and untreated can be compared, from the propensities. */
export interface Overlap {
  /** Untreated, then treated. */
  readonly arms: readonly [ArmOverlap, ArmOverlap];
  /** Share of all rows. */
  readonly clipped: number;
  readonly calibration: readonly CalibrationBin[];
  readonly balance: readonly Balance[];
  readonly warnings: readonly string[];
}

/** What overlap is judged from, by row. */
export interface OverlapInputs {
  /** 0 or 1. */
  readonly treatment: Float64Array;
  /** Out-of-fold propensities as predicted. */
  readonly propensity: Float64Array;
  /** Propensities are held to clip .. 1 - clip before they become weights. */
  readonly clip: number;
  /** Observation weights; null: none. */
  readonly weights: Float64Array | null;
  readonly controls: readonly { readonly name: string; readonly values: Float64Array }[];
}

/** The quantiles that are given, beside the extremes. */
export const SHARES: readonly number[] = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1];

const BINS = 20;

/** Standard errors: one control in a thousand is further apart by chance. With the true propensities: bench/README.md. */
const BY_CHANCE = 3.3;

/**
 * Overlap diagnostics of propensities: quantiles, histogram, clipped share and effective size by arm, calibration by
 * decile, balance of the controls before and after weighting by 1 / m and 1 / (1 - m). Cost: O(n log n + n controls).
 * Warned of: more than 5 % of the rows clipped; an arm whose effective size is below a tenth of its rows, or with one
 * weight above a tenth of their sum; controls more than 0.1 standard deviations apart after weighting, and more than
 * weighted means of so few rows are by chance.
 */
export function overlapOf(inputs: OverlapInputs): Overlap {
  const arm: Group = { codes: Int32Array.from(inputs.treatment, (d) => (d === 1 ? 1 : 0)), levels: 2 };
  const weights = inverseWeights(inputs);
  const arms = [armOf(inputs, weights, 0), armOf(inputs, weights, 1)] as const;
  const balanced = balance(inputs.controls, arm, inputs.weights, weights);
  const clipped = shareOf(inputs.propensity, inputs.clip);
  return { arms, clipped, calibration: calibration(inputs.propensity, inputs.treatment), balance: balanced, warnings: warningsOf(arms, clipped, balanced) };
}

/** d / m + (1 - d) / (1 - m), m clipped, times the observation weights. */
function inverseWeights({ treatment, propensity, clip, weights }: OverlapInputs): Float64Array {
  return propensity.map((raw, i) => {
    const m = Math.min(1 - clip, Math.max(clip, raw));
    return (weights?.[i] ?? 1) / (treatment[i] === 1 ? m : 1 - m);
  });
}

function armOf({ treatment, propensity, clip }: OverlapInputs, weights: Float64Array, arm: 0 | 1): ArmOverlap {
  const own = (values: Float64Array): Float64Array => values.filter((_, i) => treatment[i] === arm);
  const [m, w] = [own(propensity), own(weights)];
  const ascending = sorted(m);
  const sum = w.reduce((total, value) => total + value, 0);
  return {
    treated: arm === 1,
    n: m.length,
    quantiles: SHARES.map((share) => quantileOf(ascending, share)),
    histogram: histogramOf(m),
    clipped: shareOf(m, clip),
    effectiveSize: (sum * sum) / w.reduce((total, value) => total + value * value, 0),
    largestShare: w.reduce((most, value) => Math.max(most, value), 0) / sum,
  };
}

function histogramOf(values: Float64Array): readonly number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(value * BINS)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function shareOf(propensity: Float64Array, clip: number): number {
  return propensity.filter((m) => m < clip || m > 1 - clip).length / propensity.length;
}

function warningsOf(arms: readonly ArmOverlap[], clipped: number, balanced: readonly Balance[]): readonly string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const apart = balanced.filter(({ after, se }) => Math.abs(after) > 0.1 && Math.abs(after) > BY_CHANCE * se).map(({ name }) => name);
  return [
    ...(clipped > 0.05 ? [`Overlap is poor: ${percent(clipped)} of the propensities were clipped. Leave out rows that are almost surely treated or untreated, or ask for the effect on the treated.`] : []),
    ...arms.flatMap(({ treated, n, effectiveSize, largestShare }) => {
      const whose = treated ? "treated" : "untreated";
      if (effectiveSize < 0.1 * n) return [`Overlap is poor: the weights of the ${n} ${whose} rows are worth ${effectiveSize.toFixed(0)} equal ones.`];
      return largestShare > 0.1 ? [`Overlap is poor: one ${whose} row holds ${percent(largestShare)} of its arm's weight.`] : [];
    }),
    ...(apart.length > 0 ? [`After weighting the arms still differ by more than 0.1 standard deviations in ${apart.join(", ")}.`] : []),
  ];
}
