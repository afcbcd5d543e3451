import { expect, test } from "vitest";
import { withIndicators } from "../../src/learners/missing.js";

const train = Uint32Array.of(0, 1, 2);
const control = Float64Array.of(1, NaN, 3, NaN);
const whole = Float64Array.of(5, 6, 7, 8);
const design = { key: "gaps", rows: 4, features: [whole, control], groups: [], products: [false, false] };

test("a missing cell is the training mean, and a column says where", () => {
  const { features, products } = withIndicators({ design, train, weights: null }).design;
  expect(features).toEqual([whole, Float64Array.of(1, 2, 3, 2), Float64Array.of(0, 1, 0, 1)]);
  expect(products).toEqual([false, false, false]);
});

test("the mean is weighted; held-out cells do not enter it", () => {
  const { features } = withIndicators({ design, train, weights: Float64Array.of(3, 1, 1, 9) }).design;
  expect(features[1]).toEqual(Float64Array.of(1, 1.5, 3, 1.5));
});

test("a square is filled too, but shares its control's column: penalised learners would count it twice", () => {
  const squared = { ...design, features: [control, control.map((value) => value * value)], products: [false, true] };
  const { features, products } = withIndicators({ design: squared, train, weights: null }).design;
  expect(features).toEqual([Float64Array.of(1, 2, 3, 2), Float64Array.of(1, 5, 9, 5), Float64Array.of(0, 1, 0, 1)]);
  expect(products).toEqual([false, true, false]);
});

test("a feature that training rows do not have is 0; a design without gaps stays as it is", () => {
  const job = { design, train: Uint32Array.of(1, 3), weights: null };
  expect(withIndicators(job).design.features[1]).toEqual(Float64Array.of(1, 0, 3, 0));
  const full = { ...job, design: { ...design, features: [whole] } };
  expect(withIndicators(full)).toBe(full);
});
