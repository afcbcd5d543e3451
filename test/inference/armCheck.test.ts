import { describe, expect, it } from "vitest";
import { armWarnings } from "../../src/inference/diagnostics/armCheck.js";
import { createSpecial } from "../../src/kernels/special.js";
import { createEngine, type ResultRow } from "../../src/index.js";
import { plainLeastSquares } from "../helpers/leastSquares.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const special = createSpecial((await createEngine()).kernels);
const normals = normalsOf(special);
const ROWS = 400;

type Columns = Readonly<Record<string, Float64Array>>;

/**
 * Two controls act on the outcome by their product, and on the chance of treatment too; the true nuisances, and ones that
 * know of no product. `share` takes a propensity of a half for some.
 */
function world(seed: number): Columns {
  const [x1, x2, u, noise, coin] = [1, 2, 3, 4, 5].map((k) => normals(100 * seed + k, ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const chance = x1.map((value, i) => 0.5 + 0.3 * Math.tanh(value * x2[i]!));
  const d = chance.map((p, i) => (special.normalTail(u[i]!) < p ? 1 : 0));
  const z = chance.map((p, i) => (special.normalTail(coin[i]!) < p ? 1 : 0));
  const took = z.map((arm, i) => (arm === 1 && noise[i]! + u[i]! > -1 ? 1 : 0));
  const g0 = x1.map((value, i) => value + value * x2[i]!);
  return {
    x1, x2, d, z, took, g0, g1: g0.map((value) => value + 1), m: chance,
    y: g0.map((value, i) => value + d[i]! + noise[i]!), yTook: g0.map((value, i) => value + took[i]! + noise[i]!),
    plain0: x1, plain1: x1.map((value) => value + 1), half: new Float64Array(ROWS).fill(0.5), unit: d.map((_, i) => Math.floor(i / 4)),
    w: d.map((_, i) => 0.5 + (i % 3) / 2),
  };
}

const given = (g0: string, g1: string, m: string): object => ({ g0: { column: g0 }, g1: { column: g1 }, m: { column: m } });
const base = { outcome: "y", treatment: "d", model: "irm", controls: ["x1", "x2"] };
const TRUE = given("g0", "g1", "m");
const BLIND = given("plain0", "plain1", "half");

async function run(columns: Columns, options: readonly object[], more: object = {}): Promise<readonly ResultRow[]> {
  return runOn(panelOf(columns), { base: { ...base, ...more }, tables: [{ id: "t", columns: options }] });
}

/** Predictions with the least-squares fit, in the arm, of what they leave on a constant, the controls, squares and product. */
function repaired({ x1 = new Float64Array(0), x2 = new Float64Array(0) }: Columns, y: Float64Array, g: Float64Array, inside: Float64Array, weights?: Float64Array): Float64Array {
  const dictionary = [x1.map(() => 1), x1, x2, x1.map((v) => v * v), x2.map((v) => v * v), x1.map((v, i) => v * x2[i]!)];
  const root = (values: Float64Array): Float64Array => values.map((value, i) => value * Math.sqrt(weights?.[i] ?? 1)).filter((_, i) => inside[i] === 1);
  const { coefficients } = plainLeastSquares(root(y.map((value, i) => value - g[i]!)), dictionary.map(root));
  return g.map((value, i) => value + dictionary.reduce((sum, column, j) => sum + coefficients[j]! * column[i]!, 0));
}

describe("what outcome models leave in their arms", () => {
  it.each([["ATE", {}], ["ATTE", {}], ["ATU", {}], ["ATE", { weights: "w" }], ["ATE", { normalizeIpw: true }], ["ATE", { clip: 0.3 }]])(
    "%s, %o: the difference is that of the estimate with the residuals' least squares added", async (score, more) => {
      const columns = world(1);
      const { y, d, plain0, plain1, w } = columns as Required<Columns>;
      const weights = "weights" in more ? w : undefined;
      const better = { ...columns, r0: repaired(columns, y!, plain0!, d!.map((arm) => 1 - arm), weights), r1: repaired(columns, y!, plain1!, d!, weights) };
      const [row, other] = await run(better, [{ learner: BLIND }, { learner: given("r0", "r1", "half") }], { ...more, score });
      const [check] = row?.estimate?.armChecks ?? [];
      expect(check?.on).toBe("controls, their squares and products");
      expect(check?.difference).toBeCloseTo((other?.estimate?.coef ?? NaN) - (row?.estimate?.coef ?? NaN), 6); // the ridge is 1e-9
    });

  it("of iivm: the numerator's, over the first stage", async () => {
    const columns = world(2);
    const { yTook, z, plain0, plain1 } = columns as Required<Columns>;
    const better = { ...columns, r0: repaired(columns, yTook!, plain0!, z!.map((arm) => 1 - arm)), r1: repaired(columns, yTook!, plain1!, z!) };
    // With a first stage that the controls do not change, what the treatment's model leaves is the same for both.
    const learner = (g0: string, g1: string): object => ({ ...given(g0, g1, "half"), r1: { column: "took1" } });
    const took1 = repaired(columns, columns["took"]!, columns["half"]!, z!);
    const [row, other] = await run({ ...better, took1 }, [{ learner: learner("plain0", "plain1") }, { learner: learner("r0", "r1") }], { model: "iivm", treatment: "took", instrument: "z", outcome: "yTook", alwaysTakers: false });
    const moved = (other?.estimate?.coef ?? NaN) - (row?.estimate?.coef ?? NaN);
    expect(row?.estimate?.armChecks?.[0]?.difference).toBeCloseTo(moved, 6);
  });

  it("apo: a contrast moves by what its two levels move by", async () => {
    const [row] = await run(world(3), [{ model: "apo", learner: { g: "ols", m: "logit" } }]);
    const [contrast, zero, one] = row?.estimate?.armChecks ?? [];
    expect([contrast?.name, zero?.name, one?.name]).toEqual(["d: 1 - 0", "E[Y(0)]", "E[Y(1)]"]);
    expect(contrast?.difference).toBeCloseTo((one?.difference ?? NaN) - (zero?.difference ?? NaN), 10);
  });

  it("trips in few worlds where the nuisances are the true ones, and in most where both miss a product", async () => {
    const WORLDS = 100;
    const trips = { true: 0, blind: 0, blindTo: 0 };
    let squares = 0;
    for (let seed = 1; seed <= WORLDS; seed++) {
      const [own, blind, half] = await run(world(seed), [{ learner: TRUE }, { learner: BLIND }, { learner: given("g0", "g1", "half") }]);
      const tripped = (row: ResultRow | undefined): number => (row?.estimate?.armChecks?.[0]?.tripped === true ? 1 : 0);
      trips.true += tripped(own);
      trips.blind += tripped(blind);
      trips.blindTo += tripped(half);
      const check = own?.estimate?.armChecks?.[0];
      squares += ((check?.difference ?? NaN) / (check?.se ?? NaN)) ** 2;
    }
    expect(trips.true).toBeLessThanOrEqual(6);
    expect(trips.blindTo).toBeLessThanOrEqual(6); // a right outcome model is enough
    expect(trips.blind).toBeGreaterThanOrEqual(90);
    expect(squares / WORLDS).toBeGreaterThan(0.7); // 1 but for chance: the standard error is the difference's
    expect(squares / WORLDS).toBeLessThan(1.4);
  });

  it("does not depend on the scale of outcome and controls", async () => {
    const columns = world(4);
    const scaled = { ...columns, y: columns["y"]!.map((v) => 1e4 * v), plain0: columns["plain0"]!.map((v) => 1e4 * v), plain1: columns["plain1"]!.map((v) => 1e4 * v), x2: columns["x2"]!.map((v) => 1e-3 * v + 7) };
    const [[row], [other]] = await Promise.all([run(columns, [{ learner: BLIND }]), run(scaled, [{ learner: BLIND }])]);
    const [[check], [large]] = [row?.estimate?.armChecks ?? [], other?.estimate?.armChecks ?? []];
    expect((large?.difference ?? NaN) / (check?.difference ?? NaN)).toBeCloseTo(1e4, 2);
    expect((large?.se ?? NaN) / (check?.se ?? NaN)).toBeCloseTo(1e4, 2);
  });

  it("is by cluster where errors are: rows that stand there four times count once", async () => {
    const columns = world(5);
    const four = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from({ length: 4 * ROWS }, (_, i) => values[Math.floor(i / 4)]!)]));
    const copies = { ...four, unit: Float64Array.from({ length: 4 * ROWS }, (_, i) => Math.floor(i / 4)) };
    const [[row], [clustered]] = await Promise.all([run(columns, [{ learner: BLIND }]), run(copies, [{ learner: BLIND, errors: { cluster: ["unit"] } }])]);
    const [[check], [copied]] = [row?.estimate?.armChecks ?? [], clustered?.estimate?.armChecks ?? []];
    expect(copied?.difference).toBeCloseTo(check?.difference ?? NaN, 8);
    expect((copied?.se ?? NaN) / (check?.se ?? NaN)).toBeCloseTo(1, 1); // the degrees of freedom differ
  });

  it("takes fewer functions where an arm has fewer rows, and none where there are no controls", async () => {
    const columns = world(6);
    const first = (rows: number): Columns => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(0, rows)]));
    const on = async (rows: number, more: object = {}): Promise<string | undefined> => (await run(first(rows), [{ learner: TRUE }], more))[0]?.estimate?.armChecks?.[0]?.on;
    expect(await on(100)).toBe("controls, their squares and products");
    expect(await on(70)).toBe("controls and their squares");
    expect(await on(45)).toBe("controls");
    const [few] = await run(first(20), [{ learner: TRUE }]);
    expect(few?.estimate?.armChecks).toBeNull();
    const [none, residual] = await run(columns, [{ learner: TRUE, controls: [] }, { model: "plr", learner: "ols" }]);
    expect(none?.estimate?.armChecks).toBeNull();
    expect(residual?.estimate?.armChecks).toBeNull();
  });

  it("controls that determine each other, or are constant, do no harm", async () => {
    const columns = world(7);
    const more = { ...columns, twice: columns["x1"]!.map((v) => 2 * v), one: new Float64Array(ROWS).fill(1) };
    const [row, other] = await run(more, [{ learner: BLIND }, { learner: BLIND, controls: ["x1", "x2", "twice", "one"] }]);
    const [[check], [wide]] = [row?.estimate?.armChecks ?? [], other?.estimate?.armChecks ?? []];
    expect((wide?.difference ?? NaN) / (check?.difference ?? NaN)).toBeCloseTo(1, 3);
  });

  it("a row says what is missed, by how much the estimate would move, and the mend", async () => {
    const [row] = await run(world(1), [{ learner: BLIND }]);
    const [text] = armWarnings(row?.estimate?.armChecks ?? null);
    expect(row?.estimate?.warnings).toContain(text);
    expect(armWarnings([{ name: "a", on: "controls", difference: 1, se: 0.25, tripped: true }, { name: "b", on: "controls", difference: -2.5, se: 0.125, tripped: true }])[0]).toContain("a by 1.00 (s.e. 0.25), b by -2.50 (s.e. 0.13).");
    expect(text).toMatch(/^The outcome models miss something: .* on the controls, their squares and products would move d by -?[\d.]+ \(s\.e\. [\d.]+\)\. .* use another learner for `g`, or more features\.$/);
  });
});
