import { expect, it } from "vitest";
import { absorbedParameters } from "../../src/inference/errors/degrees.js";
import type { Group } from "../../src/kernels/design.js";

it("an absorbed effect that is nested in one way of the clusters counts nothing", () => {
  const groupOf = (codeOf: (row: number) => number): Group => {
    const codes = Int32Array.from({ length: 60 }, (_, row) => codeOf(row));
    return { codes, levels: Math.max(...codes) + 1 };
  };
  const [unit, year] = [groupOf((row) => Math.floor(row / 5)), groupOf((row) => row % 5)];
  const region = groupOf((row) => Math.floor(row / 20));
  const rank = 12 + 5 - 1;
  expect(absorbedParameters([unit, year], [], rank)).toBe(16);
  expect(absorbedParameters([unit, year], [region], rank)).toBe(1 + 4);
  expect(absorbedParameters([unit, year], [year], rank)).toBe(1 + 11);
  expect(absorbedParameters([unit, year], [region, year], rank)).toBe(1);
  expect(absorbedParameters([], [unit], 0)).toBe(0);
});
