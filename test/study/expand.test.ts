import { describe, expect, it } from "vitest";
import { readStudy, type Specification, type Study } from "../../src/index.js";

const BASE = { outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "rf" };
const DATA = { file: "panel.csv", unit: "firm", time: "year" };

function studyOf(base: object, columns: readonly object[] = [{}], data: object = DATA, rest: object = {}): Study {
  return readStudy(JSON.stringify({ data, base: { ...BASE, ...base }, tables: [{ id: "t", columns }], ...rest }), "study.json");
}

/** The first specification of a study with these options in its base. */
function specified(base: object, data: object = DATA): Specification {
  return specificationsOf(studyOf(base, [{}], data))[0] as Specification;
}

function specificationsOf(study: Study): readonly Specification[] {
  return study.tables.flatMap((table) => (table.kind === "estimates" ? table.specifications : []));
}

describe("defaults, resolved together", () => {
  it("fixed effects: effects, iv-type, folds by unit, errors by unit, no constant", () => {
    expect(specified({ fixedEffects: ["firm", "year"] })).toMatchObject({
      model: "plr", encode: "effects", score: "iv-type", constant: false, degree: 1, repetitions: 1, seed: 42, level: 0.95, distribution: "normal", missing: "drop",
      folds: { kind: "random", k: 5, by: ["firm"] },
      errors: { kind: "cluster", cluster: ["firm"] },
      unused: [],
    });
    expect(Object.keys(specified({ fixedEffects: ["firm"] }).nuisances)).toEqual(["l", "m", "g"]);
  });

  it("dummies: partialling-out, folds by row, a constant; errors by unit all the same", () => {
    const dummies = specified({ fixedEffects: ["firm", "year"], encode: "dummies" });
    expect(dummies).toMatchObject({
      encode: "dummies", score: "partialling-out", constant: true,
      folds: { kind: "random", k: 5, by: [], stratify: false }, errors: { kind: "cluster", cluster: ["firm"] },
    });
    expect(Object.keys(dummies.nuisances)).toEqual(["l", "m"]);
  });

  it("within: partialling-out, folds by unit, no constant", () => {
    expect(specified({ fixedEffects: ["firm", "year"], encode: "within" })).toMatchObject({
      score: "partialling-out", constant: false, folds: { by: ["firm"] },
    });
  });

  it("null is a value where it may stand: trees without a greatest depth", () => {
    const depth = (options: object): unknown => (specified({ learner: { gradboost: options } }).nuisances["l"] as unknown as { options: object }).options;
    expect(depth({ maxDepth: null })).toMatchObject({ maxDepth: null });
    expect(depth({})).toMatchObject({ maxDepth: 3 });
  });

  it("a grid of what means something under effects alone is not tried elsewhere", () => {
    const tuned = (grid: object): Specification => specified({ learner: { gradboost: { tune: { grid } } } });
    expect(tuned({ start: ["linear", "none"] })).toMatchObject({ nuisances: { l: { kind: "learner" } }, unused: ["learner.gradboost.tune.grid.start"] });
    expect(tuned({ start: ["linear", "none"], trees: [5, 10] })).toMatchObject({ nuisances: { l: { kind: "tuned", grid: { trees: [5, 10] } } } });
  });

  it("no fixed effects: nothing to encode, partialling-out, folds by row", () => {
    expect(specified({})).toMatchObject({ encode: "none", fixedEffects: [], score: "partialling-out", constant: true, folds: { by: [] } });
  });

  it("no unit: folds by row under effects too, hc1 errors", () => {
    const { folds, errors, unit } = specified({ fixedEffects: ["year"] }, { file: "panel.csv" });
    expect({ folds, errors, unit }).toEqual({ folds: { kind: "random", k: 5, by: [], stratify: false }, errors: { kind: "hc1" }, unit: null });
  });

  it("no learner: a forest, each parameter resolved, the leaf of five rows under effects alone", () => {
    const read = (options: object): Specification => specified({ learner: undefined, ...options });
    expect(read({}).nuisances["l"]).toEqual({
      kind: "learner", name: "rf",
      options: { trees: 100, maxFeatures: "all", minLeaf: 1, minSplit: 2, maxDepth: null, bootstrap: true, maxSamples: null, classify: false },
    });
    expect(read({ fixedEffects: ["firm"] }).nuisances["l"]).toMatchObject({ options: { minLeaf: 5, stages: null } });
    expect(read({ fixedEffects: ["firm"], learner: { rf: { minLeaf: 1 } } }).nuisances["l"]).toMatchObject({ options: { minLeaf: 1 } });
  });
});

describe("what is written wins", () => {
  it("a score of its own, whatever the encoding", () => {
    expect(specified({ fixedEffects: ["firm"], score: "partialling-out" }).score).toBe("partialling-out");
    expect(specified({ score: "iv-type" })).toMatchObject({ score: "iv-type", constant: true });
  });

  it("folds by row, by a column, from a column", () => {
    expect(specified({ fixedEffects: ["firm"], folds: { by: "row", k: 3 } }).folds).toEqual({ kind: "random", k: 3, by: [], stratify: false });
    expect(specified({ folds: { by: "region" } }).folds).toEqual({ kind: "random", k: 5, by: ["region"], stratify: false });
    expect(specified({ folds: { column: "fold" } }).folds).toEqual({ kind: "column", column: "fold" });
  });

  it("errors: a name, or a cluster", () => {
    expect(specified({ errors: "hc3" }).errors).toEqual({ kind: "hc3" });
    expect(specified({ errors: { cluster: ["region"] } }).errors).toEqual({ kind: "cluster", cluster: ["region"], rule: "cgm", correction: true });
  });

  it("a column over its table's base over the study's", () => {
    const study = readStudy(JSON.stringify({
      data: DATA, base: { ...BASE, degree: 2, seed: 1, repetitions: 3 },
      tables: [{ id: "t", base: { seed: 2, repetitions: 4 }, columns: [{}, { repetitions: 5, label: "five" }] }],
    }), "study.json");
    expect(specificationsOf(study).map(({ id, label, degree, seed, repetitions }) => ({ id, label, degree, seed, repetitions }))).toEqual([
      { id: "t.1", label: "(1)", degree: 2, seed: 2, repetitions: 4 },
      { id: "t.2", label: "five", degree: 2, seed: 2, repetitions: 5 },
    ]);
  });

  it("controls and effects once each; `where` in its canonical form", () => {
    const { controls, fixedEffects, where } = specified({ controls: ["x1", "x2", "x1"], fixedEffects: ["firm", "firm"], where: "(year>=2001)and(year<2005)" });
    expect({ controls, fixedEffects, where }).toEqual({ controls: ["x1", "x2"], fixedEffects: ["firm"], where: "year >= 2001 & year < 2005" });
  });
});

describe("learners by role", () => {
  it("g takes l's learner unless it has its own", () => {
    const { nuisances } = specified({ fixedEffects: ["firm"], learner: { l: "ols", m: "rf" } });
    expect(Object.entries(nuisances).map(([role, source]) => [role, source.kind === "learner" ? source.name : ""])).toEqual([["l", "ols"], ["m", "rf"], ["g", "ols"]]);
    expect(specified({ fixedEffects: ["firm"], learner: { l: "ols", m: "rf", g: "rf" } }).nuisances["g"]).toMatchObject({ name: "rf" });
  });

  it("one for all, and another for one role", () => {
    const { nuisances } = specified({ fixedEffects: ["firm"], learner: { rf: { trees: 7 }, m: "ols" } });
    expect(nuisances).toMatchObject({ l: { name: "rf", options: { trees: 7 } }, m: { name: "ols" }, g: { name: "rf", options: { trees: 7 } } });
  });

  it("l and m as columns and no g: partialling-out, also under effects", () => {
    const given = specified({ fixedEffects: ["firm"], learner: { l: { column: "l_hat" }, m: { column: "m_hat" } } });
    expect(given).toMatchObject({ score: "partialling-out", nuisances: { l: { kind: "column", column: "l_hat" }, m: { kind: "column", column: "m_hat" } } });
    const both = specified({ fixedEffects: ["firm"], learner: { l: { column: "l_hat" }, m: { column: "m_hat" }, g: "ols" } });
    expect(both).toMatchObject({ score: "iv-type", nuisances: { g: { name: "ols" } } });
  });
});

describe("options without a meaning are recorded", () => {
  it.each([
    ["constant under effects", { fixedEffects: ["firm"], constant: true }, ["constant"]],
    ["constant under within", { fixedEffects: ["firm"], encode: "within", constant: false }, ["constant"]],
    ["an encoding of nothing", { encode: "dummies" }, ["encode"]],
    ["k beside a fold column", { folds: { column: "fold", k: 3, by: "firm" } }, ["folds.k", "folds.by"]],
    ["stages without effects", { learner: { rf: { stages: 2 } } }, ["learner.rf.stages"]],
    ["a learner for g under partialling-out", { learner: { rf: {}, g: "ols" } }, ["learner.g"]],
    ["none", { fixedEffects: ["firm"], encode: "dummies", constant: false, folds: { k: 3 } }, []],
  ])("%s", (_, base, unused) => {
    expect(specified(base).unused).toEqual(unused);
  });
});

describe("a study", () => {
  it("is plain data in which nothing is left implicit", () => {
    const study = studyOf({}, [{}], { file: "panel.csv" }, { title: "T", labels: { d: "Treatment" } });
    expect(study).toMatchObject({ title: "T", note: "", labels: { d: "Treatment" }, data: { file: "panel.csv", unit: null, time: null } });
    const [specification] = specificationsOf(study);
    expect(Object.isFrozen(specification)).toBe(true);
    expect(JSON.parse(JSON.stringify(specification))).toEqual(specification);
    expect(Object.values(specification ?? {}).every((value) => value !== undefined)).toBe(true);
  });

  it("may describe variables; a table's title is its id unless it has one", () => {
    const study = readStudy("data: { file: a.csv }\ntables:\n  - { id: m, describe: [y, d], stats: [n, p25], where: y>0 }\n", "study.yaml");
    expect(study.tables).toEqual([{ kind: "describe", id: "m", title: "m", note: "", variables: ["y", "d"], stats: ["n", "p25"], where: "y > 0" }]);
  });
});
