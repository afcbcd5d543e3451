import fc from "fast-check";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy, type ResultRow, type StudyResult } from "../../../src/index.js";
import { fitPlan } from "../../../src/fit/run.js";
import { createMemoryStore } from "../../../src/fit/store.js";
import { rowNotes } from "../../../src/report/notes.js";
import { verdictOf } from "../../../src/inference/diagnostics/comparison.js";
import { extrapolate } from "../../../src/fit/extrapolate.js";
import { roundsRules } from "../../../src/inference/diagnostics/rounds.js";
import type { EffectPath, PathPoint } from "../../../src/inference/diagnostics/stability.js";
import { estimatesArrow } from "../../../src/report/arrow.js";
import { pathFigure } from "../../../src/report/figures/bands.js";
import { LIGHT } from "../../../src/report/figures/palette.js";
import { svgText } from "../../../src/report/figures/svg.js";
import { printedTables } from "../../../src/report/table.js";
import { readCsv } from "../../../src/panel/csv.js";
import { panelCsv } from "../../helpers/panelCsv.js";

const engine = await createEngine();
const panel = readCsv(panelCsv(24, 5), "panel.csv", {});
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["firm", "year"], folds: { k: 2 } };
const forest = { rf: { trees: 10, stages: 4 } };

function prepared(columns: readonly object[]): ReturnType<typeof prepareStudy> {
  const study = readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "firm", time: "year" }, base, tables: [{ id: "t", columns }] }), "s.json");
  return prepareStudy(study, panel, engine.kernels);
}

async function resultOf(...columns: readonly object[]): Promise<StudyResult> {
  return (await runStudy(prepared(columns), engine)).result;
}

const pathOf = (row: ResultRow | undefined): readonly PathPoint[] => row!.estimate!.path![0]!.points;

describe("rounds: stable", () => {
  const { stable, last, extrapolated } = roundsRules;

  it("is the first checkpoint from which no later one is far", () => {
    const se = 0.1;
    const paths = (all: readonly (readonly number[])[], apart: readonly number[]) => ({
      places: all[0]!.length + 1, effects: (place: number) => all.map((coefs) => ({ coef: coefs[place] ?? 9, se })), apart: (_: number, __: number, effect: number) => apart[effect]!,
    });
    const path = (coefs: readonly number[], apart: number) => paths([coefs], [apart]);
    expect(stable(path([1, 0.6, 0.52, 0.5], 0.01))).toBe(2); // .02 is two s.e. of the difference, .12 is more than a quarter of .1
    expect(stable(path([1, 0.6, 0.52, 0.5], 0.06))).toBe(1);
    expect(stable(path([1, 0.6, 0.52, 0.5], 0))).toBe(2); // a quarter of the s.e. is .025
    expect(stable(path([0.5, 0.51, 0.9], 0.001))).toBe(2); // what settles early and moves late has not settled
    expect(stable(path([0.5], 0))).toBe(0);
    expect(stable(paths([[0.5, 0.5, 0.5], [0.5, 0.9, 0.9]], [0, 0.01]))).toBe(1); // one checkpoint for all effects
    expect(last(path([1, 2, 3], 0))).toBe(2);
    expect(extrapolated(path([1, 2, 3], 0))).toBe(3);
  });

  it("always is a checkpoint, and everything behind it is near it", () => {
    const paths = fc.array(fc.record({ coef: fc.double({ min: -1, max: 1, noNaN: true }), se: fc.double({ min: 0.01, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(paths, fc.double({ min: 0, max: 0.5, noNaN: true }), (points, apart) => {
      const place = stable({ places: points.length + 1, effects: (at) => [points[at] ?? { coef: 0, se: 1 }], apart: () => apart });
      expect(place).toBeGreaterThanOrEqual(0);
      const { coef, se } = points[place]!;
      for (const later of points.slice(place + 1)) expect(Math.abs(later.coef - coef)).toBeLessThanOrEqual(Math.max(2 * apart, se / 4));
    }));
  });

  it.each([["rf", forest, [1, 2, 3, 4]], ["gradboost", { gradboost: { trees: 40 } }, [10, 20, 40]]])("%s: reports a checkpoint of the path of the default's fits", async (_, learner, checkpoints) => {
    const { rows: [all, chosen] } = await resultOf({ learner, rounds: "last" }, { learner, rounds: "stable" });
    const [path, same] = [pathOf(all), pathOf(chosen)];
    expect(path.map((point) => point.checkpoint)).toEqual([...checkpoints, null]);
    expect(path.map((point) => ({ ...point, reported: false }))).toEqual(same.map((point) => ({ ...point, reported: false })));
    for (const row of [all, chosen]) {
      const reported = pathOf(row).filter((point) => point.reported);
      expect(reported).toHaveLength(1);
      expect(row!.estimate).toMatchObject({ coef: reported[0]!.coef, se: reported[0]!.se, ci: reported[0]!.ci });
    }
    expect(path.at(-2)!.reported).toBe(true);
  });

  it("is the result of a run with so many stages, but for theta_0, which is of the last", async () => {
    // Partialling-out has no theta_0: what is reported after two of four stages is what two stages give.
    const { rows: [four, two] } = await resultOf({ learner: forest, score: "partialling-out" }, { learner: { rf: { trees: 10, stages: 2 } }, score: "partialling-out", rounds: "last" });
    const after = pathOf(four)[1]!;
    expect([after.coef, after.se, after.ci]).toEqual([two!.estimate!.coef, two!.estimate!.se, two!.estimate!.ci]);
  });

  it("extrapolated is the estimate from nuisances one more last step on", async () => {
    const { rows: [row] } = await resultOf({ learner: forest, score: "partialling-out" });
    const reported = pathOf(row).at(-1)!;
    expect(row!.estimate).toMatchObject({ coef: reported.coef, se: reported.se });
    expect(extrapolate({ checkpoints: [1, 2], predictions: [Float64Array.of(1, 5), Float64Array.of(2, 3)], notes: {} })).toEqual(Float64Array.of(3, 1));
    expect(extrapolate({ checkpoints: [0], predictions: [Float64Array.of(1, 5)], notes: {} })).toEqual(Float64Array.of(1, 5));
    const { plan } = prepared([{ learner: forest, score: "partialling-out" }]);
    const { lookup } = await fitPlan(plan, { ...engine, store: createMemoryStore() });
    const [planned] = plan.specifications;
    if (planned === undefined || "refused" in planned) throw new Error("refused");
    const { predictions } = planned.repetitions[0]!;
    const columns = Object.fromEntries(["l", "m"].map((name) => [`${name}0`, { kind: "number", name: `${name}0`, values: extrapolate(lookup(predictions[name]!)) } as const]));
    const given = { ...panel, columns: new Map([...panel.columns, ...Object.entries(columns)]) };
    const study = readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "firm", time: "year" }, base, tables: [{ id: "t", columns: [{ learner: { l: { column: "l0" }, m: { column: "m0" } } }] }] }), "s.json");
    const { result } = await runStudy(prepareStudy(study, given, engine.kernels), engine);
    expect(result.rows[0]!.estimate!.coef).toBeCloseTo(reported.coef, 12); // rounding of sums of 120 products
  });

  it("fits nothing of its own, and has no meaning elsewhere", () => {
    const { plan } = prepared([{ learner: forest }, { learner: forest, rounds: "stable" }]);
    expect(plan.tasks.size).toBe(6); // three nuisances, and what boosting finds in their residuals
    const [within] = prepared([{ learner: forest, encode: "within", rounds: "stable" }]).plan.specifications;
    expect(within!.specification).toMatchObject({ rounds: "last", unused: expect.arrayContaining(["rounds"]) as unknown });
  });

  it.each(["joint", "controls"])("several treatments (%s): a path each, reported at one checkpoint, whatever their order", async (otherTreatments) => {
    const treatment = ["d", "x1"];
    const options = { learner: forest, controls: ["x2"], otherTreatments, rounds: "stable" };
    const { rows: [row, turned] } = await resultOf({ ...options, treatment }, { ...options, treatment: [...treatment].reverse() });
    const { effects, path, comparison } = row!.estimate!;
    expect(path!.map(({ name }) => name)).toEqual(treatment);
    expect(comparison!.map(({ name }) => name)).toEqual(treatment);
    path!.forEach(({ points }, j) => expect(points.find(({ reported }) => reported)).toMatchObject({ coef: effects[j]!.coef, se: effects[j]!.se, ci: effects[j]!.ci }));
    expect(new Set(path!.map(({ points }) => points.findIndex(({ reported }) => reported))).size).toBe(1);
    path!.forEach(({ points }, j) => points.forEach(({ coef }, i) => expect(coef).toBeCloseTo(turned!.estimate!.path![1 - j]!.points[i]!.coef, 10))); // rounding of a system of two
  });

  it("repetitions: one checkpoint for all, the row's own numbers at it", async () => {
    const { rows: [row] } = await resultOf({ learner: forest, rounds: "stable", repetitions: 3 });
    const reported = pathOf(row).find((point) => point.reported)!;
    expect(row!.estimate).toMatchObject({ coef: reported.coef, se: reported.se, ci: reported.ci });
  });
});

it("estimates.arrow holds coefficient, standard error and interval of every checkpoint", async () => {
  const result = await resultOf({ learner: forest });
  const row = tableFromIPC(await estimatesArrow(result)).get(0)!;
  const paths = JSON.parse(String(row["path"])) as readonly EffectPath[];
  expect(paths).toEqual(result.rows[0]!.estimate!.path);
  expect(paths[0]!.points.map(({ coef, se, ci }) => [coef, se, ...ci].every(Number.isFinite))).toEqual([true, true, true, true, true]);
});

describe("the verdict on iv-type and partialling-out", () => {
  it.each([
    ["same", { coef: 0.5, difference: 1e-12, se: 30 }], ["agree", { coef: 0.5, difference: 0.01, se: 0.01 }], ["agree", { coef: 0.5, difference: 0.024, se: 0.001 }],
    ["attenuated", { coef: 0.3, difference: 0.2, se: 0.01 }], ["apart", { coef: 0.7, difference: -0.2, se: 0.01 }], ["apart", { coef: -0.1, difference: 0.6, se: 0.01 }],
  ] as const)("%s: %j", (verdict, found) => {
    expect(verdictOf(found, { coef: 0.5, se: 0.1 })).toBe(verdict);
  });

  it("of linear learners is that both are the same estimate, whose difference has no error", async () => {
    const result = await resultOf({ learner: "ols" });
    expect(result.rows[0]!.estimate!.comparison).toMatchObject([{ verdict: "same", se: 0 }]);
    expect(rowNotes(result.rows, result).join("\n")).toMatch(/Partialling-out on the same fits: -?[\d.]+, the same, as linear learners make it\./);
  });

  it("stands in words under the table", async () => {
    const result = await resultOf({ learner: forest, rounds: "stable" });
    const notes = printedTables(result)[0]!.notes.join("\n");
    expect(notes).toMatch(/Partialling-out on the same fits: -?[\d.]+ \(difference -?[\d.]+, s\.e\. [\d.]+\): (the two agree|nearer to zero|undersmoothing does not)/);
    expect(notes).toMatch(/path of stages or rounds: 1: -?[\d.]+, 2: /);
  });

  it("names the treatment where there are several", async () => {
    const result = await resultOf({ learner: forest, treatment: ["d", "x1"], controls: ["x2"] });
    const notes = printedTables(result)[0]!.notes.join("\n");
    for (const name of ["d", "x1"]) {
      expect(notes).toContain(`${name}: Partialling-out on the same fits`);
      expect(notes).toContain(`${name}: Estimate along the path`);
    }
    expect(svgText(pathFigure("t", "T", result.rows, result)!, LIGHT)).toMatch(/\(1\): x1/);
  });
});
