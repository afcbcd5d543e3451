import type { FinalStage } from "../../src/inference/finalStage.js";
import type { HeterogeneitySetting } from "../../src/inference/heterogeneity/setting.js";
import type { Matrix } from "../../src/fit/matrix.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { createSpecial } from "../../src/kernels/special.js";

/** HC0, DoubleML's. */
export function hc0({ influence }: FinalStage): Matrix {
  return influence.map((a) => influence.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)));
}

/** Covariance from influence summed by cluster, without small-sample factors. */
export function clustered(codes: Int32Array): HeterogeneitySetting["covariance"] {
  return ({ influence, ...stage }, rows) => {
    const levels = Math.max(...codes) + 1;
    const sums = influence.map((values) => {
      const sum = new Float64Array(levels);
      values.forEach((value, i) => (sum[codes[rows[i] ?? 0] ?? 0]! += value));
      return sum;
    });
    return hc0({ ...stage, influence: sums });
  };
}

/** Normal quantiles at a level, HC0, no weights. */
export function settingOf(kernels: Kernels, level: number): HeterogeneitySetting {
  const special = createSpecial(kernels);
  const critical = { freedom: Infinity, quantile: special.normalQuantile((1 + level) / 2), pValue: (t: number) => 2 * special.normalCdf(-Math.abs(t)) };
  return {
    kernels, special, weights: null, covariance: hc0, aggregate: "doubleml", critical,
    freedom: () => () => Infinity, criticalOf: () => critical, independent: (rows) => ({ what: "rows", count: rows.length }),
  };
}
