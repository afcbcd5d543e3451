import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { criticalValue, degreesOfFreedom } from "../../src/inference/errors/critical.js";
import { createSpecial } from "../../src/kernels/special.js";

const special = createSpecial((await createEngine()).kernels);
const groupOf = (levels: number): { codes: Int32Array; levels: number } => ({ codes: Int32Array.from({ length: 60 }, (_, i) => i % levels), levels: 60 });

describe("critical values", () => {
  it("normal: those of tables, and the kernels' own to the bit", () => {
    const { quantile, pValue } = criticalValue(special, 0.95, Infinity);
    expect(quantile).toBe(special.normalQuantile(0.975));
    expect(pValue(-1.5)).toBe(2 * special.normalCdf(-1.5));
    expect(quantile).toBeCloseTo(1.959963984540054, 14);
  });

  it("t: those of tables; p of the quantile is what the level leaves", () => {
    // Fisher and Yates (1963), table III.
    for (const [freedom, wanted] of [[1, 12.706], [4, 2.776], [14, 2.145], [60, 2.0]] as const) {
      const { quantile, pValue } = criticalValue(special, 0.95, freedom);
      expect(Math.abs(quantile - wanted)).toBeLessThan(5.1e-4);
      for (const t of [quantile, -quantile]) expect(pValue(t)).toBeCloseTo(0.05, 13);
    }
  });

  it("degrees of freedom: clusters of the smallest way, periods, or rows, each less what they take", () => {
    const shared = { correction: true, parameters: 3 } as const;
    expect(degreesOfFreedom({ kind: "cluster", clusters: [groupOf(12), groupOf(5)], rule: "cgm", ...shared }, 60)).toBe(4);
    expect(degreesOfFreedom({ kind: "driscoll-kraay", serial: { periods: groupOf(7).codes, lags: 1 }, ...shared }, 60)).toBe(6);
    expect(degreesOfFreedom({ kind: "hc1", parameters: 3 }, 60)).toBe(57);
  });
});
