import { describe, expect, it } from "vitest";
import { createEngine, EstimationError } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { planFolds } from "../../src/plan/folds.js";
import { createSampler, type Sample } from "../../src/plan/sample.js";
import type { FoldChoice } from "../../src/study/specification.js";
import { panelOf } from "../helpers/study.js";

const special = createSpecial((await createEngine()).kernels);
const BY_UNIT = { kind: "random", k: 5, by: ["unit"], stratify: false } as const satisfies FoldChoice;
const BY_ROW: FoldChoice = { kind: "random", k: 5, by: [], stratify: false };

/** Rows of units 1.., each with so many rows. */
function sampleOf(sizes: readonly number[], more: Readonly<Record<string, readonly number[]>> = {}): Sample {
  const unit = sizes.flatMap((size, i) => Array<number>(size).fill(i + 1));
  return sampleFrom({ unit, ...more });
}

function sampleFrom(columns: Readonly<Record<string, readonly number[]>>): Sample {
  return createSampler(panelOf(columns), special)({ where: null, numeric: Object.keys(columns), categorical: [], absorbed: [], leastRows: null, differences: null, prepare: null });
}

/** Fold of each unit, by its label; fails where a unit is in two. */
function foldOfUnits(sample: Sample, choice: FoldChoice, seed = 42, repetition = 0): ReadonlyMap<string, number> {
  const { folds } = planFolds(sample, choice, seed, repetition);
  const { codes, labels } = sample.levels("unit");
  const found = new Map<string, number>();
  codes.forEach((code, row) => {
    const label = labels[code] ?? "";
    const fold = folds[row] ?? -1;
    expect(found.get(label) ?? fold, `unit ${label} is split`).toBe(fold);
    found.set(label, fold);
  });
  return found;
}

function counts(folds: Iterable<number>, k: number): readonly number[] {
  const found = Array<number>(k).fill(0);
  for (const fold of folds) found[fold] = (found[fold] ?? 0) + 1;
  return found;
}

const spread = (sizes: readonly number[]): number => Math.max(...sizes) - Math.min(...sizes);

describe("folds by unit", () => {
  it("keep units together, and differ by one unit at most, however unbalanced the panel", () => {
    for (const units of [5, 23, 100, 101, 104]) {
      const sample = sampleOf(Array.from({ length: units }, (_, i) => 1 + (i % 9)));
      expect(spread(counts(foldOfUnits(sample, BY_UNIT).values(), 5))).toBeLessThanOrEqual(1);
    }
  });

  it("do not depend on the order of the rows", () => {
    const unit = Array.from({ length: 200 }, (_, i) => 1 + (i % 50));
    const forward = foldOfUnits(sampleFrom({ unit }), BY_UNIT);
    const backward = foldOfUnits(sampleFrom({ unit: [...unit].reverse() }), BY_UNIT);
    expect(new Map([...backward].sort())).toEqual(new Map([...forward].sort()));
  });

  it("follow from the labels alone: the same units in another panel, or with other rows, are dealt alike", () => {
    const few = foldOfUnits(sampleOf(Array<number>(40).fill(2)), BY_UNIT);
    const many = foldOfUnits(sampleOf(Array<number>(40).fill(7)), BY_UNIT);
    expect(many).toEqual(few);
  });

  it("by other columns too", () => {
    const region = Array.from({ length: 60 }, (_, i) => i % 12);
    const sample = sampleOf(Array<number>(20).fill(3), { region });
    const { folds } = planFolds(sample, { kind: "random", k: 4, by: ["region"], stratify: false }, 42, 0);
    const foldOf = new Map<number, number>();
    region.forEach((value, row) => expect(foldOf.set(value, foldOf.get(value) ?? folds[row] ?? -1).get(value)).toBe(folds[row]));
    expect(spread(counts(foldOf.values(), 4))).toBe(0);
  });

  it("fewer units than folds is an error of the row, which says both numbers", () => {
    const few = sampleOf([3, 3, 3]);
    expect(() => planFolds(few, BY_UNIT, 42, 0)).toThrow(EstimationError);
    expect(() => planFolds(few, BY_UNIT, 42, 0)).toThrow("3 values of `unit` cannot be dealt to 5 folds. Lower `folds.k`");
    expect(planFolds(sampleOf([3, 3, 3, 3, 3]), BY_UNIT, 42, 0).held.map((rows) => rows.length)).toEqual([3, 3, 3, 3, 3]);
  });
});

describe("folds by row", () => {
  it("differ by one row at most, and are no blocks", () => {
    const { folds } = planFolds(sampleOf([203]), BY_ROW, 42, 0);
    expect(spread(counts(folds, 5))).toBe(1);
    expect(spread(counts(folds.slice(0, 100), 5))).toBeLessThan(20);
    expect(folds.slice(0, 20).some((fold, i) => fold !== folds[i + 20])).toBe(true);
  });

  it("turn by one fold, from the place of an added row on, and no further", () => {
    const before = planFolds(sampleOf([500]), BY_ROW, 42, 0).folds;
    const after = planFolds(sampleOf([501]), BY_ROW, 42, 0).folds;
    const shifts = counts(Array.from(before, (fold, row) => ((after[row] ?? 0) - fold + 5) % 5), 5);
    expect((shifts[0] ?? 0) + (shifts[1] ?? 0)).toBe(500);
  });

  it("more folds than rows is an error of the row", () => {
    expect(() => planFolds(sampleOf([4]), BY_ROW, 42, 0)).toThrow("4 rows cannot be dealt to 5 folds");
  });
});

describe("any folds", () => {
  const sample = sampleOf(Array.from({ length: 50 }, (_, i) => 1 + (i % 4)));

  it.each([["by unit", BY_UNIT], ["by row", BY_ROW]])("%s: deterministic, of their own for each seed and repetition", (_, choice) => {
    const key = (seed: number, repetition: number): string => planFolds(sample, choice, seed, repetition).key;
    expect(key(42, 0)).toBe(key(42, 0));
    const keys = [key(42, 0), key(42, 1), key(42, 2), key(43, 0), key(0, 0), key(4294967295, 0)];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("of two repetitions have as much in common as chance gives", () => {
    const wide = sampleOf([2000]);
    const [one, two] = [0, 1].map((repetition) => planFolds(wide, BY_ROW, 42, repetition).folds) as [Int32Array, Int32Array];
    const same = one.reduce((sum, fold, row) => sum + (two[row] === fold ? 1 : 0), 0);
    expect(same / 2000).toBeGreaterThan(0.15);
    expect(same / 2000).toBeLessThan(0.25);
  });

  it("hold each row out once, and train on all others, in their order", () => {
    const { train, held, folds } = planFolds(sample, BY_UNIT, 42, 0);
    expect(held.flatMap((rows) => [...rows]).sort((a, b) => a - b)).toEqual([...folds.keys()]);
    train.forEach((rows, fold) => expect([...rows]).toEqual([...folds.keys()].filter((row) => folds[row] !== fold)));
    held.forEach((rows, fold) => expect([...rows]).toEqual([...folds.keys()].filter((row) => folds[row] === fold)));
  });

  it("from a column are taken as they stand; one value is an error", () => {
    const fold = [7, 7, 3, 3, 5, 5];
    const given = sampleFrom({ fold, one: [1, 1, 1, 1, 1, 1] });
    const { k, folds, held } = planFolds(given, { kind: "column", column: "fold" }, 42, 0);
    expect(k).toBe(3);
    expect([...folds]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(held.map((rows) => [...rows])).toEqual([[0, 1], [2, 3], [4, 5]]);
    expect(planFolds(given, { kind: "column", column: "fold" }, 1, 3).key).toBe(planFolds(given, { kind: "column", column: "fold" }, 42, 0).key);
    expect(() => planFolds(given, { kind: "column", column: "one" }, 42, 0)).toThrow("The fold column `one` has one value");
  });

  it("are these and no others: a change moves every published number", () => {
    expect([...planFolds(sampleOf(Array<number>(12).fill(1)), { ...BY_UNIT, k: 3 }, 42, 0).folds].join("")).toBe("201121002012");
  });
});
