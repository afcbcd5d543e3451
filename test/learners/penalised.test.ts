import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { createDemeaner } from "../../src/kernels/demean.js";
import type { Group } from "../../src/kernels/design.js";
import type { FitJob, Options, WithinJob } from "../../src/learners/learner.js";
import { learners } from "../../src/learners/registry.js";
import { coordinateDescent } from "../kernels/twins/penalised.js";

const { kernels } = await createEngine();
const NAMES = ["lassocv", "elasticcv", "ridgecv"] as const;

interface Panel {
  readonly features: readonly Float64Array[];
  readonly groups: readonly Group[];
  readonly target: Float64Array;
}

/** Eight periods of some units: features with unit and time parts, a target that needs half of them. */
function panel(seed: number, units = 12): Panel {
  const next = generator(seed);
  const rows = units * 8;
  const codes = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 8));
  const times = Int32Array.from({ length: rows }, (_, i) => i % 8);
  const own = Float64Array.from({ length: units }, () => 2 * next());
  const features = Array.from({ length: 5 }, () => Float64Array.from({ length: rows }, (_, i) => next() + (own[codes[i] ?? 0] ?? 0)));
  const target = Float64Array.from({ length: rows }, (_, i) => features.slice(0, 2).reduce((sum, x) => sum + (x[i] ?? 0), 0) + (own[codes[i] ?? 0] ?? 0) + next());
  return { features, groups: [{ codes, levels: units }, { codes: times, levels: 8 }], target };
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function jobOf(name: string, { features, groups, target }: Panel, given: Options = {}): FitJob {
  const defaults = Object.fromEntries(Object.entries(learners[name]?.options ?? {}).map(([key, schema]) => [key, schema.default]));
  const rows = Uint32Array.from(target, (_, i) => i);
  return {
    design: { key: "none", rows: target.length, features, groups }, target, options: { ...defaults, ...given }, weights: null, together: null, key: [0, 0],
    train: rows.filter((i) => i % 5 !== 0), predict: rows.filter((i) => i % 5 === 0),
  };
}

function fit(name: string, job: FitJob): Float64Array {
  return learners[name]?.fit(kernels, job, { from: 0, to: 1 }).predictions as Float64Array;
}

function within(name: string, job: FitJob, groups: readonly Group[]): Float64Array {
  const effects = groups.map(({ codes, levels }) => ({ codes: Int32Array.from(job.train, (row) => codes[row] ?? 0), levels }));
  const demeaned: WithinJob["demeaned"] = (work) => kernels.heap.scope(() => work(createDemeaner(kernels, effects).demean));
  const whole: WithinJob = { ...job, units: groups[0]?.codes as Int32Array, effects: groups, demeaned };
  return learners[name]?.fitWithin(kernels, whole).predictions[0] as Float64Array;
}

const furthest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
/** Sums in another order: rounding of predictions of size 5, through systems of condition 1e4. */
const ROUNDING = 1e-9;

describe.each(NAMES)("%s", (name) => {
  it("does not care about the order, scale or shift of features, nor about a constant one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
        const made = panel(seed);
        const plain = fit(name, jobOf(name, made));
        const changed = (features: readonly Float64Array[]): Float64Array => fit(name, jobOf(name, { ...made, features }));
        expect(furthest(plain, changed([...made.features].reverse()))).toBeLessThan(ROUNDING);
        expect(furthest(plain, changed(made.features.map((x, f) => x.map((value) => value * 10 ** (3 * f - 6) + 5))))).toBeLessThan(1e-7);
        expect(furthest(plain, changed([...made.features, new Float64Array(made.target.length).fill(3)]))).toBeLessThan(ROUNDING);
      }),
      { numRuns: 10, seed: 3 },
    );
  });

  it("rows kept together stay together inside: units' effects in the target move the choice, never across a unit", () => {
    const made = panel(5);
    const job = jobOf(name, made);
    const together = { ...job, together: made.groups[0]?.codes as Int32Array };
    expect(fit(name, together)).not.toEqual(fit(name, job));
    // Units dealt in turn: another numbering of the same units changes nothing.
    const renamed = { ...job, together: (made.groups[0]?.codes as Int32Array).map((code) => 99 - code) };
    expect(fit(name, renamed)).toEqual(fit(name, together));
  });

  it("under the within loss effects of any size in the target do not matter", () => {
    const made = panel(6);
    const job = jobOf(name, { ...made, groups: [] });
    const moved = { ...job, target: job.target.map((y, i) => y + 100 * Math.floor(i / 8) - 30 * (i % 8)) };
    // A thousand times the noise costs three digits.
    expect(furthest(within(name, job, made.groups), within(name, moved, made.groups))).toBeLessThan(1e-9);
  });

  it("a weight of two is the row twice", () => {
    const made = panel(7);
    const one = { folds: 2, alphas: [0.3], standardize: false, maxIter: 1000 };
    const job = jobOf(name, made, one);
    const weights = made.target.map((_, i) => 1 + (i % 2));
    const doubled = Uint32Array.from([...job.train].flatMap((row) => (row % 2 === 1 ? [row, row] : [row])));
    expect(furthest(fit(name, { ...job, weights }), fit(name, { ...job, train: doubled }))).toBeLessThan(ROUNDING);
  });

  it("one training unit, one row per level, a constant target: predictions are finite, a constant is found", () => {
    const made = panel(8);
    const constant = jobOf(name, { ...made, target: made.target.map(() => 7) });
    fit(name, constant).forEach((value) => expect(value).toBeCloseTo(7, 9));
    const lonely = jobOf(name, { ...made, groups: [{ codes: Int32Array.from(made.target, (_, i) => i), levels: made.target.length }] });
    expect(fit(name, lonely).every(Number.isFinite)).toBe(true);
    const single = { ...lonely, train: Uint32Array.of(3), together: made.groups[0]?.codes as Int32Array };
    expect(fit(name, single).every((value) => value === made.target[3])).toBe(true);
  });
});

it("ridgecv: the leave-one-out choice is that of refitting without each row", () => {
  const made = panel(11, 4);
  const alphas = [0.3, 3, 40];
  const job = jobOf("ridgecv", made, { alphas });
  const errors = alphas.map((alpha) => {
    const [columns, penalties] = standardColumns(made, job.train);
    return [...job.train].reduce((sum, out) => {
      const rows = job.train.filter((row) => row !== out);
      const at = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row] ?? NaN);
      const twin = coordinateDescent({ columns: columns.map(at), target: at(made.target), weights: new Float64Array(rows.length).fill(1), penalties, lasso: 0, ridge: alpha });
      const predicted = twin.coefficients.reduce((fitted, b, j) => fitted + b * (columns[j]?.[out] ?? NaN), twin.constant);
      return sum + ((made.target[out] ?? NaN) - predicted) ** 2;
    }, 0);
  });
  const best = alphas[errors.indexOf(Math.min(...errors))] as number;
  expect(best).not.toBe(alphas[0]);
  expect(fit("ridgecv", job)).toEqual(fit("ridgecv", jobOf("ridgecv", made, { alphas: [best] })));
});

/** Every column, dummies included, and its sd on some rows. */
function standardColumns({ features, groups }: Panel, rows: Uint32Array): [readonly Float64Array[], Float64Array] {
  const dummies = groups.flatMap(({ codes, levels }) => Array.from({ length: levels }, (_, level) => Float64Array.from(codes, (code) => (code === level ? 1 : 0))));
  const columns = [...features, ...dummies];
  const sd = (column: Float64Array): number => {
    const mean = rows.reduce((sum, row) => sum + (column[row] ?? NaN), 0) / rows.length;
    return Math.sqrt(rows.reduce((sum, row) => sum + ((column[row] ?? NaN) - mean) ** 2, 0) / rows.length);
  };
  return [columns, Float64Array.from(columns, sd)];
}

it("lassocv under the within loss is the lasso on demeaned columns, scaled by their demeaned sd", () => {
  const made = panel(9);
  const job = jobOf("lassocv", { ...made, groups: [] }, { alphas: [0.05] });
  const effects = made.groups.map(({ codes, levels }) => ({ codes: Int32Array.from(job.train, (row) => codes[row] ?? 0), levels }));
  const at = (values: Float64Array): Float64Array => Float64Array.from(job.train, (row) => values[row] ?? NaN);
  const [target, ...columns] = kernels.heap.scope(() => createDemeaner(kernels, effects).demeanColumns([made.target, ...made.features].map(at))) as [Float64Array, ...Float64Array[]];
  const n = job.train.length;
  const penalties = Float64Array.from(columns, (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / n));
  const { coefficients } = coordinateDescent({ columns, target, weights: new Float64Array(n).fill(1), penalties, lasso: 0.05 * n, ridge: 0 });
  const level = (x: Float64Array): number => at(x).reduce((sum, value) => sum + value, 0) / n;
  const twin = Float64Array.from(job.predict, (row) => made.features.reduce((sum, x, f) => sum + (coefficients[f] ?? NaN) * ((x[row] ?? NaN) - level(x)), 0));
  expect(coefficients.filter((b) => b === 0).length).toBeGreaterThan(0);
  expect(furthest(within("lassocv", job, made.groups), twin)).toBeLessThan(1e-9);
});

describe("lassocv with classify", () => {
  const golden = JSON.parse(readFileSync(new URL("../golden/lassologit.json", import.meta.url), "utf8")) as {
    x: number[][]; unit: number[]; time: number[]; y: number[]; cases: { alpha: number; probabilities: number[] }[];
  };
  const made: Panel = {
    features: golden.x.map((x) => Float64Array.from(x)),
    groups: [{ codes: Int32Array.from(golden.unit), levels: 15 }, { codes: Int32Array.from(golden.time), levels: 6 }],
    target: Float64Array.from(golden.y),
  };
  const rows = Uint32Array.from(made.target, (_, i) => i);
  const job = (given: Options): FitJob => ({ ...jobOf("lassocv", made, { classify: true, ...given }), train: rows, predict: rows });

  it.each(golden.cases)("has scikit-learn's probabilities at alpha $alpha", ({ alpha, probabilities }) => {
    // Warm along the path, as the learner goes. saga stops at steps of 1e-13; its distance from the optimum is larger.
    const path = [0.1, 0.03, 0.01, 0.002].filter((one) => one >= alpha);
    const predicted = fit("lassocv", { ...job({ alphas: [...path] }), together: Int32Array.from(rows, () => 0) });
    expect(furthest(predicted, Float64Array.from(probabilities))).toBeLessThan(1e-7);
  });

  it("chooses a penalty between none and all, and gives probabilities", () => {
    const predicted = fit("lassocv", job({}));
    expect(predicted.every((p) => p > 0 && p < 1)).toBe(true);
    const error = (p: Float64Array): number => p.reduce((sum, value, i) => sum + (value - (made.target[i] ?? NaN)) ** 2, 0) / p.length;
    const share = made.target.reduce((sum, y) => sum + y, 0) / rows.length;
    expect(error(predicted)).toBeLessThan(0.8 * error(made.target.map(() => share)));
  });

  it("predicts the share where a fold holds one value of the target, and says so", () => {
    const fitted = learners["lassocv"]?.fit(kernels, { ...job({}), target: made.target.map(() => 1) }, { from: 0, to: 1 });
    expect(fitted?.predictions.every((p) => p === 1)).toBe(true);
    expect(fitted?.notes["warnings"]).toEqual([expect.stringContaining("only one value")]);
  });
});

it("lassocv says when it did not converge: more columns than rows allow, no sweeps", () => {
  const made = panel(10);
  const [x] = made.features as [Float64Array];
  const tangled = { ...made, features: Array.from({ length: 60 }, (_, f) => x.map((value, i) => value + 1e-7 * Math.sin(i * (f + 1)))) };
  const fitted = learners["lassocv"]?.fit(kernels, jobOf("lassocv", tangled, { maxIter: 1, eps: 1e-8 }), { from: 0, to: 1 });
  expect(fitted?.notes["warnings"]).toEqual([expect.stringContaining("did not converge")]);
});

it("ridgecv's preset hands on the folds that it leaves open", () => {
  const { learner = "", options = {} } = learners["ridgecv"]?.presets?.["pystacked"] ?? {};
  const defaults = Object.fromEntries(Object.entries(learners[learner]?.options ?? {}).map(([name, schema]) => [name, schema.default]));
  const cost = (folds: number | null): number | undefined => learners[learner]?.cost({ ...defaults, ...options, folds }, 100, { features: 3, groups: 0, columns: 3 });
  expect(cost(null)).toBe(cost(5));
});
