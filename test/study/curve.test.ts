import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, readStudy, type Study } from "../../src/index.js";
import { chosenBy } from "../../src/study/curve/filter.js";
import { type CurveTable, OTHER } from "../../src/study/curve/table.js";

const BASE = { outcome: "y", treatment: "d", controls: ["x1"], learner: "ols" };

function studyOf(curve: object, rest: object = {}): Study {
  return readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "firm", time: "year" }, base: BASE, tables: [{ id: "c", curve, ...rest }] }, null, 1), "study.json");
}

function curveOf(curve: object): CurveTable {
  return studyOf(curve).tables[0] as CurveTable;
}

/** By specification, its labels. */
function labelsOf(table: CurveTable): readonly string[] {
  return Array.from({ length: table.size }, (_, i) => [...table.choices(i)].map((option, d) => table.dimensions[d]?.options[option] ?? "(other)").join(" "));
}

const TWO = { vary: { learner: { A: "ols", B: "lassocv" }, degree: [1, 2] } };

describe("vary", () => {
  it("is a cross product in the study's order, the last dimension fastest; ids count from 1", () => {
    const table = curveOf(TWO);
    expect(labelsOf(table)).toEqual(["A 1", "A 2", "B 1", "B 2"]);
    expect([0, 3].map((i) => table.specification(i).id)).toEqual(["c.1", "c.4"]);
    expect(table.specification(2)).toMatchObject({ nuisances: { l: { name: "lassocv" } }, degree: 1, outcome: "y", controls: ["x1"] });
    expect(table.preferred).toBeNull();
  });

  it("takes any name for parts of specifications; conditions of several must all hold, and mappings become one", () => {
    const table = curveOf({
      vary: {
        sample: { All: {}, East: { where: "zone == 1" } }, period: { all: {}, late: { where: "year > 5 | year < 1" } },
        outcome: { y: "y", z: "z" }, ofL: { o: { learner: { l: "ols" } }, r: { learner: { l: "rf" } } }, ofM: { o: { learner: { m: "ols" } } },
      },
    });
    expect(table.size).toBe(16);
    expect(table.specification(15)).toMatchObject({ where: "zone == 1 & (year > 5 | year < 1)", outcome: "z", nuisances: { l: { name: "rf" }, m: { name: "ols" } } });
    expect(table.specification(0).where).toBeNull();
  });

  it("controls: named sets with what is always in, or subsets, the smaller first, a labelled group as one", () => {
    const sets = curveOf({ vary: { controls: { always: ["x1"], sets: { none: [], few: ["x2"] } } } });
    expect([0, 1].map((i) => sets.specification(i).controls)).toEqual([["x1"], ["x1", "x2"]]);
    const subsets = curveOf({ vary: { controls: { subsets: ["a", "b", { pair: ["c", "e"] }], upTo: 2 } } });
    expect(labelsOf(subsets)).toEqual(["none", "a", "b", "pair", "a + b", "a + pair", "b + pair"]);
    expect(subsets.specification(5).controls).toEqual(["a", "c", "e"]);
  });

  it("subsets up to a size are as many as there are", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 8 }), (members, upTo) => {
      const table = curveOf({ vary: { controls: { subsets: Array.from({ length: members }, (_, i) => `v${i}`), upTo } } });
      const masks = Array.from({ length: 2 ** members }, (_, mask) => mask.toString(2).replaceAll("0", "").length).filter((size) => size <= upTo);
      expect(table.size).toBe(masks.length);
      expect(new Set(labelsOf(table)).size).toBe(masks.length);
    }), { numRuns: 30 });
  });
});

describe("link, exclude, include, preferred", () => {
  it("linked dimensions move together", () => {
    expect(labelsOf(curveOf({ vary: { outcome: ["y", "z"], degree: [1, 2], controls: { a: ["x1"], b: ["x2"] } }, link: [["outcome", "controls"]] }))).toEqual(["y 1 a", "y 2 a", "z 1 b", "z 2 b"]);
  });

  it("what is excluded leaves no gap in the numbers, and the rest is as it was", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 })), { maxLength: 5 }), (pairs) => {
      const exclude = pairs.map(([seed, k]) => ({ seed, folds: `k${k}` }));
      const options = { seed: [0, 1, 2, 3], folds: { k0: { k: 2 }, k1: { k: 3 }, k2: { k: 4 }, k3: { k: 5 } } };
      const table = curveOf({ vary: options, exclude });
      const left = [0, 1, 2, 3].flatMap((seed) => ["k0", "k1", "k2", "k3"].map((k) => `${seed} ${k}`)).filter((label) => !exclude.some(({ seed, folds }) => label === `${seed} ${folds}`));
      expect(labelsOf(table)).toEqual(left);
      const covered = new Set(table.covering.flatMap((i) => [...table.choices(i)].map((option, d) => `${d}.${option}`)));
      expect(covered.size).toBe(8);
    }), { numRuns: 30 });
  });

  it("several labels at once, numbers as YAML reads them", () => {
    expect(labelsOf(curveOf({ vary: { ...TWO.vary, learner: { A: "ols", B: "lassocv", C: "rf" } }, exclude: [{ learner: ["A", "B"], degree: 2 }, { learner: "C", degree: "1" }] }))).toEqual(["A 1", "B 1", "C 2"]);
  });

  it("what is included comes last, made of the preferred specification; what it changes is none of the options", () => {
    const table = curveOf({ ...TWO, preferred: { learner: "B", degree: 2 }, include: [{ label: "other folds", folds: { k: 3 } }, { degree: 1, from: { learner: "A" } }] });
    expect(table).toMatchObject({ size: 6, preferred: 3 });
    expect(table.specification(4)).toMatchObject({ label: "other folds", degree: 2, folds: { k: 3 }, nuisances: { l: { name: "lassocv" } } });
    expect([...table.choices(4)]).toEqual([1, 1]);
    expect([...table.choices(5)]).toEqual([0, OTHER]);
    expect(table.covering).toEqual([1, 2, 3, 4, 5]);
  });

  it("labels are in no specification but what is included", () => {
    const named = (label: string) => JSON.stringify(curveOf({ vary: { learner: { [label]: "ols", B: "rf" } } }).specification(0));
    expect(named("one name")).toBe(named("another"));
  });
});

it("is lazy: a million specifications in little time and memory", () => {
  const seed = Array.from({ length: 1000 }, (_, i) => i);
  const table = curveOf({ vary: { seed, folds: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, { k: i + 2 }])) } });
  expect(table.size).toBe(1_000_000);
  expect(table.specification(999_999)).toMatchObject({ id: "c.1000000", seed: 999, folds: { k: 1001 } });
});

describe("a part of a curve by its labels", () => {
  const chosen = (condition: string): string => [...chosenBy(condition, curveOf({ ...TWO, include: [{ learner: "rf" }], preferred: { learner: "A", degree: 1 } }))].join("");
  it.each([["learner == A", "11000"], ["learner == 'B' & degree == 2", "00010"], ["learner != A", "00111"], ["degree in [1, 2] & !(learner == B)", "11001"], ["B == learner | degree == 2", "01110"]])("%s", (condition, expected) => {
    expect(chosen(condition)).toBe(expected);
  });
  it.each([["learner == C", /option `C`/], ["lerner == A", /option `lerner`.*Did you mean `learner`/], ["degree + 1 == 2", /compares dimensions with labels/], ["learner ==", /./]])("refuses %s", (condition, message) => {
    expect(() => chosen(condition)).toThrow(InputError);
    expect(() => chosen(condition)).toThrow(message);
  });
});

describe("mistakes are named, with their line", () => {
  it.each<[string, object, RegExp]>([
    ["no dimension", { vary: {} }, /line \d+: `curve\.vary`/],
    ["a dimension without options", { vary: { learner: {} } }, /`curve\.vary\.learner` is empty/],
    ["an unknown learner", { vary: { learner: { A: "olss" } } }, /line \d+: .*`olss`.*Did you mean `ols`/],
    ["an unknown part", { vary: { sample: { East: { were: "zone == 1" } } } }, /`were` is not an option.*`where`/],
    ["a wrong condition", { vary: { sample: { East: { where: "zone ==" } } } }, /line \d+, `where`/],
    ["a list of mappings", { vary: { folds: [{ k: 3 }] } }, /needs a label/],
    ["an option of single rows", { vary: { sensitivity: { yes: true } } }, /sensitivity/],
    ["one label twice", { vary: { seed: [1, 1] } }, /option `1` twice/],
    ["two dimensions of one option", { vary: { degree: [1, 2], also: { a: { degree: 2 } } } }, /`degree` and `also` both set `degree`/],
    ["an unknown dimension in exclude", { ...TWO, exclude: [{ lerner: "A" }] }, /no dimension `lerner`. Did you mean `learner`/],
    ["an unknown label in exclude", { ...TWO, exclude: [{ learner: "C" }] }, /`learner` has no option `C`/],
    ["everything excluded", { ...TWO, exclude: [{ learner: ["A", "B"] }] }, /everything is excluded/],
    ["an option that nothing has", { ...TWO, exclude: [{ learner: "A" }] }, /no specification has `learner: A`/],
    ["links of unequal length", { vary: { degree: [1, 2], seed: [1, 2, 3] }, link: [["degree", "seed"]] }, /2 options and `seed` 3/],
    ["a dimension linked twice", { vary: { degree: [1, 2], seed: [1, 2], outcome: ["y", "z"] }, link: [["degree", "seed"], ["seed", "outcome"]] }, /`seed` is linked twice/],
    ["preferred that is several", { ...TWO, preferred: { learner: "A" } }, /names no option of `degree`/],
    ["preferred that names several", { ...TWO, preferred: { learner: ["A"], degree: 1 } }, /`curve\.preferred\.learner`/],
    ["preferred that is excluded", { ...TWO, exclude: [{ learner: "A", degree: 1 }], preferred: { learner: "A", degree: 1 } }, /no such specification: it is excluded/],
    ["include without what it is made of", { ...TWO, include: [{ folds: { k: 3 } }] }, /Add `preferred`/],
    ["a group of no dimension", { ...TWO, groups: { lerner: "equivalent" } }, /no dimension `lerner`/],
    ["an unknown group", { ...TWO, groups: { learner: "equal" } }, /`equal`.*equivalent/],
    ["too many subsets", { vary: { controls: { subsets: Array.from({ length: 20 }, (_, i) => `v${i}`) } } }, /1048576 subsets.*Lower `upTo`/],
    ["an option that does not go with the others", { vary: { model: ["plr", "pliv"] } }, /pliv needs an `instrument`/],
    ["a control that is the outcome", { vary: { controls: { a: ["x1"], b: ["y"] } } }, /line \d+, `controls`.*is the outcome/],
  ])("%s", (_, curve, message) => {
    expect(() => curveOf(curve)).toThrow(InputError);
    expect(() => curveOf(curve)).toThrow(message);
  });

  it("a curve stands alone in its table", () => {
    expect(() => studyOf(TWO, { columns: [{}] })).toThrow(/`columns` has no meaning in a table with a `curve`/);
  });
});
