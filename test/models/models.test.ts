import { describe, expect, it } from "vitest";
import type { Estimate } from "../../src/inference/estimate.js";
import { panelOf, runOn } from "../helpers/study.js";

const UNITS = 90;
const PERIODS = 5;
const ROWS = UNITS * PERIODS;

/** Numbers between 0 and 1 that look random and are the same everywhere. */
function uniform(seed: number, index: number): number {
  let x = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

const column = (of: (i: number) => number): number[] => Array.from({ length: ROWS }, (_, i) => of(i));
const at = (values: readonly number[], i: number): number => values[i] ?? NaN;
const x1 = column((i) => uniform(1, i));
const x2 = column((i) => uniform(2, i) - 0.5);
const z = column((i) => (uniform(3, i) < 0.3 + 0.4 * at(x1, i) ? 1 : 0));
const binary = column((i) => (uniform(4, i) < 0.2 + 0.3 * at(x1, i) + 0.3 * at(z, i) ? 1 : 0));
const dose = column((i) => (uniform(5, i) < 0.3 ? 0 : uniform(5, i) < 0.6 ? 1 : 2));
const d1 = column((i) => at(x1, i) + uniform(6, i));
const d2 = column((i) => at(x2, i) + 0.5 * at(d1, i) + uniform(7, i));
const y = column((i) => at(x1, i) + 2 * at(binary, i) + 0.5 * at(d1, i) - at(d2, i) + at(dose, i) + uniform(8, i));
const panel = panelOf({
  unit: column((i) => Math.floor(i / PERIODS)), time: column((i) => 2000 + (i % PERIODS)), region: column((i) => Math.floor(i / PERIODS) % 7),
  x1, x2, z, copy: binary, binary, dose, d1, d2, same: d1, y, zeros: column((i) => (i < 400 ? 0 : 1)), rare: column((i) => (i < 3 ? 1 : 0)),
});
const data = { file: "test.csv" };
const paneled = { ...data, unit: "unit", time: "time" };
const base = { outcome: "y", treatment: "binary", controls: ["x1", "x2"], learner: { ols: {}, m: "logit", r: "logit" }, folds: { k: 3 } };
const run = (columns: readonly object[], more: object = {}, ids: object = data): ReturnType<typeof runOn> => runOn(panel, { data: ids, base: { ...base, ...more }, tables: [{ id: "t", columns }] });
const coefs = async (columns: readonly object[], more: object = {}, ids: object = data): Promise<number[]> => (await run(columns, more, ids)).map((row) => row.estimate?.coef ?? NaN);

describe("models that say the same", () => {
  it("IRM's ATE is APO's contrast of 1 and 0", async () => {
    const [irm, apo] = await run([{ model: "irm" }, { model: "apo" }]);
    expect(apo?.estimate?.effects.map(({ name }) => name)).toEqual(["binary: 1 - 0", "E[Y(0)]", "E[Y(1)]"]);
    // Two logits of mirrored targets settle to their own last digits.
    expect(apo?.estimate?.coef).toBeCloseTo(irm?.estimate?.coef ?? NaN, 9);
    expect(apo?.estimate?.se).toBeCloseTo(irm?.estimate?.se ?? NaN, 9);
  });

  it("IIVM with the treatment as its own instrument and perfect takers is IRM", async () => {
    const [iivm, irm] = await run([{ model: "iivm", instrument: "copy", alwaysTakers: false, neverTakers: false }, { model: "irm" }]);
    expect(iivm?.estimate?.coef).toBeCloseTo(irm?.estimate?.coef ?? NaN, 12);
    expect(Object.keys(iivm?.estimate?.nuisances ?? {})).toEqual(["g0", "g1", "m"]);
  });

  it("PLIV with the treatment as its own instrument is PLR", async () => {
    const [pliv, plr] = await coefs([{ model: "pliv", instrument: "copy", treatment: "binary" }, {}], { learner: "ols" });
    expect(pliv).toBeCloseTo(plr ?? NaN, 12);
  });

  it("the mean effect is that of the treated and of the untreated by their shares", async () => {
    const [ate, atte, atu] = await run([{ score: "ATE" }, { score: "ATTE" }, { score: "ATU" }], { model: "irm", clip: 1e-6 });
    const share = binary.reduce((sum, value) => sum + value, 0) / ROWS;
    expect(share * (atte?.estimate?.coef ?? NaN) + (1 - share) * (atu?.estimate?.coef ?? NaN)).toBeCloseTo(ate?.estimate?.coef ?? NaN, 12);
  });

  it("a treatment among the others' controls is a column of its own with the other as a control", async () => {
    const [both, first, second] = await run([
      { treatment: ["d1", "d2"], otherTreatments: "controls" },
      { treatment: "d1", controls: ["x1", "x2", "d2"] },
      { treatment: "d2", controls: ["x1", "x2", "d1"] },
    ], { learner: "ols" });
    expect(both?.estimate?.effects.map(({ coef, se }) => [coef, se])).toEqual([first, second].map((row) => [row?.estimate?.coef, row?.estimate?.se]));
  });

  it("joint effects of two treatments: close to least squares in a linear world, iv-type near partialling-out", async () => {
    const [po, iv] = await run([{ score: "partialling-out" }, { score: "iv-type" }], { treatment: ["d1", "d2"], learner: "ols" });
    const { effects = [], ols = null } = po?.estimate ?? {};
    expect(ols?.effects.map(({ name }) => name)).toEqual(["d1", "d2"]);
    effects.forEach(({ coef, se }, j) => {
      expect(Math.abs(coef - (ols?.effects[j]?.coef ?? NaN))).toBeLessThan(se / 2);
      expect(Math.abs(coef - (iv?.estimate?.effects[j]?.coef ?? NaN))).toBeLessThan(se / 2);
    });
  });
});

describe("the iv-type score of PLIV", () => {
  const m = column((i) => 0.4 + 0.5 * at(x2, i)); // leaves something of x1 in the instrument's residual
  const r = column((i) => 0.2 + 0.7 * at(x1, i));
  const l = column((i) => 1 + at(x1, i));
  const [v, w, u] = [column((i) => at(z, i) - at(m, i)), column((i) => at(d1, i) - at(r, i)), column((i) => at(y, i) - at(l, i))];
  const sum = (of: (i: number) => number): number => column(of).reduce((a, b) => a + b, 0);
  const theta = sum((i) => at(v, i) * at(u, i)) / sum((i) => at(v, i) * at(w, i));
  const given = { l: { column: "l" }, r: { column: "r" }, m: { column: "m" } };
  const base = { outcome: "y", treatment: "d1", instrument: "z", model: "pliv", constant: false, errors: "hc0", controls: [] };
  const estimates = async (g: readonly number[], columns: readonly object[]): Promise<readonly (Estimate | null)[]> => {
    const study = { data, base: { ...base, learner: { ...given, g: { column: "g" } } }, tables: [{ id: "t", columns }] };
    return (await runOn(panelOf({ y, d1, z, l, r, m, g: [...g] }), study)).map((row) => row.estimate);
  };

  it("is sum(V (Y - g)) / sum(V D), its error that of the slope sum(V (D - r)); under DoubleML's convention of sum(V D)", async () => {
    const g = column((i) => at(l, i) - 0.9 * theta * at(r, i));
    const coef = sum((i) => at(v, i) * (at(y, i) - at(g, i))) / sum((i) => at(v, i) * at(d1, i));
    const root = Math.sqrt(sum((i) => (at(v, i) * (at(y, i) - at(g, i) - coef * at(d1, i))) ** 2));
    const [own, doubleml] = await estimates(g, [{ score: "iv-type" }, { score: "iv-type", convention: "doubleml" }]);
    expect(own?.coef).toBeCloseTo(coef, 10);
    expect(doubleml?.coef).toBeCloseTo(coef, 10);
    expect(own?.se).toBeCloseTo(root / Math.abs(sum((i) => at(v, i) * at(w, i))), 10);
    expect(doubleml?.se).toBeCloseTo(root / Math.abs(sum((i) => at(v, i) * at(d1, i))), 10);
  });

  it("is partialling-out, its error, first stage and set too, where g is l - theta_0 r", async () => {
    const g = column((i) => at(l, i) - theta * at(r, i));
    const [iv, po] = await estimates(g, [{ score: "iv-type" }, { score: "partialling-out" }]);
    expect(iv?.coef).toBeCloseTo(po?.coef ?? NaN, 10);
    expect(iv?.se).toBeCloseTo(po?.se ?? NaN, 10);
    expect(iv?.instruments?.firstStages[0]?.robust.f).toBeCloseTo(po?.instruments?.firstStages[0]?.robust.f ?? NaN, 8);
    expect(iv?.instruments?.andersonRubin?.set.flat()).toEqual(po?.instruments?.andersonRubin?.set.flat().map((bound) => expect.closeTo(bound, 8) as number));
  });
});

describe("panel forms", () => {
  const effects = { fixedEffects: ["unit", "time"], treatment: "d1", learner: "ols" };

  it("of PLIV: every encoding has first stage, set and 2SLS beside it", async () => {
    const encodings = ["effects", "within", "cre", "cre-normal", "fd", "dummies"];
    const rows = await run(encodings.map((encode) => ({ encode, model: "pliv", instrument: "d2", folds: { k: 3, by: "unit" } })), effects, paneled);
    for (const row of rows) {
      expect(row.error).toBeNull();
      expect(row.estimate?.ols?.method).toBe("tsls");
      expect(row.estimate?.instruments?.firstStages).toHaveLength(1);
      expect(row.estimate?.instruments?.andersonRubin?.set.length).toBeGreaterThan(0);
    }
  });

  it("first differences use each unit's consecutive periods, wherever they stand in the file", async () => {
    const order = column((i) => i).sort((a, b) => uniform(9, a) - uniform(9, b));
    const names = ["unit", "time", "x1", "x2", "d1", "y"];
    const values = { unit: column((i) => Math.floor(i / PERIODS)), time: column((i) => 2000 + (i % PERIODS)), x1, x2, d1, y };
    const shuffled = panelOf(Object.fromEntries(names.map((name) => [name, order.map((row) => at(values[name as keyof typeof values], row))])));
    const study = { data: paneled, base: { ...base, ...effects, encode: "fd", folds: { column: "unit" } }, tables: [{ id: "t", columns: [{}] }] };
    const [own] = await runOn(panel, study);
    const [other] = await runOn(shuffled, study);
    expect(own?.estimate?.n).toBe(UNITS * (PERIODS - 1));
    expect(own?.dropped).toMatchObject({ noPeriodBefore: UNITS });
    expect(other?.estimate?.coef).toBeCloseTo(own?.estimate?.coef ?? NaN, 10);
  });

  it("cre is the default of IRM with fixed effects; encodings that demean are refused with the reason", async () => {
    const [own, ...others] = await run([{}, { encode: "effects" }, { encode: "within" }, { encode: "fd" }], { model: "irm", fixedEffects: ["unit"] }, paneled);
    expect(own?.specification).toMatchObject({ encode: "cre", folds: { by: ["unit"], stratify: true } });
    expect(own?.error).toBeNull();
    for (const row of others) expect(row.error?.message).toContain("Use `encode: cre` or `dummies`");
  });

  it("lags and leads of a treatment are columns: a lead is a placebo", async () => {
    const [row] = await run([{ treatment: ["d1", "F.d1"], controls: ["x1", "L.x2"] }], { learner: "ols" }, paneled);
    expect(row?.estimate?.n).toBe(UNITS * (PERIODS - 2));
    const placebo = row?.estimate?.effects[1];
    expect(placebo?.name).toBe("F.d1");
    expect(Math.abs(placebo?.t ?? NaN)).toBeLessThan(2.5);
  });
});

describe("folds", () => {
  it("of IRM have their share of each arm, unless told otherwise", async () => {
    const [row, plain] = await run([{ learner: "ols" }, { learner: "ols", folds: { k: 3, stratify: false } }], { model: "irm" });
    expect(row?.specification.folds).toMatchObject({ stratify: true });
    expect(plain?.specification.folds).toMatchObject({ stratify: false });
    expect(row?.estimate?.coef).not.toBe(plain?.estimate?.coef);
  });

  it("in blocks of two columns are k x k, and DoubleML's rule takes them", async () => {
    const blocks = { folds: { k: 3, by: ["unit", "time"] }, errors: { cluster: ["unit", "time"] }, treatment: "d1", learner: "ols" };
    const [plain, doubleml, split] = await run([blocks, { ...blocks, convention: "doubleml", constant: false }, { ...blocks, folds: { k: 3 } }]);
    expect(plain?.estimate?.warnings.join(" ")).not.toContain("split");
    expect(split?.estimate?.warnings.join(" ")).toContain("the folds split these clusters");
    expect(doubleml?.error).toBeNull();
    expect(doubleml?.estimate?.se).not.toBeCloseTo(plain?.estimate?.se ?? NaN, 5);
  });
});

describe("what cannot be estimated is an error of its row, and the others go on", () => {
  const cases: readonly (readonly [string, object, string, string])[] = [
    ["a treatment that is not binary", { model: "irm", treatment: "dose" }, "not-binary", "`dose` has the value"],
    ["an instrument that is not binary", { model: "iivm", instrument: "d1" }, "not-binary", "`d1` has the value"],
    ["an arm that is empty without a fold", { model: "irm", treatment: "rare", folds: { column: "zeros" } }, "empty-arm", "No row with `rare` = 1 is left to fit `g1` on"],
    ["a level that nobody has", { model: "apo", treatment: "dose", levels: [0, 3] }, "no-level", "`dose` has no row with the level 3"],
    ["too many levels", { model: "apo", treatment: "d1" }, "many-levels", "Name those wanted as `levels`"],
    ["one cluster", { errors: { cluster: ["one"] }, learner: "ols" }, "one-cluster", "clustered errors need two at least"],
    ["treatments that determine each other", { treatment: ["d1", "same"], learner: "ols" }, "singular-final-stage", "determine each other"],
    ["an instrument without variation left", { model: "pliv", instrument: "x1", controls: ["x1", "x2"], learner: "ols" }, "", "cannot stand here too"],
    ["first differences without time", { encode: "fd", fixedEffects: ["unit"], learner: "ols" }, "no-unit", "name the unit under `data`"],
    ["DoubleML's rule with a constant", { convention: "doubleml", errors: { cluster: ["region"] }, learner: "ols" }, "not-defined", "set `constant: false`"],
  ];

  it.each(cases)("%s", async (_name, choice, code, words) => {
    const withOne = { ...panel, columns: new Map([...panel.columns, ["one", { kind: "number", name: "one", values: new Float64Array(ROWS) } as const]]) };
    const study = { data, base, tables: [{ id: "t", columns: [choice, { learner: "ols" }] }] };
    if (code === "") {
      await expect(runOn(withOne, study)).rejects.toThrow(words);
      return;
    }
    const [row, other] = await runOn(withOne, study);
    expect(row?.error).toMatchObject({ code });
    expect(row?.error?.message).toContain(words);
    expect(other?.error).toBeNull();
  });

  it("an instrument that does not vary within a unit, beside unit effects", async () => {
    const fixed = { ...panel, columns: new Map([...panel.columns, ["fixed", { kind: "number", name: "fixed", values: Float64Array.from(column((i) => Math.floor(i / PERIODS) % 4)) } as const]]) };
    const choice = { model: "pliv", instrument: "fixed", treatment: "d1", learner: "ols", fixedEffects: ["unit"] };
    const [absorbed, dummies] = await runOn(fixed, { data: paneled, base: { ...base, ...choice }, tables: [{ id: "t", columns: [{}, { encode: "dummies" }] }] });
    expect(absorbed?.error?.message).toContain("The instrument `fixed` does not vary within `unit`");
    expect(dummies?.error?.message ?? dummies?.estimate?.warnings.join(" ")).toContain("instrument `fixed`");
  });
});

it("propensities are predicted as such wherever the learner can", async () => {
  const [row] = await run([{ model: "irm", learner: { rf: { trees: 5 } } }]);
  expect(row?.specification.nuisances["m"]).toMatchObject({ options: { classify: true } });
  expect(row?.specification.nuisances["g0"]).toMatchObject({ options: { classify: false } });
});

it("what means nothing to a model is recorded as unused", async () => {
  const [row] = await run([{ instrument: "z", clip: 0.1, levels: [0], alwaysTakers: false, learner: "ols", folds: { k: 3, stratify: true } }]);
  expect(row?.specification.unused).toEqual(expect.arrayContaining(["instrument", "clip", "levels", "alwaysTakers", "folds.stratify"]));
});
