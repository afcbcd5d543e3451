import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { NumberColumn, Panel, ResultRow } from "../../src/index.js";
import { panelOf, readPanel, runOn } from "../helpers/study.js";

const golden = JSON.parse(readFileSync(new URL("../golden/slopes.json", import.meta.url), "utf8")) as {
  readonly controls: readonly string[];
  readonly cases: readonly { readonly effects: readonly string[]; readonly errors: string; readonly coef: number; readonly se: number; readonly n: number }[];
};
const panel = firstUnits(await readPanel(readFileSync(new URL("../../data/wagepan.csv", import.meta.url)), "wagepan.csv", {}));

describe("least squares with a slope for each unit: pyfixest's digits (test/golden/slopes.py)", () => {
  it.each(golden.cases)("effects $effects, errors $errors", async (one) => {
    const [row] = await runOn(panel, {
      data: { file: "wagepan.csv", unit: "nr", time: "year" },
      base: {
        outcome: "lwage", treatment: "union", controls: golden.controls, fixedEffects: one.effects, learner: "ols",
        errors: one.errors === "cluster nr" ? { cluster: ["nr"], correction: false } : one.errors,
      },
      tables: [{ id: "t", columns: [{}] }],
    });
    const { ols, n } = row?.estimate ?? { ols: null, n: NaN };
    // Rows that slopes fit exactly are dropped here and stay there: they move neither the estimate nor n - k.
    expect(n + Number(row?.dropped?.["singletons"]) + (row?.dropped?.["short"] as readonly { rows: number }[]).reduce((sum, { rows }) => sum + rows, 0)).toBe(one.n);
    expect(Math.abs((ols?.coef ?? NaN) / one.coef - 1)).toBeLessThan(1e-10);
    // pyfixest demeans by iteration to about 1e-8.
    expect(Math.abs((ols?.se ?? NaN) / one.se - 1)).toBeLessThan(1e-7);
  });
});

describe("unit trends", () => {
  // Treatment and outcome share a trend of each unit's own; the truth is 1.
  const UNITS = 80;
  const PERIODS = 8;
  const noise = (row: number, salt: number): number => ((Math.imul(row * 2 + 1, 2654435761 + 97 * salt) >>> 8) % 1021) / 510 - 1;
  const made = Array.from({ length: UNITS * PERIODS }, (_, row) => {
    const [unit, year] = [Math.floor(row / PERIODS), row % PERIODS];
    const trend = noise(unit, 1) * year;
    const d = trend + noise(row, 2);
    return { unit, year: 2010 + year, x: noise(row, 3), d, y: d - 2 * trend + noise(row, 4) + noise(unit, 5) };
  });
  const trended = panelOf(Object.fromEntries((["unit", "year", "x", "d", "y"] as const).map((name) => [name, made.map((row) => row[name])])));
  const run = async (base: object, data = trended): Promise<ResultRow> => {
    const study = { data: { file: data.source, unit: "unit", time: "year" }, base: { outcome: "y", treatment: "d", controls: ["x"], ...base }, tables: [{ id: "t", columns: [{}] }] };
    return (await runOn(data, study))[0] as ResultRow;
  };

  it.each(["ols", "lassocv", "rf", "gradboost", "histboost", "nnet", "svm"])("are out of the way of %s, as two-way effects are not", async (learner) => {
    const small = { ...(learner === "rf" ? { trees: 20 } : {}), ...(learner.endsWith("boost") ? { trees: 20 } : {}), ...(learner === "nnet" ? { maxIter: 20 } : {}) };
    const with3 = await run({ fixedEffects: ["unit", "year", "unit#year"], learner: { [learner]: small } });
    const without = await run({ fixedEffects: ["unit", "year"], learner: { [learner]: small } });
    expect(with3.error).toBeNull();
    // Noise of 400 degrees of freedom: a standard error of .05; two-way effects miss by about -1.
    expect(Math.abs((with3.estimate?.coef ?? NaN) - 1)).toBeLessThan(0.2);
    expect(without.estimate?.coef).toBeLessThan(0.5);
  });

  it("move with no trend of a unit's own: the estimate is the same whatever trends are added to the outcome", async () => {
    const moved = panelOf({ ...columnsOf(trended), y: made.map((row) => row.y + 5 * row.unit * (row.year - 2010)) });
    const effects = { fixedEffects: ["unit", "year", "unit#year"], learner: "ols" };
    const [one, other] = [await run(effects), await run(effects, moved)];
    expect(Math.abs((one.estimate?.coef ?? NaN) - (other.estimate?.coef ?? NaN))).toBeLessThan(1e-10);
  });

  it("a unit with two periods is fitted exactly by level and trend: dropped and counted", async () => {
    const rows = made.filter((row) => row.unit > 0 || row.year < 2012);
    const short = panelOf(Object.fromEntries((["unit", "year", "x", "d", "y"] as const).map((name) => [name, rows.map((row) => row[name])])));
    const both = await run({ fixedEffects: ["unit", "year", "unit#year"], learner: "ols" }, short);
    expect(both.dropped).toMatchObject({ singletons: 0, short: [{ of: "unit", least: 3, rows: 2 }] });
    const slope = await run({ fixedEffects: ["year", "unit#year"], learner: "ols" }, short);
    expect(slope.dropped).toMatchObject({ singletons: 0, short: [] });
  });

  it("are refused where they would be dummies, and on text", async () => {
    const row = await run({ fixedEffects: ["unit", "unit#year"], encode: "dummies", learner: "ols" });
    expect(row.error).toMatchObject({ code: "not-defined" });
    await expect(run({ fixedEffects: ["unit", "unit#wage"], learner: "ols" })).rejects.toThrow("no column `wage`");
  });
});

function columnsOf(data: Panel): Record<string, Float64Array> {
  return Object.fromEntries([...data.columns.values()].map((column) => [column.name, (column as NumberColumn).values]));
}

/** The rows and columns that test/golden/slopes.py keeps and makes. */
function firstUnits(all: Panel): Panel {
  const columns = columnsOf(all);
  const unit = columns["nr"] as Float64Array;
  const holes = Array.from(unit.keys()).filter((i) => (7 * i + Math.floor(i / 11)) % 6 !== 0);
  const first = [...new Set(holes.map((i) => unit[i]))].slice(0, 120);
  const keep = holes.filter((i) => first.includes(unit[i]));
  const own = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, keep.map((i) => values[i] ?? NaN)]));
  return panelOf({ ...own, t: (own["year"] ?? []).map((year) => year - 1983), h: (own["hours"] ?? []).map((hours) => hours / 1000) }, all.source);
}
