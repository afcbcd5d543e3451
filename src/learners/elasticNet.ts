import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { totalWeight } from "../kernels/moments.js";
import { createSpecial } from "../kernels/special.js";
import { type DesignShape, numberOption, type Options, type OptionSchema } from "./learner.js";
import { foldsOf, largestPenalty, penalisedOptions, type Penalties } from "./penalised.js";

/**
 * What lasso and elastic net share: sum w (y - x'b)^2 / (2 sum w) + alpha (l1Ratio |b| + (1 - l1Ratio) / 2 b^2),
 * alpha from a path and by inner folds.
 */
export const elasticNetOptions = {
  alphas: {
    anyOf: [{ type: "integer", minimum: 1, maximum: 10_000 }, { type: "array", items: { type: "number", minimum: 0 }, minItems: 1 }],
    default: 100,
    description: "Penalties to choose from: how many, from the least that makes every coefficient 0 down to `eps` of it, or a list (alphas).",
  },
  eps: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 1e-3, description: "Least penalty as a share of the greatest (eps)." },
  folds: { type: "integer", minimum: 2, maximum: 100, default: 5, description: "Inner folds that choose the penalty: contiguous blocks of rows, or units dealt in turn where these are kept together (cv)." },
  ...penalisedOptions,
} as const satisfies Readonly<Record<string, OptionSchema>>;

/** The path of penalties. */
export function elasticNetPenalties(kernels: Kernels, options: Options, l1Ratio: number): Penalties {
  return (whole, design, weight) =>
    alphasOf(kernels, options, l1Ratio, largestPenalty(whole, design) / totalWeight(whole)).map((alpha) => ({
      lasso: alpha * l1Ratio * weight,
      ridge: alpha * (1 - l1Ratio) * weight,
    }));
}

/** Descending: those given, or a geometric grid from `largest` / `l1Ratio`, above which every coefficient is 0. */
export function alphasOf(kernels: Kernels, options: Options, l1Ratio: number, largest: number): readonly number[] {
  const { alphas } = options;
  if (Array.isArray(alphas)) return [...(alphas as readonly number[])].sort((a, b) => b - a);
  if (!(l1Ratio > 0)) throw new EstimationError("no-path", "With `l1Ratio: 0` no penalty makes every coefficient 0, so `alphas` must be a list of penalties.");
  const most = largest / l1Ratio;
  const count = numberOption(options, "alphas");
  if (!(most > 0)) return [0]; // the target is uncorrelated with every feature: nothing to choose
  const { exp, log } = createSpecial(kernels);
  const step = count < 2 ? 0 : log(numberOption(options, "eps")) / (count - 1);
  return Array.from({ length: count }, (_, a) => most * exp(step * a));
}

/** Nanoseconds: cross-products, then three hundred solutions for each inner fold. */
export function elasticNetCost(options: Options, rows: number, shape: DesignShape): number {
  const dense = shape.features + 20;
  return rows * shape.features * dense * 0.4 + foldsOf(options) * 300 * dense * ((dense * dense) / 20 + shape.columns);
}
