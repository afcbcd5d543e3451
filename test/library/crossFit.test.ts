import { describe, expect, it } from "vitest";
import { createEngine, crossFit, type CrossFitOptions, EstimationError, InputError, panelOf, type ResultRow } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { inverted } from "../helpers/leastSquares.js";
import { normalsOf } from "../helpers/normals.js";
import { runOn } from "../helpers/study.js";

const engine = await createEngine();
const normals = normalsOf(createSpecial(engine.kernels));
const [FIRMS, YEARS] = [40, 6];
const rows = FIRMS * YEARS;
const [x1, x2, u, v] = [1, 2, 3, 4].map((seed) => normals(seed, rows)) as [Float64Array, Float64Array, Float64Array, Float64Array];
const firm = Array.from({ length: rows }, (_, i) => `f${Math.floor(i / YEARS)}`);
const year = Array.from({ length: rows }, (_, i) => 2000 + (i % YEARS));
const d = x1.map((value, i) => value - 0.5 * (x2[i] ?? NaN) + (v[i] ?? NaN));
const y = d.map((value, i) => 0.5 * value + (x1[i] ?? NaN) + (u[i] ?? NaN));
const data = { y, d, x1, x2, firm, year };
const options: CrossFitOptions = { outcome: "y", treatment: "d", controls: ["x1", "x2"], unit: "firm", time: "year", learner: "ols", folds: { k: 4 } };

describe("crossFit", () => {
  it("gives what a study of the same specification gives, to the bit", async () => {
    const own = { ...options, fixedEffects: ["firm", "year"], learner: { gradboost: { trees: 20 } }, seed: 7 };
    const { estimate, specification } = await crossFit(data, own, engine);
    const { unit, time, ...base } = own;
    const [row] = (await runOn(panelOf(data), { data: { file: "data", unit, time }, base, tables: [{ id: "crossFit", columns: [{}] }] })) as [ResultRow];
    expect(estimate).toEqual(row.estimate);
    expect(specification).toEqual(row.specification);
  });

  it("gives predictions by fits without the row's fold: those of least squares by hand", async () => {
    const { repetitions: [{ folds, predictions }], estimate } = await crossFit(data, options, engine);
    expect(new Set(folds)).toEqual(new Set([0, 1, 2, 3]));
    for (const [role, target] of [["l", y], ["m", d]] as const) {
      const own = leastSquaresOut(target, folds);
      // Cholesky here, another factorisation there: rounding of 240 rows of size one
      predictions[role]!.forEach((value, i) => expect(value).toBeCloseTo(own[i]!, 10));
    }
    const [l, m] = [predictions["l"]!, predictions["m"]!].map((values, n) => values.map((value, i) => (n === 0 ? y : d)[i]! - value)) as [Float64Array, Float64Array];
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / rows;
    const [a, b] = [mean(l), mean(m)];
    const slope = m.reduce((sum, value, i) => sum + (value - b) * (l[i]! - a), 0) / m.reduce((sum, value) => sum + (value - b) * (value - b), 0);
    expect(estimate.coef).toBeCloseTo(slope, 12);
  });

  it("takes predictions made elsewhere, and nothing is fitted", async () => {
    const first = await crossFit(data, options, engine);
    const [{ folds, predictions }] = first.repetitions;
    const given = { ...data, lHat: predictions["l"]!, mHat: predictions["m"]!, fold: folds };
    const again = await crossFit(given, { ...options, learner: { l: { column: "lHat" }, m: { column: "mHat" } }, folds: { column: "fold" } }, engine, {
      onProgress: ({ tasks }) => expect(tasks).toBe(0),
    });
    expect(again.estimate.coef).toBe(first.estimate.coef);
    expect(again.estimate.se).toBe(first.estimate.se);
  });

  it("puts NaN and fold -1 where a row is not used", async () => {
    const holed = { ...data, x2: x2.map((value, i) => (i === 5 ? NaN : value)) };
    const { repetitions: [{ folds, predictions }] } = await crossFit(holed, { ...options, where: "year > 2000" }, engine);
    folds.forEach((fold, i) => expect(fold === -1).toBe(year[i] === 2000 || i === 5));
    predictions["l"]!.forEach((value, i) => expect(Number.isNaN(value)).toBe(folds[i] === -1));
  });

  it("has one split a repetition", async () => {
    const { repetitions } = await crossFit(data, { ...options, repetitions: 3 }, engine);
    expect(repetitions).toHaveLength(3);
    expect(repetitions[1]?.folds).not.toEqual(repetitions[0].folds);
  });

  it.each<readonly [Partial<CrossFitOptions>, RegExp]>([
    [{ lerner: "ols" }, /^crossFit: `lerner` is not an option of .*learner/],
    [{ outcome: "Y" }, /^crossFit.*data has no column `Y`.*`y`/],
    [{ learner: "forest" }, /^crossFit: .*forest/],
    [{ unit: "city" }, /data has no column `city`/],
    [{ by: "year" }, /`by` asks for several/],
    [{ outcome: "firm" }, /`firm`/],
  ])("says what is wrong with %j", async (wrong, message) => {
    const failed = await crossFit(data, { ...options, ...wrong }, engine).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InputError);
    expect((failed as Error).message).toMatch(message);
  });

  it("says why there is no estimate", async () => {
    await expect(crossFit(data, { ...options, where: "year > 3000" }, engine)).rejects.toThrow(EstimationError);
    await expect(crossFit({ ...data, d: x1 }, { ...options, controls: ["x1"] }, engine)).rejects.toThrow(/treatment/);
  });

  it("refuses columns of different lengths, none, and cells that are nothing", () => {
    expect(() => panelOf({ a: [1, 2], b: [1] })).toThrow("data: the columns `a` and `b` have 2 and 1 values. Give all the same number.");
    expect(() => panelOf({})).toThrow("data has no columns. Give one at least.");
    expect(() => panelOf({ a: [] })).toThrow("data has no rows. Give one at least.");
    expect(() => panelOf({ a: [{} as never] })).toThrow(/column `a` holds neither numbers, text nor dates/);
  });

  it("stops when it is told to", async () => {
    const control = new AbortController();
    const stopped = crossFit(data, { ...options, learner: { rf: { trees: 50 } } }, engine, { signal: control.signal, onProgress: ({ done }) => done > 0 && control.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
  });
});

/** y on 1, x1, x2 by the normal equations, for each fold from the others. */
function leastSquaresOut(target: Float64Array, folds: Int32Array): Float64Array {
  const columns = [new Float64Array(rows).fill(1), x1, x2];
  const out = new Float64Array(rows);
  for (let fold = 0; fold < 4; fold++) {
    const train = [...folds.keys()].filter((row) => folds[row] !== fold);
    const inner = (a: Float64Array, b: Float64Array): number => train.reduce((sum, row) => sum + a[row]! * b[row]!, 0);
    const moments = columns.map((a) => inner(a, target));
    const beta = inverted(columns.map((a) => columns.map((b) => inner(a, b)))).map((row) => row.reduce((sum, value, c) => sum + value * moments[c]!, 0));
    folds.forEach((own, row) => own === fold && (out[row] = columns.reduce((sum, column, c) => sum + column[row]! * beta[c]!, 0)));
  }
  return out;
}
