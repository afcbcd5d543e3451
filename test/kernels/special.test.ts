import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSpecial, type Special } from "../../src/kernels/special.js";
import { builds } from "./builds.js";

type Name = Exclude<keyof Special, "normalCdf" | "studentCdf">;

/** Arguments, then the value to the last digit (test/golden/special.py). */
const golden = JSON.parse(readFileSync(new URL("../golden/special.json", import.meta.url), "utf8")) as Record<Name, number[][]>;

/** Relative error allowed; a tail of 1e-300 is exp(-690), and the exponent's own rounding is 690 * 1e-16. */
const ORDINARY = 3e-14;
const FAR_OUT = 2e-13;

describe.each(builds)("special functions, $build build", ({ kernels }) => {
  const special = createSpecial(kernels);

  test.each(Object.keys(golden) as Name[])("%s equals the exact values", (name) => {
    const compute: (...values: [number, number, number]) => number = special[name];
    for (const row of golden[name]) {
      const [wanted = NaN] = row.slice(-1);
      const error = Math.abs(compute(...(row.slice(0, -1) as [number, number, number])) - wanted);
      const tail = name.endsWith("Tail") && wanted < 1e-30;
      expect(error, `${name}(${row.slice(0, -1).join(", ")})`).toBeLessThanOrEqual((tail ? FAR_OUT : ORDINARY) * Math.abs(wanted));
    }
  });

  test("distribution functions are the tails of the other side", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), fc.double({ min: 0.5, max: 1e5, noNaN: true }), (x, df) => {
        expect(special.normalCdf(x)).toBe(special.normalTail(-x));
        expect(special.studentCdf(x, df)).toBe(special.studentTail(-x, df));
        expect(special.normalCdf(x) + special.normalTail(x)).toBeCloseTo(1, 14);
        expect(special.studentCdf(x, df) + special.studentTail(x, df)).toBeCloseTo(1, 14);
      }),
    );
  });

  test("quantiles invert distribution functions", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-200, max: 0.5, noNaN: true }), fc.double({ min: 0.8, max: 1e5, noNaN: true }), (p, df) => {
        const z = special.normalQuantile(p);
        // a relative error in z is magnified by z^2
        expect(Math.abs(special.normalCdf(z) / p - 1)).toBeLessThan(1e-15 * (10 + z * z));
        const t = special.studentQuantile(p, df);
        if (!(Math.abs(t) < 1e100)) return;
        // a relative error in t is magnified by at most 1 + (df + 1) t^2 / (df + t^2), the elasticity of the tail
        const elasticity = (df + 1) / (1 + df / (t * t));
        expect(Math.abs(special.studentCdf(t, df) / p - 1)).toBeLessThan(1e-15 * (100 + elasticity));
      }),
    );
  });

  test("relations between the families", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 12, noNaN: true }), fc.double({ min: 1, max: 1000, noNaN: true }), (t, df) => {
        const close = (a: number, b: number): void => expect(Math.abs(a / b - 1)).toBeLessThan(1e-12);
        close(special.fTail(t * t, 1, df), 2 * special.studentTail(t, df));
        close(special.chiSquareTail(t * t, 1), 2 * special.normalTail(t));
        close(special.chiSquareTail(t, 2), special.exp(-t / 2));
        expect(special.studentTail(t, df)).toBeGreaterThanOrEqual(special.normalTail(t) * (1 - 1e-13));
        expect(special.fTail(t, 3, Infinity)).toBe(special.chiSquareTail(3 * t, 3));
        close(special.logGamma(t + 1) + 10, special.logGamma(t) + special.log(t) + 10);
      }),
    );
  });

  test("many degrees of freedom are near the normal", () => {
    for (const t of [0.1, 1, 2, 5]) {
      expect(special.studentTail(t, Infinity)).toBe(special.normalTail(t));
      for (const df of [1e7, 1e9, 1e12]) {
        expect(Math.abs(special.studentTail(t, df) / special.normalTail(t) - 1)).toBeLessThan(200 / df + 1e-13);
      }
    }
  });

  test("ends and nonsense", () => {
    expect(special.normalTail(Infinity)).toBe(0);
    expect(special.normalTail(-Infinity)).toBe(1);
    expect(special.normalTail(0)).toBe(0.5);
    expect(special.normalQuantile(0)).toBe(-Infinity);
    expect(special.normalQuantile(1)).toBe(Infinity);
    expect(special.normalQuantile(0.5)).toBe(0);
    expect(special.studentTail(Infinity, 3)).toBe(0);
    expect(special.studentTail(-Infinity, 3)).toBe(1);
    expect(special.studentQuantile(0, 3)).toBe(-Infinity);
    expect(special.studentQuantile(0.5, 3)).toBe(0);
    expect(special.fTail(0, 2, 3)).toBe(1);
    expect(special.fTail(Infinity, 2, 3)).toBe(0);
    expect(special.chiSquareTail(0, 2)).toBe(1);
    expect(special.chiSquareTail(-1, 2)).toBe(1);
    expect(special.chiSquareTail(Infinity, 2)).toBe(0);
    for (const nonsense of [
      special.normalTail(NaN), special.normalCdf(NaN), special.normalQuantile(NaN), special.normalQuantile(-0.1),
      special.normalQuantile(1.1), special.studentTail(NaN, 3), special.studentTail(1, NaN), special.studentTail(1, 0),
      special.studentTail(1, -2), special.studentQuantile(NaN, 3), special.studentQuantile(0.3, -1),
      special.fTail(NaN, 1, 1), special.fTail(1, NaN, 1), special.fTail(1, 1, 0), special.chiSquareTail(NaN, 1),
      special.chiSquareTail(1, 0), special.logGamma(-1), special.logGamma(0), special.logGamma(NaN),
    ]) expect(nonsense).toBeNaN();
  });
});
