import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finalStage } from "../../src/inference/finalStage.js";
import { unitInfluence } from "../../src/inference/diagnostics/influence.js";
import { treatmentSupport } from "../../src/inference/diagnostics/support.js";
import { standardErrors } from "../../src/inference/errors/covariance.js";
import { influenceLines, supportLine } from "../../src/report/influence.js";

const UNITS = 9;
const ROWS = 45;
const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: ROWS, maxLength: ROWS });
const wave = (a: number, b: number) => (value: number, i: number): number => value + ((i * a) % b) / b - 0.5;
const units = { codes: Int32Array.from({ length: ROWS }, (_, i) => (i * i) % UNITS), levels: UNITS + 1, labels: Array.from({ length: UNITS + 1 }, (_, u) => `unit ${u}`) };

/** k regressors with instruments beside them (the first is a constant), and an outcome. */
function problem(k: number) {
  return fc.tuple(numbers, fc.array(numbers, { minLength: k, maxLength: k })).map(([e, columns]) => {
    const z = columns.map((one, j) => Float64Array.from(one, (value, i) => (j === 0 && k > 1 ? 1 : 0.3 * value + 2 * wave(5 + 2 * j, 13 + 4 * j)(0, i))));
    const x = z.map((column, j) => column.map((value, i) => (j === 0 && k > 1 ? 1 : value + 0.3 * columns[j]![(i * 7) % ROWS]!)));
    const y = Float64Array.from(e, (value, i) => value + wave(8, 23)(0, i) + (x.at(-1)![i] ?? 0) * 0.4);
    return { y, x, z };
  });
}

/** The same from the rows that stay. */
function bruteForce(columns: { readonly y: Float64Array; readonly x: readonly Float64Array[]; readonly z: readonly Float64Array[] }, unit: number, parameters: number) {
  const keep = (values: Float64Array): Float64Array => values.filter((_, i) => units.codes[i] !== unit);
  const stage = finalStage(keep(columns.y), columns.x.map(keep), columns.z.map(keep));
  const clusters = { codes: units.codes.filter((code) => code !== unit), levels: units.levels };
  return { coef: stage.coefficients.at(-1)!, se: standardErrors(stage, { kind: "cluster", clusters: [clusters], rule: "cgm", correction: true, parameters }).at(-1)! };
}

describe("the estimate without each unit", () => {
  it.each([1, 2, 3])("%d coefficients: as solved again from the rows that stay", (k) => {
    fc.assert(fc.property(problem(k), (columns) => {
      const quantile = 1.96;
      const found = unitInfluence(finalStage(columns.y, columns.x, columns.z), { ...columns, units, parameters: k, quantile });
      const present = [...new Set(units.codes)];
      const again = new Map(present.map((unit) => [`unit ${unit}`, bruteForce(columns, unit, k)]));
      for (const { unit, coef, se } of found.most) {
        // Two solutions of the same equations, whose matrices have a condition of some hundred.
        expect(Math.abs(coef - again.get(unit)!.coef)).toBeLessThan(1e-11);
        expect(Math.abs(se / again.get(unit)!.se - 1)).toBeLessThan(1e-9);
      }
      const coefs = [...again.values()].map(({ coef }) => coef);
      const full = finalStage(columns.y, columns.x, columns.z).coefficients.at(-1)!;
      expect(found.range[0]).toBeCloseTo(Math.min(full, ...coefs), 10);
      expect(found.range[1]).toBeCloseTo(Math.max(full, ...coefs), 10);
      expect(found.essential).toEqual([]);
      const largest = [...coefs].map((coef) => Math.abs(coef - full)).sort((a, b) => b - a);
      found.most.forEach(({ change }, i) => expect(Math.abs(change)).toBeCloseTo(largest[i]!, 10));
      expect(found.signChanges).toEqual([...again].filter(([, { coef }]) => coef * full < 0).map(([unit]) => unit).sort());
    }), { numRuns: 40 });
  });

  it("names the unit that makes the sign, and those that make significance", () => {
    const x = Float64Array.from({ length: ROWS }, (_, i) => ((i * 7) % 11) / 5 - 1);
    const y = x.map((value, i) => (units.codes[i] === 4 ? 30 * value : -0.5 * value) + ((i * 3) % 7) / 10 - 0.3);
    const found = unitInfluence(finalStage(y, [x], [x]), { x: [x], z: [x], units, parameters: 1, quantile: 1.96 });
    expect(found.signChanges).toEqual(["unit 4"]);
    expect(found.significanceChanges).toEqual(["unit 4"]);
    expect(found.most[0]!.unit).toBe("unit 4");
    expect(influenceLines(found, 2).slice(1)).toEqual(["The estimate changes sign without `unit 4`.", "With errors clustered by unit, whether the estimate is significant hangs on single units: `unit 4`."]);
    expect(influenceLines(found, 2, " of AI")[1]).toBe("The estimate of AI changes sign without `unit 4`.");
  });

  it("a unit without which nothing can be estimated is named as such, and in no other list", () => {
    const x = Float64Array.from({ length: ROWS }, (_, i) => (units.codes[i] === 4 ? (i % 5) - 2 : 0));
    const y = x.map((value, i) => value + ((i * 3) % 7) / 10);
    const found = unitInfluence(finalStage(y, [x], [x]), { x: [x], z: [x], units, parameters: 1, quantile: 1.96 });
    expect(found.most.map(({ unit }) => unit)).not.toContain("unit 4");
    expect(found.essential).toEqual(["unit 4"]);
    expect(found.range.every(Number.isFinite)).toBe(true);
    expect(influenceLines(found, 2).at(-1)).toBe("Nothing can be estimated without `unit 4`.");
  });
});

describe("support of the treatment", () => {
  it("a fair coin: every row counts; one large row: one", () => {
    const coin = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0.5 : -0.5));
    expect(treatmentSupport(coin, coin)).toEqual({ topShare: 0.01, effectiveRows: 200, varianceLeft: 1 });
    const alone = coin.map((_, i) => (i === 3 ? -7 : 0));
    expect(treatmentSupport(alone, coin)).toMatchObject({ topShare: 1, effectiveRows: 1 });
    expect(supportLine(treatmentSupport(coin.map((value) => value / 2), coin), 200)).toBe(
      "Controls and effects leave 25.0 % of the treatment's variance; its largest hundredth of rows holds 1.0 % of it, so that it carries as much as 200 rows of 200 with residuals of one size.",
    );
  });

  it("units and order do not matter", () => {
    fc.assert(fc.property(numbers, fc.double({ min: 0.1, max: 10, noNaN: true }), (list, unit) => {
      const v = Float64Array.from(list, wave(7, 11));
      const [a, b] = [treatmentSupport(v, v), treatmentSupport(v.map((value) => value * unit).reverse(), v.map((value) => value * unit))];
      expect(b.topShare).toBeCloseTo(a.topShare, 12);
      expect(b.effectiveRows).toBeCloseTo(a.effectiveRows, 9);
      expect(b.varianceLeft).toBeCloseTo(1, 12);
      expect(a.effectiveRows).toBeLessThanOrEqual(ROWS + 1e-9);
    }), { numRuns: 40 });
  });
});
