import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createDemeaner } from "../../src/kernels/demean.js";
import type { Group } from "../../src/kernels/design.js";
import { builds } from "./builds.js";

interface Golden {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly { readonly effects: readonly string[]; readonly weighted: boolean; readonly residuals: readonly number[] }[];
}

/** Made by pyfixest 0.60; demean.py beside it says how. */
const golden = JSON.parse(readFileSync(new URL("../golden/demean.json", import.meta.url), "utf8")) as Golden;

function column(name: string): Float64Array {
  return Float64Array.from(golden.columns[name] ?? []);
}

/** `zone#age`: the levels of zone, with a slope on age. */
function groupOf(effect: string): Group {
  const [level = "", slope] = effect.split("#");
  const codes = Int32Array.from(column(level));
  const group = { codes, levels: Math.max(...codes) + 1 };
  return slope === undefined ? group : { ...group, slope: column(slope) };
}

describe.each(builds)("demeaning against pyfixest, $build build", ({ kernels }) => {
  // Both sides promise 1e-10: pyfixest goes on to 1e-14, conjugate gradients stop at 1e-10 of the residuals' length.
  describe.each([{ method: "direct", directLimit: 1000 }, { method: "iterated", directLimit: 0 }])("$method", ({ directLimit }) => {
    test.each(golden.cases)("$effects, weighted: $weighted", ({ effects, weighted, residuals }) => {
      const options = { directLimit, weights: weighted ? column("weight") : undefined };
      const left = kernels.heap.scope(() => createDemeaner(kernels, effects.map(groupOf), options).demean(column("x")));
      const apart = Math.hypot(...left.map((value, row) => value - (residuals[row] ?? NaN)));
      expect(apart / Math.hypot(...residuals)).toBeLessThan(1e-10);
    });
  });

  test("units of one row have nothing left, and the panel has two pieces", () => {
    const groups = ["unit", "time"].map(groupOf);
    kernels.heap.scope(() => {
      const demeaner = createDemeaner(kernels, groups);
      expect([...demeaner.demean(column("x")).slice(0, 2)].map(Math.abs).every((value) => value < 1e-14)).toBe(true);
      expect(demeaner.components).toBe(2);
      expect(demeaner.rank).toBe(40 + 10 - 2);
    });
  });
});
