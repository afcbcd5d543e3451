import { describe, expect, it } from "vitest";
import { createEngine, estimatesJson, prepareStudy, printedTables, readStudy, runStudy, type StudyResult } from "../../src/index.js";
import { markdownText } from "../../src/report/markdown.js";
import { readCsv } from "../../src/panel/csv.js";
import { hasShared, sharedJson, skipReason } from "../helpers/shared.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { panelOf, runOn } from "../helpers/study.js";

const engine = await createEngine();
const made = readCsv(panelCsv(40, 6), "panel.csv", {});
const numbers = (name: string): Float64Array => (made.columns.get(name) as { values: Float64Array }).values;
const firm = numbers("firm");
const panel = panelOf({
  ...Object.fromEntries(["firm", "year", "y", "d", "x1", "x2"].map((name) => [name, numbers(name)])),
  high: numbers("x1").map((value) => (value > 0.5 ? 1 : 0)), zone: firm.map((value) => value % 4), few: firm.map((value) => value % 5), z: numbers("d").map((value, i) => value + numbers("x2").at(-1 - i)!),
}, "panel.csv");
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "ols", folds: { k: 4 } };
const data = { file: "panel.csv", unit: "firm", time: "year" };

async function resultOf(tables: readonly object[], more: object = {}): Promise<StudyResult> {
  const study = readStudy(JSON.stringify({ data, base: { ...base, ...more }, tables }), "study.json");
  return (await runStudy(prepareStudy(study, panel, engine.kernels), engine)).result;
}

interface SensitivityCase {
  readonly name: string;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly expected: { readonly sensitivity?: { readonly rv: number; readonly rva: number; readonly theta_lower: number; readonly theta_upper: number; readonly ci_lower: number; readonly ci_upper: number } };
}
const cases = hasShared ? sharedJson<{ cases: readonly SensitivityCase[] }>("inference.json").cases.filter((one) => one.expected.sensitivity !== undefined) : [];

describe.skipIf(!hasShared)(`sensitivity by way of a study (${hasShared ? "DoubleML 0.11.4" : skipReason})`, () => {
  it.each(cases)("$name", async ({ name, arrays, expected }) => {
    const [model, score, last] = name.split("/");
    const learner = Object.fromEntries(Object.keys(arrays).filter((key) => key.endsWith("_hat")).map((key) => [key.replace("_hat", ""), { column: key }]));
    const column = { model, score: score === "partialling out" ? "partialling-out" : score, outcome: "y", treatment: "d", learner, constant: false, errors: "hc0", convention: "doubleml", normalizeIpw: last === "normalize_ipw=True", sensitivity: true };
    const [row] = await runOn(panelOf(arrays), { tables: [{ id: "t", columns: [column] }] });
    const found = row?.estimate?.sensitivity;
    const wanted = expected.sensitivity!;
    const near = (own: number | undefined, theirs: number, tolerance = 1e-9): void => expect(Math.abs((own ?? NaN) / theirs - 1)).toBeLessThan(tolerance);
    near(found?.bounds?.lower.coef, wanted.theta_lower);
    near(found?.bounds?.upper.coef, wanted.theta_upper);
    near(found?.bounds?.lower.limit, wanted.ci_lower);
    near(found?.bounds?.upper.limit, wanted.ci_upper);
    near(found?.robustness.rv, wanted.rv, 1e-4); // theirs is where a minimiser of the squared gap stops
    near(found?.robustness.rva, wanted.rva, 1e-4);
  });
});

describe("post-estimation fits nothing but benchmarks", () => {
  it("groups, moderation, sensitivity, the bootstrap and joint tables leave the plan as it is", () => {
    const plain = prepareStudy(readStudy(JSON.stringify({ data, base, tables: [{ id: "t", columns: [{}] }] }), "s.json"), panel, engine.kernels);
    const after = { groups: "zone", moderator: "x1", effect: { along: [{ spline: "x1", df: 4 }], curve: { column: "x1", points: 5 } }, sensitivity: true, wild: { draws: 199 } };
    const rich = prepareStudy(readStudy(JSON.stringify({ data, base: { ...base, ...after }, tables: [{ id: "t", columns: [{}] }, { id: "j", joint: "all" }] }), "s.json"), panel, engine.kernels);
    expect([...rich.plan.tasks.keys()]).toEqual([...plain.plan.tasks.keys()]);
  });

  it("a benchmark is the estimate without its controls, on the same rows and folds", async () => {
    const { rows } = await resultOf([{ id: "t", columns: [{ sensitivity: { benchmarks: [["x2"]] } }, { controls: ["x1"] }] }]);
    const [long, short] = rows.map((row) => row.estimate);
    const [found] = long?.sensitivity?.benchmarks ?? [];
    expect(found?.controls).toEqual(["x2"]);
    expect(found?.benchmark.change).toBeCloseTo((short?.coef ?? NaN) - (long?.coef ?? NaN), 12);
  });

  it("one group of all rows has the estimate, and two have it as their mean by size in IRM", async () => {
    const { rows } = await resultOf([{ id: "t", columns: [{ constant: false, fixedEffects: ["firm"], score: "partialling-out", groups: "year" }, { model: "irm", treatment: "high", controls: ["x2"], groups: "zone", clip: 0.2 }] }]);
    const irm = rows[1]?.estimate;
    const mean = (irm?.heterogeneity?.groups?.groups ?? []).reduce((sum, { n, effect }) => sum + (n / panel.rows) * (effect?.coef ?? NaN), 0);
    expect(mean).toBeCloseTo(irm?.coef ?? NaN, 12);
    expect(rows[0]?.estimate?.heterogeneity?.groups?.groups).toHaveLength(6);
  });

  it("what cannot be had is a warning of the row, which keeps its estimate", async () => {
    const { rows } = await resultOf([{ id: "t", columns: [{ errors: "hc1", wild: true }, { model: "apo", treatment: "zone", sensitivity: true }, { treatment: ["d", "z"], groups: "zone" }] }]);
    expect(rows.map((row) => row.error)).toEqual([null, null, null]);
    expect(rows[0]?.estimate?.warnings.join(" ")).toContain("needs errors clustered in one way");
    expect(rows[1]?.estimate?.warnings.join(" ")).toContain("not defined for the model apo");
    expect(rows[2]?.estimate?.warnings.join(" ")).toContain("those of one treatment");
  });

  it("few clusters warn, unless t answers them; beside the wild bootstrap, whose p value the stars are not, they say so", async () => {
    const few = { errors: { cluster: ["few"] } };
    const { rows } = await resultOf([{ id: "t", columns: [few, { ...few, distribution: "t" }, { ...few, wild: true }] }]);
    expect(rows.map((row) => row.estimate?.warnings.some((text) => text.startsWith("Only 5 clusters")))).toEqual([true, false, true]);
    expect(rows[0]?.estimate?.warnings.join()).toContain("and `wild: true` for the wild cluster bootstrap");
    expect(rows[2]?.estimate?.warnings.join()).toContain("Go by the p value and the interval of the wild cluster bootstrap below the table");
    expect(rows[2]?.estimate?.ci).toEqual(rows[0]?.estimate?.ci);
    expect(rows[2]?.estimate?.wild).toMatchObject({ clusters: 5, weights: "webb" });
    expect(rows[1]?.estimate?.p).toBeGreaterThan(rows[0]?.estimate?.p ?? NaN);
  });

  it("the estimate without a unit is that of the rows without it, nuisances as they were", async () => {
    const given = { learner: { l: { column: "x1" }, m: { column: "x2" } }, constant: false };
    const { rows } = await resultOf([{ id: "t", columns: [given, { ...given, where: "firm != 3" }] }]);
    const [all, without] = rows.map((row) => row.estimate);
    const own = all?.influence?.most.find(({ unit }) => unit === "3");
    const range = all?.influence?.range ?? [NaN, NaN];
    if (own !== undefined) expect(own.coef).toBeCloseTo(without?.coef ?? NaN, 10);
    expect(without?.coef).toBeGreaterThanOrEqual(range[0] - 1e-12);
    expect(without?.coef).toBeLessThanOrEqual(range[1] + 1e-12);
  });
});

describe("joint tables", () => {
  const columns = [{ label: "plain" }, { label: "squares", degree: 2 }, { controls: ["x1"] }];

  it("judge estimates of several tables, test that they are equal and give differences", async () => {
    const result = await resultOf([{ id: "a", columns }, { id: "b", columns: [{ model: "pliv", instrument: "z" }] }, { id: "j", title: "All", joint: "all", equal: true, differences: [["a.1", "b.1"]], draws: 400 }]);
    const joint = result.joint.get("j");
    if (joint === undefined || "error" in joint) throw new Error("a joint table is expected");
    expect(joint.estimates).toHaveLength(4);
    const [a, b] = [result.rows[0]?.estimate?.coef ?? NaN, result.rows[3]?.estimate?.coef ?? NaN];
    expect(joint.differences[0]?.coef).toBeCloseTo(a - b, 12);
    expect(joint.equal?.restrictions).toBe(3);
    for (const { jointCi, ci } of joint.estimates) expect(jointCi[1] - jointCi[0]).toBeGreaterThan((ci[1] - ci[0]) * 0.98);
    expect(estimatesJson(result)).toContain("\"joint\": {\"j\"");
    expect(printedTables(result).map((table) => table.id)).toEqual(["a", "b", "j"]);
    expect(markdownText(result)).toContain("Difference a.1 - b.1");
  });

  it("of estimates that cannot be joined say why, and the rest is there", async () => {
    const result = await resultOf([{ id: "a", columns: [{}, { errors: { cluster: ["zone"] } }] }, { id: "j", joint: ["a"] }]);
    expect(result.joint.get("j")).toMatchObject({ error: { code: "clusters-differ" } });
    expect(markdownText(result)).toContain("so their correlation is not known");
  });

  it("name what is not there", async () => {
    await expect(resultOf([{ id: "a", columns }, { id: "j", joint: ["c"] }])).rejects.toThrow("there is no table or column `c`");
  });
});

it("tables by group, along a basis and over a grid follow their table", async () => {
  const result = await resultOf([{ id: "t", columns: [{ groups: "zone", effect: { along: [{ natural: "x1", df: 3 }, { product: ["x1", { levels: "zone" }] }], curve: { column: "x1", points: 4, draws: 200 } } }] }]);
  expect(printedTables(result).map((table) => table.id)).toEqual(["t", "t.1-groups", "t.1-effect", "t.1-curve"]);
  expect(result.rows[0]?.estimate?.warnings.join(" ")).toContain("`zone`, which is no control");
});
