import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { panelOf, runOn } from "../helpers/study.js";

interface Golden {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly { readonly name: string; readonly options: object; readonly coef: number; readonly se: number }[];
}

const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, "../golden/ape.json"), "utf8")) as Golden;

/** Both sides solve the same normal equations, whose condition is below 1e4, in doubles; logit stops at 1e-8 in log-odds. */
const TOLERANCE = 1e-8;

describe("average partial effects against numpy (test/golden/ape.py)", () => {
  const panel = panelOf(golden.columns);
  const base = { model: "ape", outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "ols", folds: { column: "fold" }, errors: "hc0" };

  it.each(golden.cases)("$name", async ({ options, coef, se }) => {
    const [row] = await runOn(panel, { data: { file: "t.csv", unit: "unit" }, base, tables: [{ id: "t", columns: [options] }] });
    expect(row?.error).toBeNull();
    expect(Math.abs((row?.estimate?.coef ?? NaN) / coef - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs((row?.estimate?.se ?? NaN) / se - 1)).toBeLessThan(TOLERANCE);
  });
});
