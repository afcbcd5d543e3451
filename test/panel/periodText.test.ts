import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { checkPanel } from "../../src/panel/check.js";
import { readCsv } from "../../src/panel/csv.js";
import { periodNumbers } from "../../src/panel/periodText.js";
import { messageOf } from "../helpers/errors.js";
import { runOn } from "../helpers/study.js";

const { kernels } = await createEngine();

describe("periods as numbers", () => {
  it.each([
    ["numbers", ["10", "9", "11"], [0, -1, 1]], ["quarters", ["2009Q4", "2010Q1", "2010 q3"], [0, 1, 3]], ["half years", ["2009S2", "2010H1"], [0, 1]],
    ["months", ["2009m9", "2009m10", "2010M1"], [0, 1, 4]], ["ISO months", ["2009-12", "2010-01"], [0, 1]], ["first days", ["2009-12-01", "2010-02-01"], [0, 2]],
    ["days", ["2009-12-31", "2010-01-02"], [0, 2]],
  ])("%s", (_, labels, steps) => {
    const numbers = periodNumbers(labels)!;
    expect(numbers.map((value) => value - numbers[0]!)).toEqual(steps);
  });

  it.each([[["t1", "t10", "t2"]], [["2009Q1", "2009-03"]], [["2009Q5"]], [["2009-13"]], [["", "1"]]])("none of %j", (labels) => {
    expect(periodNumbers(labels)).toBeNull();
  });
});

const UNITS = 12;
const PERIODS = 12;
const text = (period: (t: number) => string): string => {
  let state = 9;
  const random = (): string => ((state = (state * 48271) % 2147483647) / 2147483647).toFixed(6);
  const rows = Array.from({ length: UNITS * PERIODS }, (_, i) => [Math.floor(i / PERIODS), period(i % PERIODS), random(), random(), random()].join(","));
  return `firm,t,y,d,x\n${rows.join("\n")}\n`;
};
const base = { outcome: "y", treatment: "d", controls: ["x"], learner: "ols", folds: { k: 2 }, errors: { driscollKraay: { lags: 2 } } };
const run = async (period: (t: number) => string) => (await runOn(readCsv(text(period), "test.csv", {}), { data: { file: "test.csv", unit: "firm", time: "t" }, base, tables: [{ id: "t", columns: [{}] }] }))[0]!;

it("Driscoll-Kraay errors of quarters in text are those of numbered quarters; texts without an order are refused", async () => {
  const numbered = await run((t) => String(t));
  const quarters = await run((t) => `${2009 + Math.floor(t / 4)}Q${(t % 4) + 1}`);
  expect(quarters.estimate?.se).toBe(numbered.estimate?.se);
  const unordered = await run((t) => `t${t}`); // t10 would stand before t2
  expect(unordered.error).toMatchObject({ code: "no-order" });
  expect(unordered.error?.message).toContain("`t` holds texts such as \"t0\". Number the periods");
});

describe("lags and leads", () => {
  const panel = readCsv(text((t) => String(t)), "test.csv", {});
  const prepared = (own: object, data: object = { unit: "firm", time: "t" }) =>
    prepareStudy(readStudy(JSON.stringify({ data: { file: "test.csv", ...data }, base, tables: [{ id: "t", columns: [own] }] }, null, 1), "study.json"), panel, kernels);

  it("may stand in `where`", () => {
    const [planned] = prepared({ where: "L.x > 0.5" }).plan.specifications;
    const x = (panel.columns.get("x") as { values: Float64Array }).values;
    const expected = [...x.keys()].filter((i) => i % PERIODS > 0 && x[i - 1]! > 0.5);
    expect(planned !== undefined && "sample" in planned ? [...planned.sample.rows] : []).toEqual(expected);
  });

  it("that cannot be made are refused with their line", () => {
    expect(messageOf(() => prepared({ controls: ["L.x"] }, {}))).toMatch(/^study\.json, line \d+, `controls`: `L\.x` is a lag, lead or difference by period: name `unit` and `time`/);
    expect(messageOf(() => prepared({ treatment: "D2.d" }))).toMatch(/^study\.json, line \d+, `treatment`: `D2\.d`: differences are of one period/);
    expect(messageOf(() => prepared({ where: "F.x > 0" }, {}))).toMatch(/^study\.json, line \d+, `where`: `F\.x` is a lag/);
  });
});

it("the step or shift that an average partial effect took from the sample is in its result", async () => {
  const columns = [{ model: "ape", learner: { g: "ols", a: { riesz: {} } }, errors: "hc0" }, { model: "ape", score: "shift", learner: { g: "ols", m: "logit" }, errors: "hc0" }];
  const panel = readCsv(text((t) => String(t)), "test.csv", {});
  const [derivative, shift] = await runOn(panel, { base: { ...base, errors: "hc0" }, tables: [{ id: "t", columns }] });
  const d = (panel.columns.get("d") as { values: Float64Array }).values;
  const mean = d.reduce((sum, value) => sum + value, 0) / d.length;
  const sd = Math.sqrt(d.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d.length);
  expect(derivative!.specification.step! / (sd / 5)).toBeCloseTo(1, 2); // n or n - 1
  expect(shift!.specification.shift).toBe(derivative!.specification.step);
});

it("months in text have no gaps between the ninth and the tenth", () => {
  const csv = ["firm,t", ...[1, 2].flatMap((firm) => [9, 10, 11].filter((month) => firm === 1 || month < 11).map((month) => `${firm},2009m${month}`))].join("\n");
  expect(checkPanel(readCsv(csv, "m.csv", {}), { unit: "firm", time: "t" })).toMatchObject({ periods: 3, gaps: 0 });
});
