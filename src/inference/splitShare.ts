import type { Aggregation } from "../study/specification.js";
import { median, type Repeated } from "./repetitions.js";

/** How much of an estimate's uncertainty is due to the random split of the folds. */
export interface SplitShare {
  readonly repetitions: number;
  /** Standard deviation of the estimate over repetitions. */
  readonly spread: number;
  /** Median standard error of one repetition. */
  readonly se: number;
  /** Of the variance of the median estimate: v / (v + se^2), v = (pi / 2) spread^2 / R. Between 0 and 1. */
  readonly share: number;
  /** The same of the mean estimate, v = spread^2 / R. */
  readonly meanShare: number;
  /** The least number of repetitions at which the share in what is reported, median or mean, would be at most `SPLIT_LIMIT`. */
  readonly needed: number;
  readonly sentence: string;
}

/** A share of the variance that need not worry: it lengthens intervals by 2.6 %. */
export const SPLIT_LIMIT = 0.05;

/** The variance of a median of R normal numbers is about this times that of their mean. */
const MEDIAN_OVER_MEAN = Math.PI / 2;

/**
 * The part of the random split in the variance of what is reported, from the spread over two or more repetitions on the
 * same data; null for fewer. It says nothing of the bias of the learners. The spread is itself estimated: with few
 * repetitions it is off by a factor of about 1 / sqrt(2 (R - 1)). `rule`: what makes one estimate of them.
 */
export function splitShare(repeated: readonly Repeated[], rule: Aggregation = "stata-median"): SplitShare | null {
  const count = repeated.length;
  if (count < 2) return null;
  const se = median(repeated.map((one) => one.se));
  const variance = varianceOf(repeated.map((one) => one.coef));
  const shareOf = (v: number): number => v / (v + se * se);
  const share = shareOf((MEDIAN_OVER_MEAN * variance) / count);
  const meanShare = shareOf(variance / count);
  const isMean = rule === "stata-mean";
  const enough = ((isMean ? 1 : MEDIAN_OVER_MEAN) * variance * (1 - SPLIT_LIMIT)) / (SPLIT_LIMIT * se * se);
  const needed = Math.max(1, Math.ceil(enough));
  const text = isMean ? sentence("mean", meanShare, needed, count) : sentence("median", share, needed, count);
  return { repetitions: count, spread: Math.sqrt(variance), se, share, meanShare, needed, sentence: text };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
}

function sentence(what: string, share: number, needed: number, count: number): string {
  const part = `The random split of the folds makes ${(100 * share).toFixed(1)} % of the variance of the ${what} over ${count} repetitions`;
  const limit = `${100 * SPLIT_LIMIT} %`;
  return needed > count ? `${part}; about ${needed} repetitions would bring it to ${limit}.` : `${part}, no more than ${limit}.`;
}
