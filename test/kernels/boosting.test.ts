import { describe, expect, it } from "vitest";
import { growBoosting } from "../../src/kernels/boosting.js";
import type { Design, Group } from "../../src/kernels/design.js";
import { builds } from "./builds.js";
import { denseDemean } from "./twins/demean.js";
import { oneHot, outcomes, randoms } from "./twins/forest.js";

const UNITS = 12;
const PERIODS = 4;
const ROWS = UNITS * PERIODS;
const SETTINGS = { maxFeatures: 99, minLeaf: 4, minSplit: 2, maxDepth: 2, draws: 0 };
const RATE = 0.3;
const CHECKPOINTS = [1, 5, 12];

/** A panel without ties, its last three units held out. */
function panel(seed: number): { design: Design; target: Float64Array; train: Uint32Array; predict: Uint32Array; effects: Group[] } {
  const random = randoms(seed);
  const column = (): Float64Array => Float64Array.from({ length: ROWS }, random);
  const features = [column(), column(), column()];
  const target = column().map((noise, i) => noise + 2 * (features[0]?.[i] ?? 0) * (features[1]?.[i] ?? 0) + Math.floor(i / PERIODS));
  const rows = Uint32Array.from(target, (_, i) => i);
  const unit = { codes: Int32Array.from(rows, (i) => Math.floor(i / PERIODS)), levels: UNITS };
  const time = { codes: Int32Array.from(rows, (i) => i % PERIODS), levels: PERIODS };
  const design = { key: `boosting ${seed}`, rows: ROWS, features, groups: [] };
  const held = (row: number): boolean => row >= ROWS - 3 * PERIODS;
  return { design, target, train: rows.filter((row) => !held(row)), predict: rows.filter(held), effects: [unit, time] };
}

/** Boosting as the textbook has it, each round a tree by the slow twin. */
function twin({ design, target, train, predict, effects }: ReturnType<typeof panel>, start: Float64Array): Float64Array[] {
  const columns = oneHot(design);
  const weights = new Float64Array(ROWS).fill(1);
  const fitted = start.slice();
  const recorded: Float64Array[] = [];
  for (let round = 1; round <= Math.max(...CHECKPOINTS); round++) {
    const left = target.map((y, i) => y - (fitted[i] ?? NaN));
    const own = Float64Array.from(train, (row) => left[row] ?? NaN);
    const groups = effects.map((group) => ({ codes: Int32Array.from(train, (row) => group.codes[row] ?? 0), levels: group.levels }));
    const demeaned = effects.length === 0 ? own : denseDemean(groups, own).residuals;
    train.forEach((row, i) => (left[row] = demeaned[i] ?? NaN));
    const growth = { rows: [...train], target: left, weights, settings: { ...SETTINGS, maxFeatures: columns.length, draws: 0 } };
    const steps = Float64Array.from(target, (_, row) => outcomes(columns, growth, row)[0] ?? NaN);
    steps.forEach((step, row) => (fitted[row] = (fitted[row] ?? NaN) + RATE * step));
    if (!CHECKPOINTS.includes(round)) continue;
    const level = effects.length === 0 ? 0 : train.reduce((sum, row) => sum + (fitted[row] ?? NaN), 0) / train.length;
    recorded.push(Float64Array.from(predict, (row) => (fitted[row] ?? NaN) - level));
  }
  return recorded;
}

describe.each(builds)("boosting, $build build", ({ kernels }) => {
  const run = (made: ReturnType<typeof panel>, start: Float64Array): readonly Float64Array[] =>
    growBoosting(kernels, made.design, { ...made, settings: SETTINGS, rate: RATE, start, key: [1, 2], checkpoints: CHECKPOINTS });
  const furthest = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
    Math.max(...a.flatMap((values, c) => Array.from(values, (value, i) => Math.abs(value - (b[c]?.[i] ?? NaN)))));

  it.each([1, 2, 3])("plain: each checkpoint is the twin's (panel %i)", (seed) => {
    const made = { ...panel(seed), effects: [] };
    const start = new Float64Array(ROWS).fill(0.25);
    expect(furthest(run(made, start), twin(made, start))).toBeLessThan(1e-10);
  });

  it.each([1, 2, 3])("with unit and time effects profiled out in every round (panel %i)", (seed) => {
    const made = panel(seed);
    const start = new Float64Array(ROWS);
    expect(furthest(run(made, start), twin(made, start))).toBeLessThan(1e-10);
  });

  it("effects of any size in the target do not matter", () => {
    const made = panel(4);
    const moved = { ...made, target: made.target.map((y, i) => y + 1000 * Math.floor(i / PERIODS) - 50 * (i % PERIODS)) };
    const start = new Float64Array(ROWS);
    // A million times the noise costs six digits.
    expect(furthest(run(made, start), run(moved, start))).toBeLessThan(1e-9);
  });

  it("columns drawn at random: the same key gives the same bits, another key other trees", () => {
    const made = { ...panel(5), effects: [] };
    const start = new Float64Array(ROWS);
    const drawn = (key: readonly [number, number]): readonly Float64Array[] =>
      growBoosting(kernels, made.design, { ...made, settings: { ...SETTINGS, maxFeatures: 1 }, rate: RATE, start, key, checkpoints: CHECKPOINTS });
    expect(drawn([1, 2])).toEqual(drawn([1, 2]));
    expect(drawn([1, 2])).not.toEqual(drawn([3, 4]));
  });
});
