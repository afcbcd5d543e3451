import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CurveCounts, createCurveCounter, createStepDownCounter, type CurveEstimates } from "../../src/kernels/curve.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { builds } from "./builds.js";
import { slowCounts, slowStepDown } from "./twins/curve.js";

/** Few values, so that there are ties and both zeros, among any. */
const value = fc.oneof(fc.constantFrom(0, -0, 1, -1, 2.5, 5e-324, -1e300), fc.double({ noNaN: true, noDefaultInfinity: true }));

const problems: fc.Arbitrary<{ readonly estimates: CurveEstimates; readonly draws: readonly Float64Array[] }> = fc.integer({ min: 1, max: 30 }).chain((size) => {
  const column = (of: fc.Arbitrary<number>): fc.Arbitrary<Float64Array> => fc.array(of, { minLength: size, maxLength: size }).map((values) => Float64Array.from(values));
  const family = fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1 }).map((members) => Uint32Array.from(members).sort());
  return fc.record({
    estimates: fc.record({ se: column(fc.double({ min: 0.1, max: 10, noNaN: true })), critical: column(fc.constantFrom(0, 1.96)), families: fc.array(family, { minLength: 1, maxLength: 5 }) }),
    draws: fc.array(column(value), { minLength: 1, maxLength: 3 }),
  });
});

function counted(kernels: Kernels, estimates: CurveEstimates, draws: readonly Float64Array[]): readonly CurveCounts[] {
  return kernels.heap.scope(() => draws.map(createCurveCounter(kernels, estimates)));
}

describe.each(builds)("counts of a curve, $build build", ({ kernels }) => {
  test("the same bits as the slow twin", () => {
    fc.assert(fc.property(problems, ({ estimates, draws }) => {
      expect(counted(kernels, estimates, draws)).toEqual(draws.map((theta) => slowCounts(estimates, theta)));
    }));
  });

  test("thousands of estimates, whose every digit differs", () => {
    const size = 5000;
    const theta = Float64Array.from({ length: size }, (_, k) => Math.sin(k + 1) * 2 ** (((k * 37) % 400) - 200));
    const families = [Uint32Array.from({ length: size }, (_, k) => k), Uint32Array.from({ length: 1000 }, (_, k) => 5 * k)];
    const estimates: CurveEstimates = { se: theta.map((_, k) => 1 + (k % 7)), critical: theta.map(() => 1.96), families };
    expect(counted(kernels, estimates, [theta])).toEqual([slowCounts(estimates, theta)]);
  });

  test("step-down", () => {
    fc.assert(fc.property(problems, ({ draws: [first, ...draws] }) => {
      const sizes = first!.map(Math.abs);
      const order = Uint32Array.from(sizes, (_, k) => k).sort((a, b) => sizes[a]! - sizes[b]!);
      const found = kernels.heap.scope(() => {
        const counter = createStepDownCounter(kernels, sizes, order);
        return { largest: draws.map(counter.add), reached: counter.reached() };
      });
      expect(found).toEqual(slowStepDown(sizes, order, draws));
    }));
  });

  test("a draw of another length is refused", () => {
    const estimates: CurveEstimates = { se: Float64Array.of(1), critical: Float64Array.of(1), families: [] };
    expect(() => counted(kernels, estimates, [new Float64Array(2)])).toThrow(RangeError);
  });
});
