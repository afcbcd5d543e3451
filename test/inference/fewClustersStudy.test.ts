import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, type ResultRow, runStudy } from "../../src/index.js";
import { criticalValue } from "../../src/inference/errors/critical.js";
import { createSpecial } from "../../src/kernels/special.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const special = createSpecial(engine.kernels);
const made = readCsv(panelCsv(24, 6), "panel.csv", {});
const numbers = (name: string): Float64Array => (made.columns.get(name) as { values: Float64Array }).values;
const panel = panelOf({
  ...Object.fromEntries(["firm", "year", "y", "d", "x1", "x2"].map((name) => [name, numbers(name)])),
  high: numbers("x1").map((value) => (value > 0.5 ? 1 : 0)), zone: numbers("firm").map((value) => value % 4), z: numbers("d").map((value, i) => value + numbers("x2").at(-1 - i)!),
}, "panel.csv");
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "ols" };
const data = { file: "panel.csv", unit: "firm", time: "year" };
const by = (correction: boolean | string): object => ({ errors: { cluster: ["firm"], correction } });

async function rowsOf(columns: readonly object[]): Promise<readonly ResultRow[]> {
  const study = readStudy(JSON.stringify({ data, base, tables: [{ id: "t", columns }] }), "study.json");
  return (await runStudy(prepareStudy(study, panel, engine.kernels), engine)).result.rows;
}

const effects = { fixedEffects: ["firm", "year"] };

describe("cr2 and cr3 by way of a study", () => {
  it("intervals and p rest on the degrees of freedom that the effect reports; normal where that is asked for", async () => {
    const rows = await rowsOf([by("cr2"), by("cr3"), { ...by("cr2"), distribution: "normal" }, { ...by(true), distribution: "t" }].map((one) => ({ ...effects, ...one })));
    const found = rows.map((row) => row.estimate!.effects[0]!);
    for (const { coef, se, p, ci, freedom } of found) {
      const { quantile, pValue } = criticalValue(special, 0.95, freedom ?? Infinity);
      expect(ci).toEqual([coef - quantile * se, coef + quantile * se]);
      expect(p).toBe(pValue(coef / se));
    }
    expect(found[0]!.freedom).toBeGreaterThan(5);
    expect(found[0]!.freedom).toBeLessThan(23);
    expect(found.slice(1).map(({ freedom }) => freedom)).toEqual([23, null, 23]);
    expect(new Set(found.map(({ coef }) => coef)).size).toBe(1);
    expect(found[2]!.se).toBe(found[0]!.se);
    expect(found[1]!.se).toBeGreaterThan(found[0]!.se);
    expect(found[0]!.se).toBeGreaterThan(found[3]!.se);
  });

  it("no fit depends on them", () => {
    const tasks = (one: object): readonly string[] => [...prepareStudy(readStudy(JSON.stringify({ data, base: { ...base, ...effects, ...one }, tables: [{ id: "t", columns: [{}] }] }), "s.json"), panel, engine.kernels).plan.tasks.keys()];
    expect(tasks(by("cr3"))).toEqual(tasks(by(true)));
  });

  it.each([
    ["partialling-out with a constant", {}],
    ["several treatments", { treatment: ["d", "z"] }],
    ["an instrument", { model: "pliv", instrument: "z" }],
    ["more instruments", { model: "pliv", instrument: ["z", "zone"] }],
    ["means of signals", { model: "irm", treatment: "high", controls: ["x2"], clip: 0.2 }],
    ["several repetitions", { repetitions: 3 }],
    ["groups and moderation", { ...effects, groups: "zone", moderator: "x1", sensitivity: true }],
  ])("every final stage has both: %s", async (_, more) => {
    const [plain, cr2, cr3] = (await rowsOf([by(true), by("cr2"), by("cr3")].map((one) => ({ ...more, ...one })))).map((row) => row.estimate);
    for (const one of [cr2, cr3]) {
      expect(one?.warnings.filter((text) => !plain?.warnings.includes(text))).toEqual([]);
      one!.effects.forEach(({ coef, se, freedom }, j) => {
        expect(coef).toBe(plain!.effects[j]!.coef);
        expect(se / plain!.effects[j]!.se).toBeGreaterThan(0.95);
        expect(se / plain!.effects[j]!.se).toBeLessThan(1.5);
        expect(freedom).toBeLessThan(23 + 1e-9); // a mean of equal clusters has G - 1, to rounding
      });
    }
    expect(cr2?.instruments?.andersonRubin).toEqual(plain?.instruments?.andersonRubin);
  });

  it("with several ways, or DoubleML's rule for clusters, the row says that they are not defined", async () => {
    const rows = await rowsOf([{ errors: { cluster: ["firm", "year"], correction: "cr2" } }, { ...by("cr3"), convention: "doubleml", constant: false }]);
    expect(rows.map((row) => row.error?.code)).toEqual(["not-defined", "not-defined"]);
    expect(rows[0]?.error?.message).toContain("cr2 is for clusters in one way");
    expect(rows[1]?.error?.message).toContain("cr3");
  });
});
