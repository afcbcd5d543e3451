import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import type { Sample } from "../../src/plan/sample.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const engine = await createEngine();
const normals = normalsOf(createSpecial(engine.kernels));
const UNITS = 60;
const ROWS = UNITS * 5;
const column = (seed: number): Float64Array => normals(seed, ROWS);
const [d, x, noise, raw] = [1, 2, 3, 4].map(column) as [Float64Array, Float64Array, Float64Array, Float64Array];
const heavy = raw.map((value) => value * value * value);
const y = d.map((value, i) => value + x[i]! + noise[i]!);
const panel = panelOf({
  unit: Float64Array.from({ length: ROWS }, (_, i) => Math.floor(i / 5)), year: Float64Array.from({ length: ROWS }, (_, i) => i % 5),
  y, d, x, heavy, p: column(5).map((value) => Math.exp(value)), q: column(6).map(Math.abs),
});
const base = { outcome: "y", treatment: "d", controls: ["x", "heavy"], learner: "ols" };

/** The samples of a study's columns, or why there is none. */
function samples(...columns: readonly object[]): readonly (Sample | string)[] {
  const study = { data: { file: "test.csv", unit: "unit", time: "year" }, base, tables: [{ id: "t", columns }] };
  return prepareStudy(readStudy(JSON.stringify(study), "study.json"), panel, engine.kernels).plan.specifications.map((planned) => ("refused" in planned ? planned.refused.message : planned.sample));
}

const sampleOf = (one: object): Sample => {
  const [sample] = samples(one);
  if (typeof sample !== "object") throw new Error(sample ?? "no sample");
  return sample;
};
const sortedOf = (values: Float64Array): Float64Array => values.slice().sort();

describe("prepare", () => {
  it("winsorises in place at the percentiles of the specification's own rows", () => {
    const where = "year >= 3";
    const own = sampleOf({ where, prepare: [{ winsorize: { columns: ["heavy", "y"], lower: 5, upper: 95 } }] });
    const plain = sampleOf({ where });
    expect([...own.rows]).toEqual([...plain.rows]);
    const [before, after] = [sortedOf(plain.numbers("heavy").values), sortedOf(own.numbers("heavy").values)];
    // 120 rows: 5 % are 6 rows, and the limit is the mean of the 6th and 7th
    const [least, most] = [(before[5]! + before[6]!) / 2, (before[113]! + before[114]!) / 2];
    expect([...after]).toEqual([...before].map((value) => Math.min(Math.max(value, least), most)));
    expect([...own.numbers("d").values]).toEqual([...plain.numbers("d").values]);
  });

  it("standardises to mean 0 and standard deviation 1 of these rows", () => {
    const { values } = sampleOf({ where: "year == 1", prepare: [{ standardize: { columns: ["heavy"] } }] }).numbers("heavy");
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(values.reduce((sum, value) => sum + value * value, 0) / (values.length - 1)).toBeCloseTo(1, 12);
  });

  it("an index of these rows is that of a file with no other rows, and steps work one after the other", () => {
    const prepare = [{ winsorize: { columns: ["p"], lower: 0, upper: 90 } }, { name: "score", index: { columns: ["p", "q"] } }, { standardize: { columns: ["score"] } }];
    const among = sampleOf({ where: "unit < 30", outcome: "score", prepare }).numbers("score");
    const cut = panelOf(Object.fromEntries([...panel.columns].map(([name, one]) => [name, (one as { values: Float64Array }).values.slice(0, 150)])));
    const study = readStudy(JSON.stringify({ data: { file: "test.csv", unit: "unit", time: "year" }, base, tables: [{ id: "t", columns: [{ outcome: "score", prepare }] }] }), "study.json");
    const [alone] = prepareStudy(study, cut, engine.kernels).plan.specifications;
    if (alone === undefined || "refused" in alone) throw new Error("refused");
    expect(among.key).toBe(alone.sample.numbers("score").key);
  });

  it("what equals the same by `derive` shares its nuisances: keys follow contents", () => {
    const columns = [{ controls: ["x", "w"], outcome: "y" }, { controls: ["x", "heavy"], prepare: [{ winsorize: { columns: ["heavy"] } }] }, { controls: ["x", "heavy"], prepare: [{ winsorize: { columns: ["q"] } }] }, {}];
    const study = readStudy(JSON.stringify({ data: { file: "test.csv" }, base, tables: [{ id: "t", columns }] }), "study.json");
    const derived = samples({ prepare: [{ winsorize: { columns: ["heavy"] } }] })[0] as Sample;
    const withColumn = { ...panel, columns: new Map([...panel.columns, ["w", { kind: "number" as const, name: "w", values: derived.numbers("heavy").values }]]) };
    // l and m of the first two, and of the last two, where what is prepared is not used
    expect(prepareStudy(study, withColumn, engine.kernels).plan.tasks.size).toBe(4);
  });

  it("the period before is prepared with the rows that are compared with it", () => {
    const own = sampleOf({ where: "year <= 2", fixedEffects: ["unit"], encode: "fd", prepare: [{ standardize: { columns: ["x"] } }] });
    const both = [...own.lagged("x").values, ...own.numbers("x").values];
    expect(both.every(Number.isFinite)).toBe(true);
    // years 0, 1 and 2 of each unit once
    const all = [...own.numbers("x").values, ...[...own.lagged("x").values].filter((_, i) => i % 2 === 0)];
    expect(all).toHaveLength(UNITS * 3);
    expect(all.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
  });

  it("the row says what was done and that held-out rows have a part in it; a row that cannot be prepared stops no other", async () => {
    const rows = await runOn(panel, { data: { file: "test.csv" }, base, tables: [{ id: "t", columns: [{ where: "unit == 3", controls: [], prepare: [{ standardize: { columns: ["unit"] } }, { name: "d", index: { columns: ["unit", "p"] } }] }, {}] }] });
    expect(rows[0]?.error?.code).toBe("cannot-prepare");
    expect(rows[1]?.error).toBeNull();
  });

  it.each([
    ["an unknown column", [{ winsorize: { columns: ["heavi"] } }], "study.json, line 1, `prepare`: test.csv has no column `heavi`. Did you mean `heavy`?"],
    ["limits the wrong way round", [{ winsorize: { columns: ["heavy"], lower: 99, upper: 1 } }], "the lower percentile, 99, must be below the upper one, 1."],
    ["an index without a name", [{ index: { columns: ["p"] } }], "an `index` needs a `name`"],
    ["a name for what is changed in place", [{ name: "w", winsorize: { columns: ["p"] } }], "changes its columns in place and has no `name`"],
    ["two kinds in one step", [{ winsorize: { columns: ["p"] }, standardize: { columns: ["p"] } }], "is one of"],
    ["no kind", [{}], "this one is none"],
    ["a step of derive", [{ log: { column: "p" } }], "`log` is not an option of `prepare`. Known: `name`, `winsorize`, `standardize`, `index`."],
    ["the option of derive", [{ winsorize: { column: "p" } }], "`column` is not an option of `prepare.winsorize`. Did you mean `columns`?"],
  ])("%s is refused with its mend", (_, prepare, said) => {
    expect(() => samples({ prepare })).toThrow(said);
  });

  it("a column that is only made here cannot be a cluster or an effect", () => {
    expect(() => samples({ prepare: [{ name: "score", index: { columns: ["p", "q"] } }], fixedEffects: ["score"] })).toThrow("has no column `score`");
  });
});
