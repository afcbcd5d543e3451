import type { Special } from "../../kernels/special.js";
import { fewestClusters, shareOfMean } from "../errors/cluster.js";
import { conleyCovariance } from "../errors/conley.js";
import { periodWeights } from "../errors/driscollKraay.js";
import type { ErrorSetting } from "../errors/setting.js";
import { hotellingQuantile } from "./quantiles.js";

/**
 * How T = g'S^-1 g is judged, g a sum over groups of rows and S its covariance about zero. T cannot exceed the number of
 * groups, however far g is from zero, and with few of them does not reach the chi-square quantile. About the groups' mean
 * it becomes T2 = scale T / (1 - centring T), and `scale` makes that covariance unbiased for independent groups.
 */
export interface MomentTest {
  readonly centring: number;
  readonly scale: number;
  /** Degrees of freedom of the covariance; Infinity: T2 is chi-square. */
  readonly freedom: number;
}

/**
 * Rows: T itself. Clusters: Hotelling's T2 (1931, Annals of Mathematical Statistics 2), exact for normal sums alike in one
 * way; of several ways each term's mean is taken out, and the fewest clusters less one are the degrees of freedom.
 * Driscoll-Kraay: the mean of the periods, and the degrees of freedom that independent sums would leave (`periodWeights`).
 * Conley: the mean of the rows, and chi-square. `setting` with small-sample factors.
 */
export function momentTest(setting: ErrorSetting): MomentTest {
  switch (setting.kind) {
    case "cluster": {
      const n = setting.clusters[0]?.codes.length ?? 0;
      return { centring: shareOfMean(setting, n), scale: 1, freedom: fewestClusters(setting.clusters) - 1 };
    }
    case "driscoll-kraay": {
      const n = setting.serial.periods.length;
      const { periods, shareOfMean: share, freedom } = periodWeights(setting.serial);
      const factor = periods / (periods - 1);
      return { centring: factor * ((n - 1) / (n - setting.parameters)) * share, scale: factor * (1 - share), freedom };
    }
    case "conley": {
      const n = setting.spatial.latitude.length;
      const [[centring = NaN] = []] = conleyCovariance([new Float64Array(n).fill(1 / n)], setting);
      return { centring, scale: 1, freedom: Infinity };
    }
    default:
      return { centring: 0, scale: 1, freedom: Infinity };
  }
}

/** T2 of T; Infinity where T is more than groups that are all alike would have. */
export function centred({ centring, scale }: MomentTest, statistic: number): number {
  const left = 1 - centring * statistic;
  return left > 0 ? (scale * statistic) / left : Infinity;
}

/** The largest T that a test of k moments at 1 - level does not reject. */
export function largestAccepted({ centring, scale, freedom }: MomentTest, level: number, k: number, special: Special): number {
  const quantile = hotellingQuantile(1 - level, k, freedom, special);
  return quantile / (scale + centring * quantile);
}
