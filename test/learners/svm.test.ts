import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Design } from "../../src/kernels/design.js";
import { createSvm, type SvmFit } from "../../src/kernels/svm.js";
import type { FitJob, Options, WithinJob } from "../../src/learners/learner.js";
import { columnScale } from "../../src/learners/scale.js";
import { svm } from "../../src/learners/svm.js";
import { builds } from "../kernels/builds.js";
import { denseDemean } from "../kernels/twins/demean.js";
import { cases, designOf, oneHot, randoms } from "../kernels/twins/forest.js";

interface Golden {
  readonly train: number;
  readonly levels: readonly number[];
  readonly panel: Readonly<Record<"city" | "year" | "target" | "weights", readonly number[]>> & { readonly features: readonly (readonly number[])[] };
  readonly cases: readonly { readonly options: Options; readonly weighted: boolean; readonly gamma: number; readonly support: number; readonly predictions: readonly number[] }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/svm.json", import.meta.url), "utf8")) as Golden;
const defaults: Options = Object.fromEntries(Object.entries(svm.options).map(([name, schema]) => [name, schema.default]));
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const WHOLE = { from: 0, to: 1 };

/** 20 units of 5 periods with a nonlinear target; the last 5 units are held out. */
function panelJob(options: Options, seed = 1): WithinJob {
  const random = randoms(seed);
  const rows = 100;
  const column = (make: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, row) => make(row));
  const unit = { codes: Int32Array.from(column((row) => Math.floor(row / 5))), levels: 20 };
  const time = { codes: Int32Array.from(column((row) => row % 5)), levels: 5 };
  const design = designOf([column(random), column(random)]);
  const all = Uint32Array.from(column((row) => row));
  const train = all.filter((row) => row < 75);
  const groups = [unit, time].map(({ codes, levels }) => ({ codes: Int32Array.from(train, (row) => codes[row]!), levels }));
  return {
    design, train, predict: all.filter((row) => row >= 75), units: unit.codes, effects: [unit, time],
    weights: null, together: null, key: [1, 2], options: { ...defaults, tol: 1e-6, ...options },
    target: column((row) => 5 * design.features[0]![row]! * design.features[1]![row]! + unit.codes[row]! + random()),
    demeaned: (work) => work((values) => denseDemean(groups, values).residuals),
  };
}

test("the scale of a design is that of its dense columns, and so is the variance of all cells", () => {
  fc.assert(
    fc.property(cases(["real", "few", "constant", "huge"], 20), fc.boolean(), ({ design, train }, standardize) => {
      const scale = columnScale(design, train, standardize);
      const columns = [...design.features.map((feature) => Array.from(feature)), ...oneHot({ ...design, features: [] }).map((dummy) => Array.from(dummy))];
      const onTrain = columns.map((column) => Array.from(train, (row) => column[row]!));
      const scales = onTrain.map((column) => (standardize ? deviation(column) || 1 : 1));
      const ours = [...scale.scales, ...scale.levels.flatMap((group) => [...group])];
      ours.forEach((own, c) => expect(own === Infinity ? onTrain[c]!.every((value) => value === 0) : Math.abs(own / scales[c]! - 1) < 1e-9).toBe(true));
      const cells = onTrain.flatMap((column, c) => column.map((value) => (value - (standardize ? mean(column) : 0)) / scales[c]!));
      if (cells.length > 0) expect(Math.abs(scale.variance - deviation(cells) ** 2)).toBeLessThan(1e-9 * Math.max(1, scale.variance));
    }),
    { numRuns: 200 },
  );
});

test("constant columns keep scale 1, although rounding gives them a variance", () => {
  const design = designOf([new Array<number>(49).fill(0.1), new Array<number>(49).fill(123456.789), Array.from({ length: 49 }, (_, i) => 1 + i * 1e-9)]);
  const { scales } = columnScale(design, Uint32Array.from({ length: 49 }, (_, i) => i), true);
  expect([...scales.subarray(0, 2)]).toEqual([1, 1]);
  expect(scales[2]! * 1e9).toBeCloseTo(Math.sqrt((49 * 49 - 1) / 12), 4);
});

describe.each(builds)("svm as a learner, $build build", ({ kernels }) => {
  const { train, levels, panel } = golden;
  const rows = panel.target.length;
  const design = designOf(panel.features, [{ codes: panel.city, levels: levels[0]! }, { codes: panel.year, levels: levels[1]! }]);
  const list = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const jobOf = (options: Options, changed: Partial<FitJob> = {}): FitJob => ({
    design, target: Float64Array.from(panel.target), train: list(0, train), predict: list(train, rows),
    weights: null, together: null, key: [1, 2], options: { ...defaults, tol: 1e-6, ...options }, ...changed,
  });

  test.each(golden.cases.map((one) => [`${JSON.stringify(one.options)}${one.weighted ? " weighted" : ""}`, one] as const))("scikit-learn's SVR: %s", (_, one) => {
    const job = jobOf(one.options, one.weighted ? { weights: Float64Array.from(panel.weights) } : {});
    const { predictions, notes } = svm.fit(kernels, job, WHOLE);
    // Both end 1e-6 from the optimality conditions, with kernels in f32.
    expect(furthest(predictions, one.predictions)).toBeLessThan(2e-5);
    expect(notes["supportVectors"]).toBe(one.support);
    expect(notes["warnings"]).toBeUndefined();
  });

  test("a feature on another scale, and one that is constant, change nothing", () => {
    const { predictions } = svm.fit(kernels, jobOf({}), WHOLE);
    const features = [design.features[0]!.map((value) => 1024 * value - 3e4), ...design.features.slice(1), new Float64Array(rows).fill(7)];
    const other = svm.fit(kernels, jobOf({}, { design: { ...design, features } }), WHOLE);
    // The shift costs the standardised feature nine bits of f64, which f32 does not see.
    expect(furthest(predictions, other.predictions)).toBeLessThan(1e-6);
  });

  test("a group of one level per row, and of one level", () => {
    const bare = (groups: Design["groups"]): Float64Array => svm.fit(kernels, jobOf({}, { design: { ...design, groups } }), WHOLE).predictions;
    const alone = { codes: Int32Array.from(list(0, rows)), levels: rows };
    // Each row has a level of its own, so all distances grow alike, and held-out rows have none.
    expect(bare([alone]).every(Number.isFinite)).toBe(true);
    expect(bare([{ codes: new Int32Array(rows), levels: 1 }])).toEqual(bare([]));
  });

  test("a constant target, one row, no columns that vary", () => {
    const constant = svm.fit(kernels, jobOf({}, { target: new Float64Array(rows).fill(3) }), WHOLE);
    expect(constant.predictions).toEqual(new Float64Array(rows - train).fill(3));
    const single = svm.fit(kernels, jobOf({}, { train: list(4, 5) }), WHOLE);
    expect(single.predictions).toEqual(new Float64Array(rows - train).fill(panel.target[4]!));
    const flat = { ...design, features: [new Float64Array(rows).fill(2)], groups: [] };
    expect(new Set(svm.fit(kernels, jobOf({}, { design: flat }), WHOLE).predictions).size).toBe(1);
  });

  test("a limit that is hit is a warning that names it", () => {
    const { notes } = svm.fit(kernels, jobOf({ maxIter: 7 }), WHOLE);
    expect(notes["iterations"]).toBe(7);
    expect(notes["warnings"]).toEqual([expect.stringContaining("not at its optimum after 7 iterations")]);
  });

  test("weights of 2 for all rows are twice the C, and weights do not enter the scales", () => {
    const weighted = svm.fit(kernels, jobOf({}, { weights: new Float64Array(rows).fill(2) }), WHOLE);
    expect(weighted).toEqual(svm.fit(kernels, jobOf({ C: 2 }), WHOLE));
  });

  test.each<[string, Options, boolean]>([["three stages", {}, false], ["one stage, linear", { stages: 1, kernel: "linear" }, false], ["weights", { stages: 2 }, true]])("the within loss by stages: %s", (_, options, weighted) => {
    const job = { ...panelJob(options), weights: weighted ? Float64Array.from({ length: 100 }, (_, row) => 0.5 + (row % 4)) : null };
    const { predictions, checkpoints } = svm.fitWithin(kernels, job);
    const wanted = stagesTwin(job);
    expect(checkpoints).toEqual(wanted.map((_, i) => i + 1));
    // Tolerances of 1e-6 in each of 18 fits, on remainders whose deviation is about 1.
    wanted.forEach((values, stage) => expect(furthest(predictions[stage]!, values), `stage ${stage + 1}`).toBeLessThan(1e-4));
  });

  /** Stages as the text has them: separate machines for the whole and for each inner fold, in the scale of all training rows. */
  function stagesTwin(job: WithinJob): number[][] {
    const { variance, ...scale } = columnScale(job.design, job.train, true);
    const kernel = job.options["kernel"] === "linear" ? "linear" as const : "rbf" as const;
    const fitOn = (own: Uint32Array, target: number[], rowsWanted: Uint32Array): Float64Array =>
      kernels.heap.scope(() => {
        const machine = createSvm(kernels, { design: job.design, train: own, ...scale, kernel, gamma: 1 / (2 * variance) });
        const bounds = Float64Array.from(own, (row) => job.weights?.[row] ?? 1);
        const fit: SvmFit = machine.fit({ target: Float64Array.from(target), bounds, epsilon: 0.1, tolerance: 1e-6, maxIterations: 1e6 });
        return machine.predict(fit, rowsWanted);
      });
    const fitted = new Map<number, number>(Array.from(job.train, (row) => [row, 0]));
    let held = Array.from(job.predict, () => 0);
    const units = [...new Set(Array.from(job.train, (row) => job.units[row]!))];
    return Array.from({ length: job.options["stages"] as number }, () => {
      const left = job.demeaned((demean) => demean(Float64Array.from(job.train, (row) => job.target[row]! - fitted.get(row)!)));
      const sd = deviation([...left]);
      const scaled = new Map(Array.from(job.train, (row, i) => [row, left[i]! / sd]));
      const targets = (own: Uint32Array): number[] => Array.from(own, (row) => scaled.get(row)!);
      held = held.map((value, i) => value + sd * fitOn(job.train, targets(job.train), job.predict)[i]!);
      for (let fold = 0; fold < 5; fold++) {
        const inside = (row: number): boolean => units.indexOf(job.units[row]!) % 5 === fold;
        const outside = job.train.filter((row) => !inside(row));
        const own = job.train.filter(inside);
        fitOn(outside, targets(outside), own).forEach((value, i) => fitted.set(own[i]!, fitted.get(own[i]!)! + sd * value));
      }
      const weightOf = (row: number): number => job.weights?.[row] ?? 1;
      const level = mean([...fitted].map(([row, value]) => value * weightOf(row))) / mean([...fitted.keys()].map(weightOf));
      return held.map((value) => value - level);
    });
  }

  test("the within loss: effects of any size in the target do not matter", () => {
    const job = panelJob({});
    const moved = { ...job, target: job.target.map((y, row) => y + 1000 * Math.floor(row / 5) - 50 * (row % 5)) };
    const [a, b] = [job, moved].map((one) => svm.fitWithin(kernels, one).predictions.at(-1)!);
    expect(furthest(a!, b!)).toBeLessThan(1e-5);
  });

  test("the within loss: a target that the effects determine, and a single training unit", () => {
    const job = panelJob({});
    const nothing = svm.fitWithin(kernels, { ...job, target: new Float64Array(100), demeaned: (work) => work((column) => column) });
    expect(nothing.predictions.at(-1)).toEqual(new Float64Array(25));
    expect(() => svm.fitWithin(kernels, { ...job, units: new Int32Array(100) })).toThrow(expect.objectContaining({ code: "one-training-unit" }) as Error);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Population standard deviation; 0 where all values are equal. */
function deviation(values: readonly number[]): number {
  if (values.every((value) => value === values[0])) return 0;
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
