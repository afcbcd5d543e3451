import { describe, expect, it } from "vitest";
import { createEngine, createMemoryStore, deriveStudy, type NumberColumn, prepareStudy, readPanel, readStudy, runStudy, terminalText } from "../../src/index.js";
import { deriveSteps } from "../../src/derive/registry.js";

const engine = await createEngine();
const CSV = `city,year,x,y,b,z,lon,lat,name
a,1,1,2,1,0,0,0,p
a,2,2,3,2,1,0,0,q
a,3,4,9,2,2,0,0,r
b,1,3,4,3,5,10,0,s
b,3,5,8,1,-1,10,0,t
c,1,2,2,4,NA,0,90,u
`;
const panelOf = (csv = CSV) => readPanel(new TextEncoder().encode(csv), "panel.csv", {});
const studyOf = (...steps: readonly object[]) => readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "city", time: "year" }, derive: steps, tables: [{ id: "t", describe: ["x"] }] }, null, 1), "study.json");

async function derived(...steps: readonly object[]) {
  const study = studyOf(...steps);
  const { panel, derived: made } = await deriveStudy(study, await panelOf(), engine);
  return { made, column: (name: string): number[] => [...(panel.columns.get(name) as NumberColumn).values] };
}

describe("steps", () => {
  it.each([
    ["log", { column: "x" }, [1, 2, 4, 3, 5, 2].map(Math.log)],
    ["log", { column: "z", plus: 2 }, [2, 3, 4, 7, 1, NaN].map(Math.log)],
    ["exp", { column: "z" }, [0, 1, 2, 5, -1, NaN].map(Math.exp)],
    ["ratio", { of: "x", to: "z" }, [NaN, 2, 2, 0.6, -5, NaN]],
    ["interaction", { columns: ["x", "y"] }, [2, 6, 36, 12, 40, 4]],
    ["lag", { column: "x" }, [NaN, 1, 2, NaN, NaN, NaN]],
    ["lag", { column: "x", periods: 2 }, [NaN, NaN, 1, NaN, 3, NaN]],
    ["lead", { column: "x" }, [2, 4, NaN, NaN, NaN, NaN]],
    ["difference", { column: "y" }, [NaN, 1, 6, NaN, NaN, NaN]],
    ["expression", { formula: "x * (year >= 2)" }, [0, 2, 4, 0, 5, 0]],
    ["winsorize", { column: "x", lower: 20, upper: 80 }, [2, 2, 4, 3, 4, 2]],
    ["distance", { longitude: "lon", latitude: "lat", to: [[0, 0], [10, 0]] }, [0, 0, 0, 0, 0, Math.PI / 2 * 6371.0088]],
  ] as const)("%s %j", async (step, options, expected) => {
    const { column } = await derived({ name: "new", [step]: options });
    expect(column("new")).toEqual(expected.map((value) => (Number.isNaN(value) ? NaN : (expect.closeTo(value, 9) as number))));
  });

  it("standardize: mean 0, standard deviation 1; centred interactions have no means in them", async () => {
    const { column } = await derived({ name: "s", standardize: { column: "x" } }, { name: "i", interaction: { columns: ["x", "y"], centre: true } });
    const values = column("s");
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(5, 12);
    expect(column("i")[0]).toBeCloseTo((1 - 17 / 6) * (2 - 28 / 6), 12);
  });

  it("a step uses what earlier ones made, and lags of it may be named", async () => {
    const { column, made } = await derived({ name: "double", expression: { formula: "2 * x" } }, { name: "half", expression: { formula: "double / 4" } }, { name: "four", ratio: { of: "double", to: "half" } });
    expect(column("four")).toEqual(Array(6).fill(4));
    expect(made.map(({ name, step }) => [name, step])).toEqual([["double", "expression"], ["half", "expression"], ["four", "ratio"]]);
  });

  it("an index within an index: the weights of both are told", async () => {
    const { made, column } = await derived({ name: "all", index: { method: "equal", columns: ["x", { name: "air", columns: ["y", "b"], method: "entropy", negative: ["b"] }], offset: 0 } }, { name: "air", index: { columns: ["y", "b"], negative: ["b"], offset: 0 } });
    const [x, air] = [column("x"), column("air")];
    const scaled = (values: readonly number[], row: number): number => (values[row]! - Math.min(...values)) / (Math.max(...values) - Math.min(...values));
    column("all").forEach((value, row) => expect(value).toBeCloseTo((scaled(x, row) + scaled(air, row)) / 2, 12));
    expect(made[0]!.report!.rows.map(([index, indicator]) => [index, indicator])).toEqual([["", "x"], ["", "air"], ["air", "y"], ["air", "b"]]);
  });

  it("dea: y / x over its best is the radial measure; zeros are no obstacle; additive and directional are 0 at the frontier", async () => {
    const production = { inputs: ["x"], outputs: ["y"], rts: "crs" };
    const { column } = await derived(
      { name: "r", dea: { ...production, model: "radial" } }, { name: "o", dea: { ...production, model: "radial", orientation: "output" } }, { name: "s", dea: { ...production, model: "radial", super: true } },
      { name: "a", dea: { ...production, rts: "vrs", model: "additive" } }, { name: "d", dea: { ...production, undesirable: ["b"], model: "directional" } }, { name: "n", dea: { ...production, undesirable: ["b"], model: "nonradial" } },
      { name: "p", dea: { ...production, model: "radial", frontier: "period" } },
    );
    const ratio = [2, 1.5, 2.25, 4 / 3, 1.6, 1];
    column("r").forEach((value, row) => expect(value).toBeCloseTo(ratio[row]! / 2.25, 9));
    column("o").forEach((value, row) => expect(value).toBeCloseTo(2.25 / ratio[row]!, 9));
    expect(column("s")[2]).toBeCloseTo(2.25 / 2, 9);
    expect(column("p")[0]).toBeCloseTo(1, 9);
    for (const name of ["a", "d", "n"]) expect([column(name)[2], column(name).every((value) => value > -1e-9)]).toEqual([expect.closeTo(0, 9), true]);
  });

  it("malmquist: changes and parts; products of the global index are its ratio to the first year", async () => {
    const { column } = await derived({ name: "m", malmquist: { inputs: ["x"], outputs: ["y"], undesirable: ["b"], rts: "crs", reference: "global" } }, { name: "c", malmquist: { inputs: ["x"], outputs: ["y"], undesirable: ["b"], rts: "crs", reference: "global", cumulative: true } });
    const [change, catchUp, shift] = ["m", "m.catchUp", "m.shift"].map(column);
    expect([0, 3, 5].map((row) => change![row])).toEqual([NaN, NaN, NaN]);
    change!.forEach((value, row) => value > 0 && expect(catchUp![row]! * shift![row]!).toBeCloseTo(value, 12));
    expect(column("c").slice(0, 3)).toEqual([1, change![1]!, change![1]! * change![2]!].map((value) => expect.closeTo(value, 12) as number));
  });

  it("sbm: what it made is kept in the store: the same columns and tables without another measure, until data or options change", async () => {
    let measured = 0;
    const pool = { ...engine.pool, measure: ((piece, signal) => (measured++, engine.pool.measure(piece, signal))) as typeof engine.pool.measure };
    const own = { ...engine, pool, store: createMemoryStore() };
    const step = { inputs: ["x"], outputs: ["y"], undesirable: ["b"], rts: "vrs", super: true, sensitivity: true };
    const made = async (options: object, csv = CSV) => deriveStudy(studyOf({ name: "e", sbm: options }), await panelOf(csv), own);
    const first = await made(step);
    const pieces = measured;
    expect(pieces).toBeGreaterThan(0);
    expect(await made(step)).toEqual(first);
    expect(measured).toBe(pieces);
    await made({ ...step, rts: "crs" });
    await made(step, CSV.replace("b,3,5,8", "b,3,5,7"));
    expect(measured).toBe(3 * pieces);
  });

  it("sbm: the score, intervals and the gap beside it; its tables are printed", async () => {
    const study = studyOf({ name: "e", sbm: { inputs: ["x"], outputs: ["y"], undesirable: ["b"], rts: "vrs", super: true, bootstrap: 20, sensitivity: true, frontier: "meta", group: "city" } });
    const made = await deriveStudy(study, await panelOf(), engine);
    expect([...made.panel.columns.keys()].slice(-4)).toEqual(["e", "e.low", "e.high", "e.gap"]);
    const { result } = await runStudy(prepareStudy(study, made, engine.kernels), engine);
    expect(terminalText(result)).toContain("group, vrs, B");
  });

  it("each has a sentence, and a description or a plain name for each option", () => {
    for (const { about, options, required } of Object.values(deriveSteps)) {
      expect(about).toMatch(/\.$/);
      expect(required.every((option) => Object.hasOwn(options, option))).toBe(true);
    }
  });
});

describe("mistakes name the line", () => {
  it.each([
    [{ name: "n", log: { column: "xx" } }, "study.json, line 11 (`n`, log): panel.csv has no column `xx`. Did you mean `x`?"],
    [{ name: "n", log: { column: "name" } }, "(`n`, log): the column `name` must hold numbers, but panel.csv, line 2 has \"p\"."],
    [{ name: "n", log: { column: "z" } }, "(`n`, log): panel.csv, line 2 has 0 in `z`, which has no logarithm."],
    [{ name: "x", log: { column: "y" } }, "study.json, line 9 (`x`, log): panel.csv has a column `x` already"],
    [{ name: "n", expression: { formula: "x +" } }, "line 11 (`n`, expression): "],
    [{ name: "n", expression: { formula: "x + q" } }, "(`n`, expression): "],
    [{ name: "n", index: { columns: ["x", "x"] } }, "(`n`, index): `x` is an indicator twice"],
    [{ name: "n", index: { columns: ["x", "y"], negative: ["q"] } }, "(`n`, index): `q` is not among the columns of the index: `x`, `y`."],
    [{ name: "n", sbm: { inputs: ["x"], outputs: ["z"], rts: "crs", negatives: "drop" } }, "(`n`, sbm): panel.csv, line 2 has 0 in `z`"],
    [{ name: "n", sbm: { inputs: ["x"], outputs: ["y"], rts: "crs", frontier: "group" } }, "`frontier: group` needs `group`"],
    [{ name: "n", dea: { inputs: ["x"], outputs: ["y"], rts: "crs", model: "additive", super: true } }, "(`n`, dea): `super` is an option of `model: radial` and `model: directional`, and the model is additive."],
    [{ name: "n", winsorize: { column: "x", lower: 60, upper: 40 } }, "the lower percentile, 60, must be below the upper one, 40."],
    [{ name: "n", standardize: { column: "one" } }, "panel.csv has no column `one`"],
  ])("%j", async (step, message) => {
    await expect(derived(step)).rejects.toThrow(message);
  });

  it("a row without a period is on no period's frontier", async () => {
    const step = { name: "n", dea: { inputs: ["x"], outputs: ["y"], rts: "crs", model: "radial", frontier: "period" } };
    await expect(deriveStudy(studyOf(step), await panelOf(CSV.replace("b,3,", "b,,")), engine)).rejects.toThrow("panel.csv, line 6 has no `year`, so it belongs to no frontier.");
  });

  it.each([
    [{ name: "n" }, "line 8: `n` says nothing of how it is made: add one of `index`, `sbm`, `dea`, `malmquist`"],
    [{ name: "n", log: { column: "x" }, exp: { column: "x" } }, "`n` is made in 2 ways: make a step of each of `log`, `exp`."],
    [{ name: "n", sbm: { inputs: ["x"], outputs: ["y"] } }, "lacks `rts`"],
    [{ name: "n", sbm: { inputs: ["x"], outputs: ["y"], rts: "vrrs" } }, "cannot be `vrrs`. Did you mean `vrs`?"],
    [{ name: "n", lgo: { column: "x" } }, "`lgo` is not an option of `derive`. Did you mean `log`?"],
    [{ log: { column: "x" } }, "lacks `name`"],
    [{ name: "n", index: { columns: ["x", { columns: ["y"] }] } }, "a composite within an index lacks `name`"],
  ])("%j is refused when the study is read", (step, message) => expect(() => studyOf(step)).toThrow(message));

  it("columns that are not derived yet are told from a study's mistake", async () => {
    const panel = await panelOf();
    expect(() => prepareStudy(studyOf({ name: "n", log: { column: "x" } }), panel, engine.kernels)).toThrow(/deriveStudy/);
  });
});
