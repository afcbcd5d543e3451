import { describe, expect, test } from "vitest";
import { EstimationError } from "../../src/errors.js";
import type { Group } from "../../src/kernels/design.js";
import type { Fitted, Options } from "../../src/learners/learner.js";
import { logit } from "../../src/learners/logit.js";
import { builds } from "../kernels/builds.js";
import { randoms } from "../kernels/twins/forest.js";

const defaults = Object.fromEntries(Object.entries(logit.options).map(([name, schema]) => [name, schema.default]));
const logOdds = (p: number): number => Math.log(p / (1 - p));

interface Sample {
  readonly features: readonly Float64Array[];
  readonly groups: readonly Group[];
  readonly target: Float64Array;
}

/** 60 rows, two features, groups of 6 and 4 levels; outcomes noisy enough to have a maximum. */
function sample(seed = 1): Sample {
  const random = randoms(seed);
  const column = (): Float64Array => Float64Array.from({ length: 60 }, random);
  const features = [column(), column()];
  const target = column().map((noise, i) => (noise + 0.4 * (features[0]?.[i] ?? 0) > 0.7 ? 1 : 0));
  const groups = [6, 4].map((levels) => ({ codes: Int32Array.from(column(), (value) => Math.floor(levels * value)), levels }));
  return { features, groups, target };
}

describe.each(builds)("logit as a learner, $build build", ({ kernels }) => {
  const run = ({ features, groups, target }: Sample, options: Options, train: Uint32Array, predict: Uint32Array): Fitted =>
    logit.fit(kernels, {
      design: { key: "logit", rows: target.length, features, groups }, target, train, predict, options: { ...defaults, ...options },
      weights: null, together: null, key: [1, 2],
    }, { from: 0, to: 1 });
  const rowsOf = (target: Float64Array): Uint32Array => Uint32Array.from(target, (_, i) => i);

  test("a level unseen in training has its group's mean effect: the limit of a ridge that vanishes", () => {
    const made = sample();
    const rows = rowsOf(made.target);
    const train = rows.filter((row) => made.groups[0]?.codes[row] !== 2);
    const plain = run(made, {}, train, rows);
    expect(plain.notes).toEqual({});
    const nearly = run(made, { penalty: "ridge", C: 1e6 }, train, rows);
    // The ridge is off by about 1 / C times the coefficients over the rows of a level.
    plain.predictions.forEach((p, i) => expect(Math.abs(p - (nearly.predictions[i] ?? NaN))).toBeLessThan(1e-5));
    // By hand: at one held-out row the features and the other group as they are, the unseen level at the mean of the seen ones.
    const row = rows.find((one) => made.groups[0]?.codes[one] === 2) ?? 0;
    const asLevel = [0, 1, 3, 4, 5].map((level) => {
      const moved = made.groups.map((group, g) => (g === 0 ? { ...group, codes: group.codes.map((code, i) => (i === row ? level : code)) } : group));
      return logOdds(run({ ...made, groups: moved }, {}, train, Uint32Array.of(row)).predictions[0] ?? NaN);
    });
    expect(logOdds(plain.predictions[row] ?? NaN)).toBeCloseTo(asLevel.reduce((a, b) => a + b, 0) / 5, 8);
  });

  test("levels with one outcome predict it, say so, and leave the others as if they were not there", () => {
    const made = sample(2);
    const rows = rowsOf(made.target);
    const codes = made.groups[1]?.codes ?? new Int32Array(0);
    const target = made.target.map((y, i) => (codes[i] === 0 ? 1 : codes[i] === 1 ? 0 : y));
    const { predictions, notes } = run({ ...made, target }, {}, rows, rows);
    expect(notes).toEqual({ warnings: [expect.stringContaining("one outcome only") as string] });
    const others = rows.filter((row) => (codes[row] ?? 0) > 1);
    const alone = run({ ...made, target }, {}, others, others);
    rows.filter((row) => codes[row] === 0).forEach((row) => expect(predictions[row]).toBe(1));
    rows.filter((row) => codes[row] === 1).forEach((row) => expect(predictions[row]).toBe(0));
    others.forEach((row, i) => expect(predictions[row]).toBeCloseTo(alone.predictions[i] ?? NaN, 12));
    const ridge = run({ ...made, target }, { penalty: "ridge" }, rows, rows);
    expect(ridge.notes).toEqual({});
    expect(ridge.predictions.every((p) => p > 0 && p < 1)).toBe(true);
  });

  test("rows taken out may leave further levels with one outcome; levels that disagree leave a row to the rest", () => {
    // Level 0 of a is all ones; without it level 0 of b is all zeros.
    const a = { codes: Int32Array.of(0, 0, 1, 1, 1, 1), levels: 2 };
    const b = { codes: Int32Array.of(0, 1, 0, 0, 1, 1), levels: 2 };
    const made = { features: [], groups: [a, b], target: Float64Array.of(1, 1, 0, 0, 1, 0) };
    const { predictions } = run(made, {}, rowsOf(made.target), rowsOf(made.target));
    expect([...predictions].map((p) => Number(p.toFixed(12)))).toEqual([0.5, 1, 0, 0, 0.5, 0.5]);
  });

  test("one outcome, one row, one row a level: certain, and said", () => {
    const made = sample(3);
    const rows = rowsOf(made.target);
    for (const [target, train] of [[made.target.map(() => 1), rows], [made.target.map(() => 1), rows.subarray(0, 1)]] as const) {
      const { predictions, notes } = run({ ...made, target }, {}, train, rows);
      expect(predictions.every((p) => p === 1)).toBe(true);
      expect(notes["warnings"]).toHaveLength(1);
    }
    const alone = { ...made, groups: [{ codes: Int32Array.from(rows), levels: 60 }] };
    expect(run(alone, {}, rows, rows).predictions).toEqual(made.target);
  });

  test("separated outcomes and a limit that was hit are warned of", () => {
    const made = { features: [Float64Array.of(1, 2, 3, 4)], groups: [], target: Float64Array.of(0, 0, 1, 1) };
    const rows = rowsOf(made.target);
    expect(run(made, {}, rows, rows).notes["warnings"]).toEqual([expect.stringContaining("separate the outcomes")]);
    expect(run(made, { penalty: "ridge", maxIter: 1 }, rows, rows).notes["warnings"]).toEqual([expect.stringContaining("Raise maxIter")]);
  });

  test("standardize: the penalty does not depend on a column's scale, which it does otherwise", () => {
    const made = sample(4);
    const rows = rowsOf(made.target);
    const scaled = { ...made, features: made.features.map((feature) => feature.map((value) => 5 + 30 * value)) };
    const of = (one: Sample, standardize: boolean): Float64Array => run(one, { penalty: "ridge", C: 0.1, standardize }, rows, rows).predictions;
    of(scaled, true).forEach((p, i) => expect(p).toBeCloseTo(of(made, true)[i] ?? NaN, 10));
    expect(Math.max(...of(scaled, false).map((p, i) => Math.abs(p - (of(made, false)[i] ?? NaN))))).toBeGreaterThan(1e-3);
  });

  test("targets other than 0 and 1 and the within loss are refused in words", () => {
    const made = sample(5);
    const rows = rowsOf(made.target);
    expect(() => run({ ...made, target: made.target.map((y) => 2 * y) }, {}, rows, rows)).toThrow("needs a target of 0 and 1, and one row has 2");
    expect(() => logit.fitWithin(kernels, {} as never)).toThrow(EstimationError);
  });
});
