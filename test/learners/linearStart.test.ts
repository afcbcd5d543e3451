import { expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { createDemeaner } from "../../src/kernels/demean.js";
import type { WithinJob } from "../../src/learners/learner.js";
import { learners } from "../../src/learners/registry.js";

const { kernels } = await createEngine();

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** A panel of 20 units and 6 periods with so many controls, and trees too small to split: what is left is the start. */
function job(controls: number, learner: string): WithinJob {
  const next = generator(controls);
  const rows = Uint32Array.from({ length: 120 }, (_, row) => row);
  const features = Array.from({ length: controls }, () => Float64Array.from(rows, next));
  const [a, b] = features as [Float64Array, Float64Array];
  const codes = Int32Array.from(rows, (row) => Math.floor(row / 6));
  const effects = [{ codes, levels: 20 }, { codes: Int32Array.from(rows, (row) => row % 6), levels: 6 }];
  const train = rows.filter((row) => row < 96);
  const own = effects.map((group) => ({ codes: Int32Array.from(train, (row) => group.codes[row] ?? 0), levels: group.levels }));
  const options = Object.fromEntries(Object.entries(learners[learner]?.options ?? {}).map(([name, schema]) => [name, schema.default]));
  return {
    design: { key: `start ${controls}`, rows: 120, features, groups: [] }, units: codes, effects, train, predict: rows.filter((row) => row >= 96),
    target: a.map((value, row) => 3 * value * (b[row] ?? NaN) + (codes[row] ?? 0) + next()),
    options: { ...options, minLeaf: 96, trees: 2, start: "linear" }, weights: null, together: null, key: [1, 1],
    demeaned: (work) => kernels.heap.scope(() => work(createDemeaner(kernels, own).demean)),
  };
}

/** Controls, squares and products. */
function dictionary({ design }: WithinJob): readonly Float64Array[] {
  const times = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, row) => value * (b[row] ?? NaN));
  const { features } = design;
  return [...features, ...features.map((x) => times(x, x)), ...features.flatMap((x, i) => features.slice(i + 1).map((z) => times(x, z)))];
}

// 96 training rows less 26 levels: seven columns are a tenth; two controls make five, three make nine.
it.each([["gradboost", 2, "ols"], ["gradboost", 3, "lassocv"], ["histboost", 3, "lassocv"], ["histboost", 8, "lassocv"]])(
  "%s starts with %i controls from the within fit of `%3$s` on their squares and products", (name, controls, other) => {
    const made = job(controls, name);
    const defaults = Object.fromEntries(Object.entries(learners[other]?.options ?? {}).map(([option, schema]) => [option, schema.default]));
    const expected = learners[other]?.fitWithin(kernels, { ...made, options: defaults, design: { ...made.design, features: dictionary(made) } });
    const [start] = learners[name]?.fitWithin(kernels, made).predictions ?? [];
    start?.forEach((value, i) => expect(value).toBeCloseTo(expected?.predictions[0]?.[i] ?? NaN, 10));
  },
);

// Trees that cannot split add a constant, which belongs to the effects.
it.each(["rf", "extratrees"])("%s starts so in its first stage", (name) => {
  const made = job(2, name);
  const expected = learners["ols"]?.fitWithin(kernels, { ...made, options: {}, design: { ...made.design, features: dictionary(made) } });
  const made1 = { ...made, options: { ...made.options, minLeaf: 96 * 2, bootstrap: true, stages: 1 } };
  const [start = new Float64Array(0)] = learners[name]?.fitWithin(kernels, made1).predictions ?? [];
  const [own = new Float64Array(0)] = expected?.predictions ?? [];
  start.forEach((value, i) => expect(value - (start[0] ?? NaN)).toBeCloseTo((own[i] ?? NaN) - (own[0] ?? NaN), 10));
});

it("of more than 30 controls takes the products that go with the target best, 500 columns in all", () => {
  const made = job(35, "histboost");
  const defaults = Object.fromEntries(Object.entries(learners["lassocv"]?.options ?? {}).map(([option, schema]) => [option, schema.default]));
  const [y, ...columns] = made.demeaned((demean) => [made.target, ...dictionary(made)].map((x) => demean(Float64Array.from(made.train, (row) => x[row] ?? NaN))));
  const correlation = (x: Float64Array): number => Math.abs(x.reduce((sum, value, i) => sum + value * (y?.[i] ?? NaN), 0)) / Math.hypot(...x);
  const chosen = [...columns.keys()].slice(70).sort((i, j) => correlation(columns[j] as Float64Array) - correlation(columns[i] as Float64Array)).slice(0, 430);
  const kept = [...Array(70).keys(), ...chosen.sort((i, j) => i - j)].map((i) => dictionary(made)[i] as Float64Array);
  const expected = learners["lassocv"]?.fitWithin(kernels, { ...made, options: defaults, design: { ...made.design, features: kept } });
  const [start] = learners["histboost"]?.fitWithin(kernels, made).predictions ?? [];
  start?.forEach((value, i) => expect(value).toBeCloseTo(expected?.predictions[0]?.[i] ?? NaN, 10));
});
