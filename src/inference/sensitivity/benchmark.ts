import { median } from "../repetitions.js";
import type { SensitivityElements } from "./elements.js";

/** How strong observed controls are, on the scale of a supposed confounder. */
export interface Benchmark {
  readonly cfY: number;
  readonly cfD: number;
  readonly rho: number;
  /** Estimate without the controls less the estimate with them. */
  readonly change: number;
}

/** An estimate's elements as far as a benchmark needs them. */
export type Strength = Pick<SensitivityElements, "coef" | "sigma2" | "nu2">;

/**
 * What observed controls add: an omitted confounder that adds as much to the model with them would have these
 * strengths. long, short: by repetition, with the same folds, with and without the controls.
 * cfY = (sigma2_s - sigma2_l) / sigma2_l, as the gain in R2 over 1 - R2; cfD = nu2_l / nu2_s - 1; rho = |change| over
 * sqrt((sigma2_s - sigma2_l) (nu2_l - nu2_s)), with the sign of the change, 1 where the root is of nothing; the first
 * two held within 0 and 1, rho within -1 and 1. Medians over repetitions.
 * Source: Chernozhukov et al. (2022), NBER 30302; DoubleML 0.11.4, utils/gain_statistics.py.
 */
export function benchmark(long: readonly Strength[], short: readonly Strength[]): Benchmark {
  const gains = long.map((one, r) => gain(one, short[r]));
  const middle = (name: keyof Benchmark): number => median(gains.map((one) => one[name]));
  return { cfY: middle("cfY"), cfD: middle("cfD"), rho: middle("rho"), change: middle("change") };
}

function gain(long: Strength, short: Strength | undefined): Benchmark {
  if (short === undefined) throw new Error("The short model has fewer repetitions than the long one.");
  const change = short.coef - long.coef;
  const explained = short.sigma2 - long.sigma2;
  const added = long.nu2 - short.nu2;
  const most = explained > 0 && added > 0 ? Math.sqrt(explained * added) : 0;
  return {
    cfY: within(explained / long.sigma2),
    cfD: within(long.nu2 / short.nu2 - 1),
    rho: Math.sign(change) * (most > 0 ? within(Math.abs(change) / most) : 1),
    change,
  };
}

/** Held within 0 and 1. */
function within(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
