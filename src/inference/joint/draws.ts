import { EstimationError } from "../../errors.js";
import { dot } from "../../fit/residuals.js";
import { type Multiplier, multiplierBootstrap } from "../../kernels/bootstrap.js";
import type { Kernels } from "../../kernels/instance.js";
import { streamOf } from "../../plan/keys.js";
import type { Joined } from "./members.js";

/** How a multiplier bootstrap is drawn. */
export interface BootstrapChoice {
  /** Draws (1,000 is usual): p values are multiples of 1 / draws. */
  readonly draws: number;
  readonly multiplier: Multiplier;
  readonly seed: number;
}

/**
 * Draws of the t statistics under their joint null: by estimate, t*_b = sum_g xi_bg a_g / sqrt(sum_g a_g^2), a its
 * influence by cluster. Equal to DoubleML's, which divides by the standard error, where that is sqrt(sum_g a_g^2); its
 * variance is one also where the standard error has a small-sample correction, which dividing by it would undo.
 * xi follows from (seed, repetition, draw, label): the same for every estimate. An estimate whose influence is nothing
 * is refused by name (`no-variation`). Cost: kernels/bootstrap.ts.
 */
export function tDraws(kernels: Kernels, joined: Joined, r: number, choice: BootstrapChoice): readonly Float64Array[] {
  const influence = joined.repetitions[r]?.influence.map((sums, k) => standardise(sums, joined.names[k] ?? "")) ?? [];
  const { draws, multiplier, seed } = choice;
  return multiplierBootstrap(kernels, { influence, labels: joined.labels, key: streamOf("multipliers", seed, r), multiplier, draws });
}

/** Divided by its length, so that sums of squares are one. */
export function standardise(sums: Float64Array, name: string): Float64Array {
  const length = Math.sqrt(dot(sums, sums));
  if (!(length > 0)) throw new EstimationError("no-variation", `Nothing varies in the influence of \`${name}\`, so it cannot be judged jointly with others. Leave it out.`);
  return sums.map((value) => value / length);
}
