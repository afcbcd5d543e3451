import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import type { NumberColumn } from "../../src/index.js";
import type { Design } from "../../src/kernels/design.js";
import type { Options } from "../../src/learners/learner.js";
import { nnet } from "../../src/learners/nnet.js";
import { hasShared, sharedData, skipReason } from "../helpers/shared.js";
import { readPanel } from "../helpers/study.js";

interface Case {
  readonly data: string;
  readonly target: string;
  readonly features: readonly string[];
  readonly groups: readonly string[];
  readonly options: Options;
  /** R2, or the mean log loss of probabilities: over the seeds of the reference. */
  readonly mean: number;
  readonly sd: number;
}

const golden = new URL("../golden/nnet.json", import.meta.url);
const { seeds, cases } = JSON.parse(readFileSync(golden, "utf8")) as { seeds: number; cases: readonly Case[] };
const defaults = Object.fromEntries(Object.entries(nnet.options).map(([name, schema]) => [name, schema.default]));
const { kernels } = await createEngine();
const SEEDS = 2;

describe.skipIf(!hasShared)(`nnet against scikit-learn's networks, out of fold (${hasShared ? "1.9.1" : skipReason})`, () => {
  it.each(cases.map((one) => ({ ...one, name: `${one.data} ${one.target}, ${JSON.stringify(one.options)}` })))("$name", async (one) => {
    const { design, target } = await sampleOf(one);
    const errors = Array.from({ length: SEEDS }, (_, seed) => errorOf(design, target, one.options, seed));
    const mean = errors.reduce((a, b) => a + b, 0) / SEEDS;
    // Four standard errors of the difference of two means over seeds.
    expect(Math.abs(mean - one.mean)).toBeLessThan(4 * one.sd * Math.sqrt(1 / seeds + 1 / SEEDS));
  });
});

function errorOf(design: Design, target: Float64Array, options: Options, seed: number): number {
  const held = new Float64Array(design.rows);
  const rows = Uint32Array.from(target, (_, i) => i);
  for (let fold = 0; fold < 5; fold++) {
    const predict = rows.filter((row) => foldOf(row) === fold);
    const job = { design, target, train: rows.filter((row) => foldOf(row) !== fold), predict, options: { ...defaults, ...options }, weights: null, together: null, key: [seed, fold] as const };
    nnet.fit(kernels, job, { from: 0, to: 1 }).predictions.forEach((value, i) => (held[predict[i] ?? 0] = value));
  }
  const sum = (of: (y: number, i: number) => number): number => target.reduce((total, y, i) => total + of(y, i), 0);
  if (options["classify"] === true) return sum((y, i) => -Math.log(y === 1 ? (held[i] ?? NaN) : 1 - (held[i] ?? NaN))) / target.length;
  const mean = sum((y) => y) / target.length;
  return 1 - sum((y, i) => (y - (held[i] ?? NaN)) ** 2) / sum((y) => (y - mean) ** 2);
}

function foldOf(row: number): number {
  return (7 * row + Math.floor(row / 11)) % 5;
}

async function sampleOf({ data, target, features, groups, options }: Case): Promise<{ design: Design; target: Float64Array }> {
  const { columns, rows } = await readPanel(sharedData(data), data, {});
  const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
  const own = numbers(target);
  const sorted = own.toSorted();
  const median = ((sorted[(rows - 1) >> 1] ?? NaN) + (sorted[rows >> 1] ?? NaN)) / 2;
  return {
    design: { key: data, rows, features: features.map(numbers), groups: groups.map((name) => codesOf(numbers(name))) },
    target: options["classify"] === true ? own.map((value) => (value > median ? 1 : 0)) : own,
  };
}

function codesOf(values: Float64Array): { codes: Int32Array; levels: number } {
  const seen = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}
