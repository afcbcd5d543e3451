import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/json.js";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { hashJson, hashNumbers, streamOf } from "../../src/plan/keys.js";
import type { Plan, PlannedSpecification } from "../../src/plan/plan.js";
import { panelOf } from "../helpers/study.js";

const { kernels } = await createEngine();
const UNITS = 12;
const PERIODS = 4;
const N = UNITS * PERIODS;

const wave = (step: number): number[] => Array.from({ length: N }, (_, i) => ((i * step) % 97) / 97);
const COLUMNS = {
  unit: Array.from({ length: N }, (_, i) => 1 + Math.floor(i / PERIODS)),
  year: Array.from({ length: N }, (_, i) => 2000 + (i % PERIODS)),
  y: wave(31), d: wave(57), x1: wave(13), x2: wave(41), z: wave(71),
  half: Array.from({ length: N }, (_, i) => i % 2),
};
const BASE = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["unit", "year"], learner: { rf: { trees: 2 } }, folds: { k: 3 } };

/** The plan of a study with these columns. */
function planOf(columns: readonly object[], data: Readonly<Record<string, readonly number[]>> = COLUMNS, rest: object = {}): Plan {
  const written = { data: { file: "panel.csv", unit: "unit", time: "year" }, base: BASE, tables: [{ id: "t", columns }], ...rest };
  return prepareStudy(readStudy(JSON.stringify(written), "study.json"), panelOf(data), kernels).plan;
}

/** Keys by role of the nuisances of one specification, first repetition. */
function keysOf(options: object, data: Readonly<Record<string, readonly number[]>> = COLUMNS, rest: object = {}): Readonly<Record<string, string>> {
  const [planned] = planOf([options], data, rest).specifications;
  if (planned === undefined || "refused" in planned) throw new Error("refused");
  return keysIn(planned);
}

function keysIn(planned: PlannedSpecification, repetition = 0): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(planned.repetitions[repetition]?.predictions ?? {}).map(([role, source]) => [role, source.key]));
}

const base = keysOf({});

describe("a key does not change with", () => {
  it.each([
    ["a label", { label: "first" }],
    ["the order of the controls", { controls: ["x2", "x1"] }],
    ["the order of the effects", { fixedEffects: ["year", "unit"] }],
    ["a parameter written at its default", { learner: { rf: { trees: 2, minLeaf: 5 } } }],
    ["standard errors, level and distribution", { errors: "hc1", level: 0.9, distribution: "t" }],
    ["how repetitions are put together", { aggregate: "doubleml" }],
    ["the default folds written out", { folds: { k: 3, by: "unit" } }],
    ["a `where` that chooses all rows", { where: "year > 1990" }],
    ["a score that needs the same nuisance", { score: "partialling-out" }],
    ["squares and products, from which the learner starts in any case", { degree: 2, interactions: true }],
  ])("%s", (_, options) => {
    const keys = keysOf(options);
    expect(keys).toEqual(Object.fromEntries(Object.keys(keys).map((role) => [role, base[role]])));
  });

  it("titles, notes and variable labels", () => {
    expect(keysOf({}, COLUMNS, { title: "T", note: "N", labels: { d: "Dose" } })).toEqual(base);
  });

  it("the names of columns and of the file, the order of columns, and columns that are not used", () => {
    const { x1, ...others } = COLUMNS;
    const written = { data: { file: "other.csv", unit: "unit", time: "year" }, base: { ...BASE, controls: ["renamed", "x2"] }, tables: [{ id: "other", columns: [{}] }] };
    const panel = panelOf({ unused: wave(7), ...others, renamed: x1 }, "other.csv");
    const [planned] = prepareStudy(readStudy(JSON.stringify(written), "s.json"), panel, kernels).plan.specifications;
    expect(keysIn(planned as PlannedSpecification)).toEqual(base);
  });

  it("the numbers that stand for the levels of an effect", () => {
    expect(keysOf({}, { ...COLUMNS, year: COLUMNS.year.map((year) => year - 2000) })).toEqual(base);
  });

  it("the sign of a zero", () => {
    const withZero = { ...COLUMNS, x1: COLUMNS.x1.map((value, i) => (i === 3 ? 0 : value)) };
    expect(keysOf({}, { ...withZero, x1: withZero.x1.map((value, i) => (i === 3 ? -0 : value)) })).toEqual(keysOf({}, withZero));
  });

  it("the outcome, for the treatment's nuisance; the treatment, for the outcome's", () => {
    expect(keysOf({ outcome: "z" })["m"]).toBe(base["m"]);
    expect(keysOf({ treatment: "z" })["l"]).toBe(base["l"]);
  });

  it("the seed, where the learner draws nothing and the folds are given", () => {
    const ols = { learner: "ols", folds: { column: "half" } };
    expect(keysOf({ ...ols, seed: 1 })).toEqual(keysOf({ ...ols, seed: 2 }));
  });
});

describe("a key changes with", () => {
  it.each([
    ["a learner's parameter", { learner: { rf: { trees: 3 } } }],
    ["the learner", { learner: "ols" }],
    ["the controls", { controls: ["x1"] }],
    ["the encoding", { encode: "within", score: "iv-type" }],
    ["dummies", { encode: "dummies", score: "iv-type", folds: { k: 3, by: "unit" } }],
    ["the effects", { fixedEffects: ["unit"] }],
    ["the number of folds", { folds: { k: 4 } }],
    ["what the folds keep together", { folds: { k: 3, by: "row" } }],
    ["the seed", { seed: 1 }],
    ["the rows", { where: "year < 2003" }],
  ])("%s", (_, options) => {
    const keys = keysOf(options);
    for (const role of Object.keys(base)) expect(keys[role], role).not.toBe(base[role]);
  });

  it.each([["squares", { degree: 2 }], ["interactions", { interactions: true }]])("%s, where the learner does not start from them", (_, options) => {
    for (const learner of [{ rf: { trees: 2, start: "none" } }, "lassocv"]) {
      const [having, without] = [keysOf({ learner, ...options }), keysOf({ learner })];
      for (const role of Object.keys(base)) expect(having[role], role).not.toBe(without[role]);
    }
  });

  it("one value of one control", () => {
    const keys = keysOf({}, { ...COLUMNS, x1: COLUMNS.x1.map((value, i) => (i === 5 ? value + 1e-12 : value)) });
    for (const role of Object.keys(base)) expect(keys[role]).not.toBe(base[role]);
  });

  it("the outcome, for l and g; the treatment, for m and g", () => {
    const [other, treated] = [keysOf({ outcome: "z" }), keysOf({ treatment: "z" })];
    expect([other["l"], other["g"], treated["m"], treated["g"]].map((key, i) => key === base[["l", "g", "m", "g"][i] ?? ""])).toEqual([false, false, false, false]);
  });

  it("the seed, where the learner draws, though the folds are given", () => {
    const forest = { folds: { column: "half" } };
    expect(keysOf({ ...forest, seed: 1 })).not.toEqual(keysOf({ ...forest, seed: 2 }));
  });

  it("a control that happens to equal a square: a linear start treats the two differently", () => {
    const data = { ...COLUMNS, square: COLUMNS.x1.map((value) => value * value) };
    expect(keysOf({ controls: ["x1"], degree: 2 }, data)["l"]).not.toBe(keysOf({ controls: ["x1", "square"] }, data)["l"]);
  });

  it("the repetition", () => {
    const [planned] = planOf([{ repetitions: 3 }]).specifications as readonly PlannedSpecification[];
    const all = [0, 1, 2].flatMap((repetition) => Object.values(keysIn(planned as PlannedSpecification, repetition)));
    expect(new Set(all).size).toBe(9);
    expect(keysIn(planned as PlannedSpecification, 0)).toEqual(base);
  });
});

describe("the graph of tasks", () => {
  it("g needs l and m, and stands after them", () => {
    const { tasks } = planOf([{}]);
    const order = [...tasks.keys()];
    const g = tasks.get(base["g"] ?? "");
    expect(g?.needs).toEqual([base["l"], base["m"]]);
    expect(order.indexOf(base["g"] ?? "")).toBe(2);
    expect(tasks.get(base["l"] ?? "")?.needs).toEqual([]);
  });

  it("g needs only what is fitted: not a given column", () => {
    const [planned] = planOf([{ twicing: false, learner: { rf: { trees: 2 }, m: { column: "z" } } }]).specifications as readonly PlannedSpecification[];
    const { tasks } = planOf([{ twicing: false, learner: { rf: { trees: 2 }, m: { column: "z" } } }]);
    const keys = keysIn(planned as PlannedSpecification);
    expect(planned?.repetitions[0]?.predictions["m"]?.kind).toBe("given");
    expect(tasks.size).toBe(2);
    expect(tasks.get(keys["g"] ?? "")?.needs).toEqual([keys["l"]]);
  });

  it("each nuisance once: shared across outcomes, treatments, scores, errors and tables", () => {
    const { tasks, specifications } = planOf([
      {}, { errors: "hc1" }, { score: "partialling-out" }, // 3 tasks: l, m, g
      { outcome: "z" }, // l and g of z
      { treatment: "z" }, // m and g of z
      { label: "again" },
    ].map((one) => ({ ...one, twicing: false })));
    expect(specifications).toHaveLength(6);
    expect(tasks.size).toBe(7);
    for (const [key, task] of tasks) expect(task.key).toBe(key);
  });

  it("twicing: one task more for each nuisance, on what it leaves, shared like all others", () => {
    const { tasks, specifications } = planOf([{}, { errors: "hc1" }, { rounds: "last" }]);
    expect(tasks.size).toBe(6);
    const [planned] = specifications as readonly PlannedSpecification[];
    const { predictions, twicing } = planned!.repetitions[0]!;
    for (const [name, found] of Object.entries(twicing!)) {
      expect(found.kind === "task" && tasks.get(found.key)).toMatchObject({ learner: "histboost", target: { kind: "left", predictions: predictions[name] } });
    }
  });

  it("tasks stand after those they need, in any study", () => {
    const { tasks } = planOf([{ repetitions: 2 }, { outcome: "z" }, { encode: "dummies", score: "iv-type" }]);
    const seen = new Set<string>();
    for (const task of tasks.values()) {
      for (const needed of task.needs) expect(seen.has(needed)).toBe(true);
      seen.add(task.key);
    }
  });

  it("specifications without nuisances to fit have no tasks; refused ones leave none", () => {
    expect(planOf([{ learner: { l: { column: "x1" }, m: { column: "x2" } } }]).tasks.size).toBe(0);
    const { specifications, tasks } = planOf([{ folds: { k: 13 } }]);
    expect(specifications[0]).toMatchObject({ refused: { code: "fewer-units-than-folds" } });
    expect(tasks.size).toBe(0);
  });
});

describe("hashes", () => {
  it("of plain data do not depend on the order of keys, and tell what is different", () => {
    expect(hashJson({ a: 1, b: [2, { c: null }] })).toBe(hashJson({ b: [2, { c: null }], a: 1 }));
    const different = [{ a: 1 }, { a: "1" }, { a: null }, { a: [1] }, { b: 1 }, {}, [], [{ a: 1 }], "a", 1, true];
    expect(new Set(different.map((value) => hashJson(value))).size).toBe(different.length);
    expect(canonicalJson({ b: "ü", a: [true, 0.1] })).toBe('{"a":[true,0.1],"b":"ü"}');
  });

  it("of numbers are of their bits, whatever array holds them", () => {
    const values = Float64Array.of(1, -0, 3.5);
    expect(hashNumbers(values)).toBe(hashNumbers(Float64Array.of(1, 0, 3.5)));
    expect(Object.is(values[1], -0)).toBe(true);
    expect(hashNumbers(new Float64Array([9, 1, 0, 3.5, 9]).subarray(1, 4))).toBe(hashNumbers(values));
    expect(hashNumbers(Int32Array.of(1, 2))).not.toBe(hashNumbers(Int32Array.of(2, 1)));
    // SHA-256 of no bytes, fixed by the standard.
    expect(hashNumbers(new Float64Array(0))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("give streams of two words of 32 bits", () => {
    for (const word of streamOf(42, "l", 3)) expect(word >>> 0).toBe(word);
    expect(streamOf(42, 0)).not.toEqual(streamOf(42, 1));
  });
});
