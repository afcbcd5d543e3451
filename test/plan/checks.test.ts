import { describe, expect, it } from "vitest";
import { panelOf, runOn } from "../helpers/study.js";
import type { PlannedSpecification, RefusedSpecification } from "../../src/plan/plan.js";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";

const { kernels } = await createEngine();
const [UNITS, PERIODS] = [30, 6];
const N = UNITS * PERIODS;
const unitOf = (i: number): number => Math.floor(i / PERIODS);
const column = (value: (i: number) => number): number[] => Array.from({ length: N }, (_, i) => value(i));
let state = 5;
const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;

const PANEL = panelOf({
  unit: column(unitOf), year: column((i) => 2000 + (i % PERIODS)), region: column((i) => unitOf(i) % 10), half: column((i) => i % 2),
  y: column(random), d: column(random), x: column(random), one: column(() => 1), size: column((i) => unitOf(i) % 4), pace: column(random),
  rare: column((i) => (i < 3 ? 1 : 0)), pilot: column((i) => (unitOf(i) < 4 ? 1 : 0)), dose: column((i) => (i < 5 ? 2 : i % 2)),
  // As age: each unit's first value, and one more each year.
  age: column((i) => 20 + ((unitOf(i) * 7) % 30) + (i % PERIODS) * 1.1),
});

const BASE = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "year"], learner: "ols", folds: { k: 3 } };

function planOf(options: object): PlannedSpecification | RefusedSpecification {
  const written = { data: { file: "panel.csv", unit: "unit", time: "year" }, base: BASE, tables: [{ id: "t", columns: [options] }] };
  const [planned] = prepareStudy(readStudy(JSON.stringify(written), "study.json"), PANEL, kernels).plan.specifications;
  if (planned === undefined) throw new Error("One specification gives one plan.");
  return planned;
}

/** What the plan says of one specification: its warnings, or the code and text with which it is refused. */
function said(options: object): readonly string[] {
  const planned = planOf(options);
  return "refused" in planned ? [`${planned.refused.code}: ${planned.refused.message}`] : planned.warnings;
}

function noted(options: object): readonly string[] {
  const planned = planOf(options);
  return "refused" in planned ? [] : planned.notes;
}

describe("a specification is refused before any fit where", () => {
  it.each([
    ["the treatment is constant", { treatment: "one" }, "constant-variable: `one` has the same value in all rows of this sample"],
    ["the outcome is constant", { outcome: "one" }, "constant-variable: `one` has the same value"],
    ["the treatment is constant in the chosen rows", { treatment: "size", where: "unit < 1 | unit == 4", fixedEffects: [], folds: { k: 2 } }, "constant-variable: `size`"],
    ["the treatment does not vary within an effect", { treatment: "size" }, "no-within-variation: The treatment `size` does not vary within `unit`: nothing of it is left"],
    ["likewise with demeaned data", { treatment: "size", encode: "within" }, "no-within-variation: The treatment `size` does not vary within `unit`"],
    ["two effects together determine the treatment", { treatment: "age" }, "no-within-variation: The treatment `age` is determined by `unit`, `year` together: nothing of it is left"],
    ["two effects together determine the outcome", { outcome: "age", encode: "within" }, "no-within-variation: The outcome `age` is determined by `unit`, `year` together"],
    ["errors have no definition", { errors: "hc3" }, "not-defined: hc3 errors have no agreed leverage with absorbed effects. Use hc1, or cluster."],
    ["nor with the score", { errors: "hc2", fixedEffects: [], score: "iv-type" }, "not-defined: hc2 errors have no agreed leverage with the iv-type score."],
    ["a model of the treatment's own values is given its unit mean", { model: "irm", treatment: "half", encode: "cre-normal" }, "not-defined: `encode: cre-normal` is for plr and pliv: it puts the treatment's unit mean among the controls"],
    ["or has it demeaned", { model: "irm", treatment: "half", encode: "within" }, "not-defined: irm needs the treatment's own values, and under `encode: within` it is demeaned. Use `encode: cre` or `dummies`."],
    ["its default is about units and there is none among the effects", { model: "irm", treatment: "half", fixedEffects: ["region", "year"] }, "no-unit: `encode: cre`, the default of irm with fixed effects, is about units, and `unit` is not among the fixed effects `region`, `year`: add `unit` to `fixedEffects`, or write `encode: dummies`."],
    ["likewise differences", { encode: "fd", fixedEffects: ["region"] }, "no-unit: `encode: fd` is about units, and `unit` is not among the fixed effects `region`: add `unit` to `fixedEffects`, or write `encode: effects`."],
    ["a fold column has one value", { folds: { column: "one" } }, "one-fold: The fold column `one` has one value"],
  ])("%s", (_, options, start) => {
    const [first, ...others] = said(options);
    expect(first).toContain(start);
    expect(others).toEqual([]);
  });
});

describe("a specification has a note, and no warning, where", () => {
  it.each([
    ["effects determine a control", { controls: ["x", "age"] }, "The effects determine `age`: it adds nothing."],
    ["effects determine a control that a tree may cross with others", { controls: ["x", "age", "size"], learner: "rf" }, "The effects determine `age`, `size`: they add nothing alone, only where"],
    ["options say nothing to demeaned data", { encode: "within", rounds: "stable", learner: { rf: { trees: 5, stages: 3 } } }, "Without effect in this column (encode: within): `learner.rf.stages`, `rounds`."],
    ["an encoding has nothing to remove", { encode: "effects", fixedEffects: [], errors: "hc1" }, "`encode` says how `fixedEffects` are removed, and there are none: nothing is removed."],
    ["units lie within the groups whose periods are effects: one piece a group is what was asked for", { fixedEffects: ["unit", "region*year"] }, "`region*year` and `unit` fall into 10 pieces that share no level, one for each `region`: rows are compared within a piece only."],
    ["demeaning leaves nothing of a control", { controls: ["x", "age"], encode: "within", learner: "rf" }, "The effects determine `age`: it adds nothing."],
  ])("%s", (_, options, text) => {
    expect(noted(options).join("\n")).toContain(text);
    expect(said(options).filter((warning) => !warning.startsWith("Partialling-out"))).toEqual([]);
  });
});

describe("a specification is warned of where", () => {
  it.each([
    ["an arm has few rows", { model: "irm", treatment: "rare", fixedEffects: [] }, "Only 3 rows have `rare` = 1: the estimate and its standard error rest on so few"],
    ["an arm has few clusters", { model: "irm", treatment: "pilot", fixedEffects: [] }, "The 24 rows with `pilot` = 1 are of 4 clusters of `unit`: with so few in one arm standard errors are too small"],
    ["a level has few rows", { model: "apo", treatment: "dose", fixedEffects: [] }, "Only 5 rows have `dose` = 2"],
    ["an instrument has few rows at one value", { model: "iivm", treatment: "half", instrument: "rare", fixedEffects: [] }, "Only 3 rows have `rare` = 1"],
    ["dummies fix the treatment", { treatment: "size", encode: "dummies", folds: { by: "unit" } }, "The treatment `size` does not vary within `unit`: beside these effects its own cannot be told apart."],
    ["dummies together fix the treatment", { treatment: "age", encode: "dummies" }, "The treatment `age` is determined by `unit`, `year` together"],
    ["a control is constant", { controls: ["x", "one"] }, "Constant in this sample, so without use: `one`."],
    ["folds by unit leave unit dummies without use", { encode: "dummies", folds: { by: "unit" } }, "The folds keep each unit together, so its dummies are unknown in every held-out row and do nothing."],
    ["folds split units under effects", { folds: { column: "half" } }, "The folds split units (unit)"],
    ["partialling-out is left what a forest smooths away", { score: "partialling-out", learner: "rf" }, "Partialling-out is biased by what `rf` smooths away, and checks rarely see it"],
    ["likewise with demeaned data", { encode: "within", learner: { l: { stack: { learners: ["ols", "rf"] } }, m: "svm" } }, "what `stack`, `svm` smooth away, and checks rarely see it: in simulated panels its intervals hold the truth in a quarter to seven tenths of the draws. Put `encode: effects` beside it."],
    ["slopes stand without the levels of their units", { fixedEffects: ["unit#pace", "year"] }, "`unit#pace` is slopes alone: name `unit` beside it for levels, too."],
    ["or of their products", { fixedEffects: ["unit", "half*region#pace"] }, "`half*region#pace` is slopes alone: name `half*region` beside it for levels, too."],
    ["likewise in mediation, whose total is plr's", { model: "mediation", mediator: "pace", score: "partialling-out", learner: "rf" }, "Partialling-out is biased by what `rf` smooths away"],
    ["folds split the clusters", { errors: { cluster: ["region"] } }, "Errors are clustered by region, but the folds split these clusters"],
  ])("%s", (_, options, text) => {
    expect(said(options).join("\n")).toContain(text);
  });

  it("folds by row split the units that errors are clustered by: the mend is theirs, but not beside dummies of units", () => {
    const text = "Errors are clustered by unit, but the folds split these clusters: the fits are not independent of the rows they predict.";
    expect(said({ encode: "effects", fixedEffects: [] })).toEqual([`${text} Set \`folds: { by: unit }\`.`]);
    expect(said({ fixedEffects: [], folds: { by: "unit" } })).toEqual([]);
    expect(said({ encode: "dummies", errors: { cluster: ["unit"] } })).toEqual([text]);
  });

  it("not where all is well", () => {
    expect(said({})).toEqual([]);
    expect(said({ encode: "dummies", errors: "hc1" })).toEqual([]);
    expect(said({ fixedEffects: ["unit", "unit#pace", "year"] })).toEqual([]);
    expect(said({ fixedEffects: ["unit", "region#pace", "year"] })).toEqual([]); // the units fix their regions' levels
    expect(said({ fixedEffects: ["half*region", "region*half#pace"] })).toEqual([]);
    expect(said({ factors: 1 })).toEqual([]);
    expect(said({ fixedEffects: [], treatment: "size", errors: "hc3" })).toEqual([]);
  });
});

it("a treatment that its controls determine is an error of the row, not a number of any size", async () => {
  const twice = panelOf({ ...Object.fromEntries([...PANEL.columns].map(([name, one]) => [name, one.kind === "number" ? one.values : []])), twice: column((i) => 2 * ((PANEL.columns.get("x") as { values: Float64Array }).values[i] ?? 0) + 1) });
  const rows = await runOn(twice, {
    data: { file: "test.csv", unit: "unit", time: "year" },
    base: { ...BASE, treatment: "twice" },
    tables: [{ id: "t", columns: [{}, { score: "partialling-out" }, { encode: "dummies" }, { encode: "within" }, { fixedEffects: [] }] }],
  });
  expect(rows.map((row) => row.error?.code)).toEqual(Array(5).fill("no-variation"));
});
