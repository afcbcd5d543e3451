import { type BiasEstimate, boundOf, strengthOf } from "./bounds.js";
import { median } from "../repetitions.js";

/** How much confounding it takes to make an effect possible that the estimate speaks against. */
export interface RobustnessValues {
  /** Equal shares of outcome and treatment, 0 to 1, at which the bound reaches the null; 1 where no share does. */
  readonly rv: number;
  /** The same for the bound's confidence limit; 0 where the null lies within the limit without any confounding. */
  readonly rva: number;
}

/** What a robustness value asks. */
export interface NullHypothesis {
  /** The effect that confounding would have to make possible, mostly 0. */
  readonly effect: number;
  readonly rho: number;
  /** Of the one-sided limit. */
  readonly quantile: number;
}

/**
 * The r with bound(cfY = cfD = r) = null, on the side of the estimate where the null lies.
 * One repetition: C^2 = r^2 / (1 - r) with C = |theta - null| / (|rho| S). Cost O(repetitions), some 60 halvings.
 * Source: Chernozhukov et al. (2022), NBER 30302; Cinelli and Hazlett (2020), JRSS B 82.
 */
export function robustnessValues(repetitions: readonly BiasEstimate[], { effect, rho, quantile }: NullHypothesis): RobustnessValues {
  const side = effect > median(repetitions.map((one) => one.coef)) ? "upper" : "lower";
  const sign = side === "upper" ? 1 : -1;
  const beyond = (value: "coef" | "limit") => (share: number): number =>
    sign * (boundOf(repetitions, side, strengthOf({ cfY: share, cfD: share, rho }), quantile)[value] - effect);
  return { rv: crossing(beyond("coef")), rva: crossing(beyond("limit")) };
}

/** The share, 0 to 1, where a gap turns from negative to positive: halving, to the last bit. NaN where the gap is no number. */
function crossing(gap: (share: number) => number): number {
  if (gap(0) >= 0) return 0;
  let [below, above] = [0, 1];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return Number.isNaN(gap(below)) ? NaN : above;
    if (gap(middle) >= 0) above = middle;
    else below = middle;
  }
}
