import { describe, expect, test } from "vitest";
import { measure } from "../../src/efficiency/evaluate.js";
import { type FrontierRule, frontiersOf } from "../../src/efficiency/frontier.js";
import { metaFrontier } from "../../src/efficiency/metaFrontier.js";
import { additive } from "../../src/efficiency/models/additive.js";
import { directional } from "../../src/efficiency/models/directional.js";
import { radial } from "../../src/efficiency/models/radial.js";
import { sbm } from "../../src/efficiency/models/sbm.js";
import { superCap, superSbm } from "../../src/efficiency/models/superSbm.js";
import type { Production } from "../../src/efficiency/production.js";
import { adjacentChange, globalChange } from "../../src/efficiency/productivity.js";
import { slacksBased, type SlacksBasedOptions } from "../../src/efficiency/slacksBased.js";
import { technologyOf } from "../../src/efficiency/technology.js";
import { createEngine } from "../../src/engine.js";
import { uniforms } from "../helpers/random.js";

const { kernels } = await createEngine();
const PERIODS = 5;
const UNITS = 12;
const COUNT = PERIODS * UNITS;
const periods = Int32Array.from({ length: COUNT }, (_, row) => 2010 + (row % PERIODS));
const units = Int32Array.from({ length: COUNT }, (_, row) => Math.floor(row / PERIODS));
const OPTIONS: SlacksBasedOptions = { returns: "vrs", orientation: "none", superVariant: "B", frontier: { kind: "pooled" } };

/** City-years; rows of a unit follow each other. */
const random = uniforms(3);
const column = (): Float64Array => Float64Array.from({ length: COUNT }, () => 0.2 + random());
const production: Production = { inputs: [column(), column()], outputs: [column()], undesirable: [column()] };

function scores(rule: FrontierRule): readonly (number | null)[] {
  return slacksBased(kernels, production, { ...OPTIONS, superVariant: null, frontier: rule }).map(({ score }) => score);
}

/** The score of each row when only these rows are there. */
function alone(rows: readonly number[]): ReadonlyMap<number, number | null> {
  const at = (from: Float64Array): Float64Array => Float64Array.from(rows, (row) => from[row]!);
  const part = { inputs: production.inputs.map(at), outputs: production.outputs.map(at), undesirable: production.undesirable.map(at) };
  const results = slacksBased(kernels, part, { ...OPTIONS, superVariant: null });
  return new Map(results.map(({ score }, i) => [rows[i]!, score]));
}

const rowsOf = (wanted: (period: number) => boolean): readonly number[] => [...periods.keys()].filter((row) => wanted(periods[row]!));

describe("frontiers", () => {
  test("by period: each period by itself", () => {
    const together = scores({ kind: "period", periods });
    for (const period of new Set(periods)) for (const [row, score] of alone(rowsOf((one) => one === period))) expect(together[row]).toBe(score);
  });

  test("sequential: the rows up to the period; a window: its last periods, the first ones together", () => {
    const [sequential, window] = [scores({ kind: "sequential", periods }), scores({ kind: "window", periods, width: 2 })];
    for (const row of periods.keys()) {
      const period = periods[row]!;
      expect(sequential[row]).toBe(alone(rowsOf((one) => one <= period)).get(row));
      const from = Math.max(2010, period - 1);
      expect(window[row]).toBe(alone(rowsOf((one) => one === from || one === from + 1)).get(row));
    }
  });

  test("a wider frontier never raises a score: pooled <= sequential <= period", () => {
    const [pooled, sequential, period] = ([{ kind: "pooled" }, { kind: "sequential", periods }, { kind: "period", periods }] as const).map(scores);
    pooled!.forEach((score, row) => {
      expect(score!).toBeLessThan(sequential![row]! + 1e-9);
      expect(sequential![row]!).toBeLessThan(period![row]! + 1e-9);
    });
  });

  test("a window of all periods is pooled; one of none is refused", () => {
    expect(scores({ kind: "window", periods, width: PERIODS })).toEqual(scores({ kind: "pooled" }));
    expect(() => frontiersOf({ kind: "window", periods, width: 0 }, COUNT)).toThrow(/window of 0 periods/);
  });

  test("groups and their common frontier", () => {
    const groups = Int32Array.from(units, (unit) => unit % 3);
    const results = metaFrontier(kernels, production, groups, OPTIONS);
    for (const { gapRatio, group, meta } of results) {
      expect(gapRatio!).toBeLessThan(1 + 1e-9);
      expect(gapRatio! * group.sbm!).toBeCloseTo(meta.sbm!, 12);
    }
    expect(results.map(({ group }) => group.sbm)).toEqual(scores({ kind: "group", groups }));
  });
});

describe("combined scores", () => {
  const results = slacksBased(kernels, production, { ...OPTIONS, returns: "crs" });

  test("the measure below 1, super-efficiency where it is 1, with its own slacks, peers and targets", () => {
    expect(results.some(({ sbm }) => sbm! < 1 - 1e-7) && results.some(({ sbm }) => sbm! >= 1 - 1e-7)).toBe(true);
    results.forEach(({ score, sbm, superScore, peers }, row) => {
      if (sbm! < 1 - 1e-7) expect([score, superScore]).toEqual([sbm, null]);
      else {
        expect(score).toBe(superScore);
        expect(peers.map(({ unit }) => unit)).not.toContain(row);
      }
    });
  });

  test("super-efficiency is made of its slacks, and stays below its cap", () => {
    const cap = superCap(technologyOf(production, "crs"));
    expect(cap).toBe(2);
    results.forEach(({ superScore, slacks }, row) => {
      if (superScore === null) return;
      const share = (slack: readonly number[], columns: readonly Float64Array[]): number => slack.reduce((sum, value, c) => sum + value / columns[c]![row]!, 0);
      const outputs = (share(slacks!.outputs, production.outputs) + share(slacks!.undesirable, production.undesirable)) / 2;
      expect(superScore).toBeCloseTo((1 + share(slacks!.inputs, production.inputs) / 2) / (1 - outputs), 8);
      expect(superScore).toBeLessThan(cap);
    });
  });

  test("returns to scale: by the sum of weights under constant, by its price under variable returns", () => {
    const line: Production = { inputs: [Float64Array.of(1, 2, 4, 8)], outputs: [Float64Array.of(1, 4, 8, 10)], undesirable: [] };
    const returns = (rts: "crs" | "vrs"): readonly unknown[] => slacksBased(kernels, line, { ...OPTIONS, superVariant: null, returns: rts }).map((one) => one.returns);
    expect([returns("vrs")[0], returns("vrs")[3]]).toEqual(["increasing", "decreasing"]);
    expect([returns("crs")[0], returns("crs")[3]]).toEqual(["increasing", "decreasing"]);
  });
});

describe("change of productivity", () => {
  const technology = technologyOf(production, "crs");
  const still = { ...production, inputs: production.inputs.map(() => new Float64Array(COUNT)) };

  test.each([["adjacent", adjacentChange], ["global", globalChange]] as const)("%s: parts multiply to the index", (_, change) => {
    const rows = change(kernels, production, directional(technology, still), { units, periods });
    expect(rows).toHaveLength(UNITS * (PERIODS - 1));
    for (const { from, to, index, catchUp, shift } of rows) {
      expect([units[from], periods[from]! + 1]).toEqual([units[to], periods[to]]);
      expect(catchUp! * shift!).toBeCloseTo(index!, 12);
    }
  });

  test("the global index multiplies through; with the slacks-based measure it is the ratio of pooled scores", () => {
    const changes = globalChange(kernels, production, sbm(technology, "none"), { units, periods });
    const pooled = slacksBased(kernels, production, { ...OPTIONS, returns: "crs", superVariant: null });
    const product = changes.filter(({ from }) => units[from] === 0).reduce((total, { index }) => total * index!, 1);
    expect(product).toBeCloseTo(pooled[PERIODS - 1]!.sbm! / pooled[0]!.sbm!, 12);
  });

  test("twice the output of the same inputs doubles productivity, by a move of the frontier alone", () => {
    const twoPeriods: Production = { inputs: [Float64Array.of(1, 1, 2, 2)], outputs: [Float64Array.of(1, 2, 1, 2)], undesirable: [] };
    const codes = { units: Int32Array.of(0, 0, 1, 1), periods: Int32Array.of(1, 2, 1, 2) };
    for (const { index, catchUp, shift } of adjacentChange(kernels, twoPeriods, radial(technologyOf(twoPeriods, "crs"), "output"), codes)) {
      expect([index, catchUp, shift]).toEqual([2, 1, 2].map((value) => expect.closeTo(value, 12) as number));
    }
  });
});

describe("what cannot be measured", () => {
  const one = (inputs: readonly number[][], outputs: readonly number[][], undesirable: readonly number[][] = []): Production => {
    const [a, b, c] = [inputs, outputs, undesirable].map((columns) => columns.map((values) => Float64Array.from(values)));
    return { inputs: a!, outputs: b!, undesirable: c! };
  };
  const measured = (given: Production): unknown => slacksBased(kernels, given, OPTIONS);

  test.each([
    ["a zero output", one([[1, 2]], [[1, 0]]), /Unit 2 has 0 in the output column 2/],
    ["a negative input", one([[1, -2]], [[1, 1]]), /Unit 2 has -2 in the input column 1/],
    ["a missing value", one([[1, 2]], [[1, 1]], [[NaN, 1]]), /Unit 1 has NaN in the undesirable column 3/],
    ["no inputs", one([], [[1]]), /at least one input/],
    ["no outputs", one([[1]], []), /at least one output/],
    ["no units", one([[]], [[]]), /no units/],
  ])("%s is refused", (_, given, message) => expect(() => measured(given)).toThrow(message));

  test("a single unit is efficient, but has no super-efficiency: null with a reason, not 1", () => {
    const [alone] = slacksBased(kernels, one([[3]], [[2]], [[1]]), OPTIONS);
    expect(alone).toMatchObject({ sbm: 1, superScore: null, score: null, status: "infeasible" });
    expect(alone!.reason).toMatch(/There is no other unit to compare it with/);
  });

  test("equal units are efficient and super-efficient by exactly 1; so is a column given twice", () => {
    const equal = slacksBased(kernels, one([[3, 3, 3], [3, 3, 3]], [[2, 2, 2]], [[1, 1, 1]]), OPTIONS);
    equal.forEach(({ score, sbm }) => expect([score, sbm]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]));
  });

  test("zeros are no obstacle to radial and additive measures", () => {
    const zeros = one([[1, 2, 0, 2, 1], [2, 1, 3, 2, 3]], [[1, 0, 1, 1, 1], [0, 1, 1, 1, 1]]);
    const frontier = frontiersOf({ kind: "pooled" }, 5)[0]!;
    const all = (model: Parameters<typeof measure>[2]): readonly (number | null)[] => measure(kernels, zeros, model, frontier).map(({ score }) => score);
    const technology = technologyOf(zeros, "vrs");
    // The last unit, (1, 3), is beaten by 3/7 of (2, 2) and 4/7 of (0, 3), which use 6/7 of both; and by (0, 3) alone.
    expect(all(radial(technology, "input"))).toEqual([1, 1, 1, 1, 6 / 7].map((value) => expect.closeTo(value, 9) as number));
    expect(all(additive(technology, "ones", zeros))).toEqual([0, 0, 0, 0, 1].map((value) => expect.closeTo(value, 9) as number));
  });

  test("a direction that moves nothing has no bound", () => {
    const given = one([[1, 2]], [[1, 1]]);
    const [first] = measure(kernels, given, directional(technologyOf(given, "vrs"), one([[0, 0]], [[0, 0]])), frontiersOf({ kind: "pooled" }, 2)[0]!);
    expect(first).toMatchObject({ score: null, status: "unbounded" });
  });

  test("variant B without a solution under variable returns: variant C has one", () => {
    const clean = one([[1, 1, 1]], [[100, 1, 1.2]], [[0.01, 1, 1.1], [0.01, 1, 0.9], [0.01, 1, 1]]);
    const frontier = frontiersOf({ kind: "pooled" }, 3)[0]!;
    const [b, c] = (["B", "C"] as const).map((variant) => measure(kernels, clean, superSbm(technologyOf(clean, "vrs"), "none", variant), frontier)[0]!);
    expect(b).toMatchObject({ score: null, status: "infeasible" });
    expect(c!.score).toBeGreaterThan(1);
  });
});
