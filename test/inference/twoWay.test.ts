import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { NumberColumn, Panel } from "../../src/index.js";
import { panelOf, readPanel, runOn } from "../helpers/study.js";

interface TwoWayCase {
  readonly rows: "balanced" | "unbalanced";
  readonly effects: readonly string[];
  readonly errors: string;
  readonly coef: number;
  readonly se: number;
  readonly n: number;
}

const golden = JSON.parse(readFileSync(new URL("../golden/twoway.json", import.meta.url), "utf8")) as {
  readonly controls: readonly string[];
  readonly cases: readonly TwoWayCase[];
};
const wagepan = await readPanel(readFileSync(new URL("../../data/wagepan.csv", import.meta.url)), "wagepan.csv", {});

describe("two-way least squares beside the estimate: pyfixest's digits (test/golden/twoway.py)", () => {
  it.each(golden.cases)("$rows rows, effects $effects, errors $errors", async (one) => {
    const panel = one.rows === "balanced" ? wagepan : withHoles(wagepan);
    const [row] = await runOn(panel, {
      data: { file: "wagepan.csv", unit: "nr", time: "year" },
      base: {
        outcome: "lwage", treatment: "union", controls: golden.controls, fixedEffects: one.effects, learner: "ols",
        errors: one.errors === "cluster nr" ? { cluster: ["nr"] } : one.errors,
      },
      tables: [{ id: "t", columns: [{}] }],
    });
    const { ols, n } = row?.estimate ?? { ols: null, n: NaN };
    expect(n).toBe(one.n);
    expect(Math.abs((ols?.coef ?? NaN) / one.coef - 1)).toBeLessThan(1e-9);
    // pyfixest demeans by iteration to about 1e-8.
    expect(Math.abs((ols?.se ?? NaN) / one.se - 1)).toBeLessThan(1e-7);
  });
});

/** The rows that test/golden/twoway.py keeps. */
function withHoles(panel: Panel): Panel {
  const keep = Array.from({ length: panel.rows }, (_, i) => i).filter((i) => (7 * i + Math.floor(i / 11)) % 6 !== 0);
  const columns = [...panel.columns.values()].map((column) => {
    const { values } = column as NumberColumn;
    return [column.name, keep.map((row) => values[row] ?? NaN)] as const;
  });
  return panelOf(Object.fromEntries(columns), panel.source);
}
