import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { EstimationError } from "../../src/errors.js";
import { leftAfter } from "../../src/fit/residuals.js";
import { coefficientFreedom } from "../../src/inference/errors/critical.js";
import { isNestedIn } from "../../src/inference/errors/degrees.js";
import { columnOfEffect } from "../../src/inference/errors/leverage.js";
import type { ErrorSetting } from "../../src/inference/errors/setting.js";
import { type FinalStage, finalStage } from "../../src/inference/finalStage.js";
import { covariance } from "../../src/inference/errors/covariance.js";
import type { Group } from "../../src/kernels/design.js";

interface Case {
  readonly name: string;
  readonly y: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly z: readonly (readonly number[])[] | null;
  readonly weights: readonly number[] | null;
  readonly clusters: readonly number[];
  readonly effects: readonly (readonly number[])[];
  readonly cr2: readonly (readonly number[])[];
  readonly freedom: readonly number[];
  readonly cr3: readonly (readonly number[])[];
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/fewClusters.json", import.meta.url), "utf8")) as { cases: readonly Case[] };
const { kernels } = await createEngine();
const groupOf = (codes: readonly number[]): Group => ({ codes: Int32Array.from(codes), levels: Math.max(...codes) + 2 });

/** The final stage of demeaned columns, where the golden numbers have a dummy for each level. */
function stageOf({ y, x, z, weights, effects }: Case): FinalStage {
  const columns = [y, ...x, ...(z ?? [])].map((column) => Float64Array.from(column));
  const [left, ...rest] = leftAfter(kernels, effects.map(groupOf), columns, weights === null ? null : Float64Array.from(weights));
  const own = rest.slice(0, x.length);
  return finalStage(left!, own, z === null ? own : rest.slice(x.length));
}

function settingOf({ clusters, effects }: Case, kind: "cr2" | "cr3"): ErrorSetting {
  const group = groupOf(clusters);
  const crossed = effects.map(groupOf).filter((effect) => !isNestedIn(effect, group));
  return { kind: "cluster", clusters: [group], rule: "cgm", correction: { kind, crossed }, parameters: 3 };
}

/** Largest difference of two covariances, in the scale of the wanted variances. */
function distance(actual: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  return Math.max(...wanted.flatMap((row, j) => row.map((value, l) => Math.abs(actual[j]![l]! - value) / Math.sqrt(wanted[j]![j]! * wanted[l]![l]!))));
}

/** Both sides solve a few equations of some 80 rows; the worst of them loses two digits. */
const ROUNDING = 1e-12;
const approximate = cases.filter(({ name }) => name.startsWith("unit and period effects,") && !name.endsWith("balanced"));
const exact = cases.filter((one) => !approximate.includes(one));

describe("cr2, its degrees of freedom, and cr3 (test/golden/fewClusters.py: the definitions with all dummies)", () => {
  it("there are exact and approximate cases", () => expect([exact.length, approximate.length]).toEqual([7, 2]));

  it.each(exact)("$name", (one) => {
    const stage = stageOf(one);
    expect(distance(covariance(stage, settingOf(one, "cr2")), one.cr2)).toBeLessThan(ROUNDING);
    expect(distance(covariance(stage, settingOf(one, "cr3")), one.cr3)).toBeLessThan(ROUNDING);
    one.freedom.forEach((freedom, j) => expect(Math.abs(coefficientFreedom(stage, settingOf(one, "cr2"), j) / freedom - 1)).toBeLessThan(ROUNDING));
  });

  // An effect that crosses the clusters is taken into account by its mean alone: a matter of the holes' share over the
  // number of clusters; with five clusters of three units each, of a tenth of the standard error at most.
  it.each([[approximate[0]!, 0.01], [approximate[1]!, 0.1]])("$0.name: nearly", (one, tolerance) => {
    const stage = stageOf(one);
    for (const kind of ["cr2", "cr3"] as const) {
      covariance(stage, settingOf(one, kind)).forEach((row, j) => expect(Math.abs(Math.sqrt(row[j]! / one[kind][j]![j]!) - 1)).toBeLessThan(tolerance));
    }
    one.freedom.forEach((freedom, j) => expect(Math.abs(coefficientFreedom(stage, settingOf(one, "cr2"), j) / freedom - 1)).toBeLessThan(tolerance));
  });
});

describe("what cr2 and cr3 are of other errors", () => {
  it("cr2 of clusters of one row is hc2: the digits of Stata that the R package dfadjust is tested with", () => {
    const wave = (f: (x: number) => number, from: number): number[] => Array.from({ length: 10 }, (_, i) => f(from + i));
    const y = Float64Array.from([...wave(Math.cos, 0), ...wave(Math.tan, 1)]);
    const x = [new Float64Array(20).fill(1), Float64Array.from([...wave(Math.sin, 1), ...wave(Math.sin, 2)])];
    const rows = groupOf(Array.from(y, (_, i) => i));
    const found = covariance(finalStage(y, x, x), { kind: "cluster", clusters: [rows], rule: "cgm", correction: { kind: "cr2", crossed: [] }, parameters: 2 });
    [0.4227339762, 0.4421048122].forEach((se, j) => expect(Math.sqrt(found[j]![j]!)).toBeCloseTo(se, 10));
  });

  it.each(cases)("the order of rows does not matter, nor do units of a column or names of clusters: $name", (one) => {
    const order = one.y.map((_, i) => i).sort((a, b) => ((a * 37) % 101) - ((b * 37) % 101));
    const pick = (values: readonly number[], size = 1): number[] => order.map((i) => size * values[i]!);
    const columnsOf = (columns: Case["x"]): number[][] => columns.map((column, j) => pick(column, j === 0 ? 1 : 1024));
    const other: Case = {
      ...one, y: pick(one.y), x: columnsOf(one.x), z: one.z === null ? null : columnsOf(one.z), weights: one.weights === null ? null : pick(one.weights),
      clusters: pick(one.clusters).map((code) => 20 - code), effects: one.effects.map((effect) => pick(effect)),
    };
    const [before, after] = [stageOf(one), stageOf(other)];
    const last = one.x.length - 1;
    for (const kind of ["cr2", "cr3"] as const) {
      const [own, scaled] = [covariance(before, settingOf(one, kind))[last]![last]!, covariance(after, settingOf(other, kind))[last]![last]!];
      expect(Math.abs((scaled * 1024 * 1024) / own - 1)).toBeLessThan(ROUNDING);
    }
    expect(Math.abs(coefficientFreedom(after, settingOf(other, "cr2"), last) / coefficientFreedom(before, settingOf(one, "cr2"), last) - 1)).toBeLessThan(ROUNDING);
  });

  it.each(cases)("cr3 is larger than cr2, and its t has G - 1 degrees of freedom, cr2's fewer: $name", (one) => {
    const stage = stageOf(one);
    const clusters = new Set(one.clusters).size;
    const [cr2, cr3] = [covariance(stage, settingOf(one, "cr2")), covariance(stage, settingOf(one, "cr3"))];
    cr2.forEach((row, j) => {
      expect(cr3[j]![j]! / row[j]!).toBeGreaterThan((clusters - 1) / clusters);
      expect(coefficientFreedom(stage, settingOf(one, "cr3"), j)).toBe(clusters - 1);
      const freedom = coefficientFreedom(stage, settingOf(one, "cr2"), j);
      expect(freedom).toBeGreaterThan(1);
      expect(freedom).toBeLessThan(clusters - 1);
    });
  });
});

it("what an effect's level says of rows: its dummy, or its slope less what the dummies know, of length one", () => {
  const codes = Int32Array.of(0, 0, 1, 1, 1, 0, 2);
  const slope = Float64Array.of(1, 2, 5, 7, 12, 3, 4);
  const [half, root] = [Math.SQRT1_2, Math.sqrt(26)];
  const own = columnOfEffect({ codes, levels: 3, slope });
  [-half, 0, -3 / root, -1 / root, 4 / root, half, 0].forEach((value, i) => expect(own[i]).toBeCloseTo(value, 15));
  expect(columnOfEffect({ codes, levels: 3 })[6]).toBe(1);
  expect(columnOfEffect({ codes, levels: 3 })[0]).toBeCloseTo(1 / Math.sqrt(3), 15);
});

describe("errors that name what to do", () => {
  const codeOf = (x: Float64Array, clusters: readonly (readonly number[])[], kind: "cr2" | "cr3", crossed: readonly (readonly number[])[] = []): string => {
    const y = x.map((value, i) => value + ((i * 7) % 5));
    const stage = finalStage(y, [new Float64Array(8).fill(1), x], [new Float64Array(8).fill(1), x]);
    try {
      covariance(stage, { kind: "cluster", clusters: clusters.map(groupOf), rule: "cgm", correction: { kind, crossed: crossed.map(groupOf) }, parameters: 2 });
    } catch (error) {
      if (error instanceof EstimationError) return error.code;
      throw error;
    }
    return "none";
  };
  const pairs = [0, 0, 1, 1, 2, 2, 3, 3];
  const wide = Float64Array.of(1, 4, 2, 8, 5, 7, 3, 6);

  it.each(["cr2", "cr3"] as const)("%s: one cluster, one that decides alone, one alone in an effect, two ways", (kind) => {
    expect(codeOf(wide, [pairs], kind)).toBe("none");
    expect(codeOf(wide, [pairs.map(() => 0)], kind)).toBe("one-cluster");
    expect(codeOf(Float64Array.of(1, 2, 0, 0, 0, 0, 0, 0), [pairs], kind)).toBe("full-leverage");
    expect(codeOf(wide, [pairs], kind, [[0, 1, 2, 3, 4, 5, 6, 7]])).toBe("full-leverage");
    expect(codeOf(wide, [pairs, [0, 1, 0, 1, 0, 1, 0, 1]], kind)).toBe("not-defined");
  });
});
