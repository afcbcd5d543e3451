import { expect, it } from "vitest";
import { byCopy, copyFeature, copyFolds } from "../../src/plan/copies.js";
import { type Feature, featureOf, productOf } from "../../src/plan/features.js";
import type { FoldPlan } from "../../src/plan/folds.js";

const plan: FoldPlan = {
  k: 2, folds: Int32Array.of(0, 1, 0), train: [Uint32Array.of(1), Uint32Array.of(0, 2)], held: [Uint32Array.of(0, 2), Uint32Array.of(1)], key: "f",
};

it("a copy is held out with its row; copies are trained on only where they are what is fitted", () => {
  const regression = copyFolds(plan, 2, false);
  expect(regression.held.map((rows) => [...rows])).toEqual([[0, 2, 3, 5], [1, 4]]);
  expect(regression.train.map((rows) => [...rows])).toEqual([[1], [0, 2]]);
  expect([...regression.folds]).toEqual([0, 1, 0, -1, -1, -1]); // a stack judges rows as observed
  const about = copyFolds(plan, 2, true);
  expect(about.train.map((rows) => [...rows])).toEqual([[1, 4], [0, 2, 3, 5]]);
  expect([...about.folds]).toEqual([0, 1, 0, 0, 1, 0]);
  expect(new Set([plan.key, regression.key, about.key]).size).toBe(3);
});

it("the moved variable and its products change in a copy; its mean and all else stay", () => {
  const d = { name: "d", values: Float64Array.of(1, 2), key: "d" };
  const [treatment, control] = [featureOf(d), featureOf({ name: "x", values: Float64Array.of(3, 5), key: "x" })];
  const copies = { variable: { of: "treatment", index: 0 } as const, by: [0.5, -0.5] };
  const copied = (feature: Feature): number[] => [...copyFeature(feature, d, copies).values];
  expect(copied(treatment)).toEqual([1, 2, 1.5, 2.5, 0.5, 1.5]);
  expect(copied(productOf(treatment, treatment))).toEqual([1, 4, 2.25, 6.25, 0.25, 2.25]);
  expect(copied(productOf(control, treatment))).toEqual([3, 10, 4.5, 12.5, 1.5, 7.5]);
  expect(copied(productOf(control, control))).toEqual([9, 25, 9, 25, 9, 25]);
  expect(copied({ ...treatment, name: "mean of d" })).toEqual([1, 2, 1, 2, 1, 2]);
  expect(copied(control)).toEqual([3, 5, 3, 5, 3, 5]);
});

it("a number for each copy", () => {
  expect([...byCopy([0, 2], 3)]).toEqual([0, 0, 0, 2, 2, 2]);
});
