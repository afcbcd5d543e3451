import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import type { NumberColumn } from "../../src/index.js";
import type { FitJob, Options } from "../../src/learners/learner.js";
import { logit } from "../../src/learners/logit.js";
import { hasShared, sharedData, skipReason } from "../helpers/shared.js";
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

async function jobOf({ data, target, features, groups, options }: Case): Promise<FitJob> {
  const { columns, rows } = await readPanel(sharedData(`cert/${data}`), data, {});
  const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  const isHeld = (row: number): boolean => (7 * row + Math.floor(row / 11)) % 5 === 0;
  const defaults = Object.fromEntries(Object.entries(logit.options).map(([name, schema]) => [name, schema.default]));
  return {
    design: { key: data, rows, features: features.map(numbers), groups: groups.map((name) => codesOf(numbers(name))) },
    target: numbers(target), train: all.filter((row) => !isHeld(row)), predict: all.filter(isHeld),
    options: { ...defaults, ...options }, weights: options["weighted"] === true ? Float64Array.from(all, (row) => 1 + (row % 3)) : null,
    together: null, key: [1, 2],
  };
}

function codesOf(values: Float64Array): { codes: Int32Array; levels: number } {
  const seen = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}
