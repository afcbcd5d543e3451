import { describe, expect, it } from "vitest";
import { type BoostingRequest, growBoosting } from "../../src/kernels/boosting.js";
import { builds } from "./builds.js";
import { type Boosting, boosted } from "./twins/boosting.js";
import { randoms, settingsOf } from "./twins/forest.js";

const UNITS = 12;
const PERIODS = 4;
const ROWS = UNITS * PERIODS;
const CHECKPOINTS = [1, 5, 12];

/** A panel without ties, its last three units held out. */
function panel(seed: number, changed: Partial<Boosting> = {}): Boosting {
  const random = randoms(seed);
  const column = (): Float64Array => Float64Array.from({ length: ROWS }, random);
  const features = [column(), column(), column()];
  const target = column().map((noise, i) => noise + 2 * (features[0]?.[i] ?? 0) * (features[1]?.[i] ?? 0) + Math.floor(i / PERIODS));
  const rows = Uint32Array.from(target, (_, i) => i);
  const unit = { codes: Int32Array.from(rows, (i) => Math.floor(i / PERIODS)), levels: UNITS };
  const time = { codes: Int32Array.from(rows, (i) => i % PERIODS), levels: PERIODS };
  const design = { key: `boosting ${seed}`, rows: ROWS, features, groups: [] };
  const held = (row: number): boolean => row >= ROWS - 3 * PERIODS;
  return {
    design, target, train: rows.filter((row) => !held(row)), predict: rows.filter(held), effects: [unit, time], units: unit.codes,
    settings: settingsOf(design, { minLeaf: 4, maxDepth: 2 }), rate: 0.3, start: new Float64Array(ROWS), logistic: false,
    weights: new Float64Array(ROWS).fill(1), key: [1, 2], ...changed,
  };
}

/** Without effects, rows drawn one by one. */
function plain(seed: number, changed: Partial<Boosting> = {}): Boosting {
  return panel(seed, { effects: [], units: null, start: new Float64Array(ROWS).fill(0.25), ...changed });
}

function weightsOf(seed: number): Float64Array {
  const random = randoms(seed);
  return Float64Array.from({ length: ROWS }, () => 0.2 + 3 * random());
}

function classesOf({ target }: Boosting): Float64Array {
  const middle = Float64Array.from(target).sort()[ROWS / 2] ?? NaN;
  return target.map((y, i) => (y > middle !== (i % 7 === 0) ? 1 : 0));
}

describe.each(builds)("boosting, $build build", ({ kernels }) => {
  const run = (made: Boosting, changed: Partial<BoostingRequest> = {}): readonly Float64Array[] =>
    growBoosting(kernels, made.design, { ...made, checkpoints: CHECKPOINTS, ...changed });
  const furthest = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
    Math.max(...a.flatMap((values, c) => Array.from(values, (value, i) => Math.abs(value - (b[c]?.[i] ?? NaN)))));

  it.each([1, 2, 3])("plain: each checkpoint is the twin's (panel %i)", (seed) => {
    const made = plain(seed);
    expect(furthest(run(made), boosted(made, CHECKPOINTS))).toBeLessThan(1e-10);
  });

  it.each([1, 2, 3])("with unit and time effects profiled out in every round (panel %i)", (seed) => {
    const made = panel(seed);
    expect(furthest(run(made), boosted(made, CHECKPOINTS))).toBeLessThan(1e-10);
  });

  it.each([1, 2])("weighted, without and with effects (panel %i)", (seed) => {
    for (const made of [plain(seed, { weights: weightsOf(seed) }), panel(seed, { weights: weightsOf(seed) })]) {
      expect(furthest(run(made), boosted(made, CHECKPOINTS))).toBeLessThan(1e-10);
      expect(furthest(run(made), run(made, { weights: null }))).toBeGreaterThan(1e-3);
    }
  });

  it.each([1, 2])("weights that are all equal change nothing but rounding (panel %i)", (seed) => {
    const made = panel(seed);
    expect(run(made, { weights: made.weights })).toEqual(run(made, { weights: null }));
    expect(furthest(run(made, { weights: made.weights.map(() => 0.3) }), run(made))).toBeLessThan(1e-12);
  });

  it.each([1, 2, 3])("probabilities: the log-loss, plain, weighted and with rows drawn (panel %i)", (seed) => {
    // with one start for all, cuts of two features that part the classes alike would be equally good
    const classes = { target: classesOf(plain(seed)), logistic: true, start: weightsOf(seed + 7).map((value) => value - 1.5) };
    const drawn = settingsOf(plain(seed).design, { minLeaf: 4, maxDepth: 2, draws: 25 });
    for (const made of [plain(seed, classes), plain(seed, { ...classes, weights: weightsOf(seed) }), plain(seed, { ...classes, weights: weightsOf(seed), settings: drawn })]) {
      const got = run(made);
      expect(furthest(got, boosted(made, CHECKPOINTS))).toBeLessThan(1e-12);
      expect(got.every((values) => values.every((p) => p > 0 && p < 1))).toBe(true);
    }
  });

  it("probabilities of separated classes go to 0 and 1 and stay numbers", () => {
    const made = plain(1, { logistic: true, rate: 1 });
    const target = Float64Array.from(made.design.features[0] ?? [], (x) => (x > 0.5 ? 1 : 0));
    const [last = new Float64Array()] = run(made, { target, checkpoints: [300], settings: { ...made.settings, minLeaf: 1 } });
    Array.from(made.predict, (row, i) => expect(last[i]).toBeCloseTo(target[row] ?? NaN, 6));
  });

  it.each([1, 2])("trees on a share of the rows, and of the units under effects (panel %i)", (seed) => {
    const drawn = (made: Boosting, draws: number): Boosting => ({ ...made, settings: { ...made.settings, draws } });
    for (const made of [drawn(plain(seed), 20), drawn(panel(seed), 5), drawn(panel(seed, { weights: weightsOf(seed) }), 8)]) {
      expect(furthest(run(made), boosted(made, CHECKPOINTS))).toBeLessThan(1e-10);
    }
    // all rows, drawn or not
    expect(run(drawn(plain(seed), plain(seed).train.length))).toEqual(run(plain(seed)));
    expect(run(drawn(plain(seed), 20), { key: [3, 4] })).not.toEqual(run(drawn(plain(seed), 20)));
  });

  it("effects of any size in the target do not matter", () => {
    const made = panel(4);
    const moved = { ...made, target: made.target.map((y, i) => y + 1000 * Math.floor(i / PERIODS) - 50 * (i % PERIODS)) };
    // A million times the noise costs six digits.
    expect(furthest(run(made), run(moved))).toBeLessThan(1e-9);
  });

  it("columns drawn at random: the same key gives the same bits, another key other trees", () => {
    const made = plain(5);
    const drawn = (key: readonly [number, number], draws: number): readonly Float64Array[] =>
      run(made, { settings: { ...made.settings, maxFeatures: 1, draws }, key });
    for (const draws of [0, 20]) {
      expect(drawn([1, 2], draws)).toEqual(drawn([1, 2], draws));
      expect(drawn([1, 2], draws)).not.toEqual(drawn([3, 4], draws));
    }
  });
});
