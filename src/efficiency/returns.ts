import type { Technology } from "./technology.js";

/** What happens to outputs, relative to inputs, when a unit grows. */
export type Scale = "increasing" | "constant" | "decreasing";

/** Sums and prices this near to 1 and to 0 are equal to them. */
const NEAR = 1e-9;

/**
 * Returns to scale where a unit is projected to: under constant returns by the sum of its peers' weights (below 1
 * increasing, Banker 1984, EJOR 17), else by the price of that sum (positive increasing, Banker and Thrall 1992, EJOR 62).
 * Where the optimum is not unique, another one may say otherwise.
 */
export function scaleOf({ returns, bounds }: Technology, peers: readonly { readonly weight: number }[], prices: Float64Array): Scale {
  const sum = peers.reduce((total, { weight }) => total + weight, 0);
  const growth = returns === "crs" ? 1 - sum : (prices[bounds.length] ?? NaN);
  if (Math.abs(growth) <= NEAR) return "constant";
  return growth > 0 ? "increasing" : "decreasing";
}
