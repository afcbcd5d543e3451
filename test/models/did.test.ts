import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

interface Golden { readonly data: Readonly<Record<string, readonly number[]>>; readonly clip: number; readonly coef: number; readonly se: number }
const golden = JSON.parse(readFileSync(new URL("../golden/did.json", import.meta.url), "utf8")) as Golden;
const normals = normalsOf(createSpecial((await createEngine()).kernels));

describe("difference in differences", () => {
  const base = { model: "did", outcome: "y", treatment: "d", controls: ["x1", "x2"], folds: { column: "fold" }, clip: golden.clip };

  it("has DoubleML's digits on its predictions (test/golden/did.py), and with the same learners", async () => {
    const columns = [{ learner: { g0: { column: "g0" }, m: { column: "m" } } }, { learner: { g: "ols", m: "logit" } }];
    const rows = await runOn(panelOf(golden.data), { data: { file: "did.csv" }, base, tables: [{ id: "t", columns }] });
    // The second fits its own: sklearn's logit stops at a gradient of 1e-12.
    for (const [i, tolerance] of [1e-12, 1e-6].entries()) {
      expect(Math.abs((rows[i]?.estimate?.coef ?? NaN) / golden.coef - 1)).toBeLessThan(tolerance);
      expect(Math.abs((rows[i]?.estimate?.se ?? NaN) / golden.se - 1)).toBeLessThan(tolerance);
    }
    expect(rows[1]?.estimate?.overlap).toHaveLength(1);
  });

  it("on changes of a panel it removes what units have of their own, and trends that follow the controls", async () => {
    const units = 600;
    const [a, x, e, u0, u1] = [1, 2, 3, 4, 5].map((seed) => normals(31 * seed, units)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const rows = Array.from({ length: 2 * units }, (_, i) => ({ i: i >> 1, after: i % 2 }));
    const treated = e.map((value, i) => (value < 0.5 * a[i]! + 0.7 * x[i]! ? 1 : 0));
    const column = (of: (i: number, after: number) => number): number[] => rows.map(({ i, after }) => of(i, after));
    const panel = panelOf({
      unit: column((i) => i), time: column((_, after) => after), x: column((i) => x[i]!), d: column((i) => treated[i]!),
      y: column((i, after) => 3 * a[i]! + after * (x[i]! + 0.5 * treated[i]!) + (after === 1 ? u1 : u0)[i]!),
    });
    const written = { data: { file: "p.csv", unit: "unit", time: "time" }, base: { model: "did", outcome: "D.y", treatment: "d", controls: ["x"], learner: { g: "ols", m: "logit" } }, tables: [{ id: "t", columns: [{}, { outcome: "y", where: "time == 1" }] }] };
    const [change, level] = await runOn(panel, written);
    const { coef = NaN, se = NaN, n } = change?.estimate ?? {};
    expect(n).toBe(units);
    expect(Math.abs(coef - 0.5)).toBeLessThan(3 * se);
    expect((level?.estimate?.coef ?? NaN) - 0.5).toBeGreaterThan(3 * (level?.estimate?.se ?? NaN));
  });
});
