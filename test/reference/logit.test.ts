import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import type { NumberColumn } from "../../src/index.js";
import type { FitJob, Learner, Options } from "../../src/learners/learner.js";
import { logit } from "../../src/learners/logit.js";
import { ols } from "../../src/learners/ols.js";
import { hasShared, sharedData, sharedJson, skipReason } from "../helpers/shared.js";
import { readPanel } from "../helpers/study.js";

interface Case {
  readonly data: string;
  readonly target: string;
  readonly features: readonly string[];
  readonly groups: readonly string[];
  readonly options: Options;
  readonly probabilities: readonly number[];
}

const golden = new URL("../golden/logit.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(golden, "utf8")) as { cases: readonly Case[] };
const { kernels } = await createEngine();

/** Both sides solve to rounding; the golden numbers have twelve digits. */
const CLOSE = 1e-10;

describe.skipIf(!hasShared)(`logit against scikit-learn's LogisticRegression (${hasShared ? "1.9.1" : skipReason})`, () => {
  it.each(cases.map((one) => ({ ...one, name: `${one.data} ${one.target}, groups ${one.groups.join(" ") || "none"}, ${JSON.stringify(one.options)}` })))("$name", async (one) => {
    const job = await jobOf(one);
    const { predictions, notes } = logit.fit(kernels, job, { from: 0, to: 1 });
    expect(notes).toEqual({});
    const some = predictions.filter((_, i) => i % 31 === 0);
    expect(some.length).toBe(one.probabilities.length);
    some.forEach((probability, i) => expect(Math.abs(probability - (one.probabilities[i] ?? NaN))).toBeLessThan(CLOSE));
  });
});

interface Interactive {
  readonly data: string;
  readonly model: string;
  readonly score: string | null;
  readonly outcome: string;
  readonly treatment: string;
  readonly controls: readonly string[];
  readonly coef: number;
  readonly se: number;
}

const effects = hasShared ? sharedJson<{ cases: readonly Interactive[] }>("ddml_cert.json").cases.filter((one) => one.model === "irm" && one.score === "ATE") : [];

describe.skipIf(!hasShared)("ddml's certification, average effects with logit propensities", () => {
  it.each(effects)("$data: estimate and standard error", async ({ data, outcome, treatment, controls, coef, se }) => {
    const file = data.replace(".dta", ".csv");
    const { columns, rows } = await readPanel(sharedData(`cert/${file}`), file, {});
    const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
    const [y, d, fold] = [numbers(outcome), numbers(treatment), numbers("fold")];
    const all = Uint32Array.from({ length: rows }, (_, i) => i);
    const design = { key: data, rows, features: controls.map(numbers), groups: [] };
    const crossFit = (learner: Learner, target: Float64Array, isUsed: (row: number) => boolean): Float64Array => {
      const held = new Float64Array(rows);
      for (const k of new Set(fold)) {
        const predict = all.filter((row) => fold[row] === k);
        const job = { design, target, train: all.filter((row) => fold[row] !== k && isUsed(row)), predict, options: optionsOf(learner), weights: null, together: null, key: [1, 2] as const };
        learner.fit(kernels, job, { from: 0, to: 1 }).predictions.forEach((value, i) => (held[predict[i] ?? 0] = value));
      }
      return held;
    };
    const [g0, g1] = [0, 1].map((arm) => crossFit(ols, y, (row) => d[row] === arm)) as [Float64Array, Float64Array];
    const m = crossFit(logit, d, () => true);
    const scores = y.map((value, i) => {
      const [chance, low, high] = [m[i] ?? NaN, g0[i] ?? NaN, g1[i] ?? NaN];
      return high - low + (d[i] === 1 ? (value - high) / chance : -(value - low) / (1 - chance));
    });
    const mean = scores.reduce((a, b) => a + b, 0) / rows;
    const spread = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0)) / rows;
    // As close as the reference's README asks.
    expect(Math.abs(mean / coef - 1)).toBeLessThan(1e-7);
    expect(Math.abs(spread / se - 1)).toBeLessThan(1e-7);
  });
});

function optionsOf(learner: Learner): Options {
  return Object.fromEntries(Object.entries(learner.options).map(([name, schema]) => [name, schema.default]));
}

async function jobOf({ data, target, features, groups, options }: Case): Promise<FitJob> {
  const { columns, rows } = await readPanel(sharedData(`cert/${data}`), data, {});
  const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  const isHeld = (row: number): boolean => (7 * row + Math.floor(row / 11)) % 5 === 0;
  return {
    design: { key: data, rows, features: features.map(numbers), groups: groups.map((name) => codesOf(numbers(name))) },
    target: numbers(target), train: all.filter((row) => !isHeld(row)), predict: all.filter(isHeld),
    options: { ...optionsOf(logit), ...options }, weights: options["weighted"] === true ? Float64Array.from(all, (row) => 1 + (row % 3)) : null,
    together: null, key: [1, 2],
  };
}

function codesOf(values: Float64Array): { codes: Int32Array; levels: number } {
  const seen = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}
