import { type Matrix, scaled } from "../../fit/matrix.js";
import { crossProducts } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { FinalStage } from "../finalStage.js";
import { momentSums, withoutCluster } from "../leaveOut.js";
import { ALONE_DECIDES, fullLeverage, leftByCrossed, orthonormal } from "./leverage.js";
import { countLevels } from "./sums.js";

/**
 * The jackknife over clusters, (G - 1) / G sum_g d_g d_g', d_g the coefficients without cluster g less those with all
 * (Bell and McCaffrey 2002; CV3 of MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38). Exact for any
 * final stage, instruments or not, nuisances as fitted. Effects absorbed within clusters fall out; for those across
 * clusters see `leftByCrossed`. Throws an EstimationError where a coefficient cannot be had without some cluster.
 * Cost O(n k^2 + G k^3).
 */
export function cr3Covariance({ residuals, x, z }: FinalStage, clusters: Group, crossed: readonly Group[]): Matrix {
  const sums = momentSums(residuals, x, z, clusters);
  const changes = Array.from(leftByCrossed(orthonormal(z), clusters, crossed), (share, cluster) => {
    const without = withoutCluster(sums, cluster, share);
    if (without === null) throw fullLeverage(ALONE_DECIDES);
    return without.changes;
  });
  const columns = x.map((_, j) => Float64Array.from(changes, (change) => change[j] ?? NaN));
  const count = countLevels(clusters);
  return scaled(crossProducts(columns, columns), (count - 1) / count);
}
