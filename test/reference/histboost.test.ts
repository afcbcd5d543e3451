import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import type { NumberColumn } from "../../src/index.js";
import { histboost } from "../../src/learners/histboost.js";
import type { FitJob, Options } from "../../src/learners/learner.js";
import { hasShared, sharedData, skipReason } from "../helpers/shared.js";
import { readPanel } from "../helpers/study.js";

/** test/golden/histboost.py says what each means. */
interface Case {
  readonly data: string;
  readonly target: string;
  readonly features: readonly string[];
  readonly dummies?: readonly string[];
  readonly options?: Options;
  readonly classify?: boolean;
  readonly weights?: boolean;
  readonly holes?: "both" | "held";
  readonly sd: number;
  readonly predicted: readonly number[];
}

/**
 * In standard deviations of the target. Gradients are f32: a last bit of theirs, rounded otherwise because the fit
 * differs in its last bits, moves a prediction by 1e-8; ten digits are stored.
 */
const TOLERANCE = 1e-6;

const { cases } = JSON.parse(readFileSync(new URL("../golden/histboost.json", import.meta.url), "utf8")) as { cases: readonly Case[] };
const { kernels } = await createEngine();

describe.skipIf(!hasShared)(`histogram boosting, held-out rows (${hasShared ? "scikit-learn 1.9.1" : skipReason})`, () => {
  it.each(cases.map((one, i) => ({ name: `${i}: ${one.data} ${one.target} ${JSON.stringify(one.options ?? {})}`, one })))("$name", async ({ one }) => {
    const job = await jobOf(one);
    const [range] = histboost.cut(job.options);
    const { predictions } = histboost.fit(kernels, job, range ?? { from: 0, to: 1 });
    const furthest = Math.max(...one.predicted.map((value, i) => Math.abs(value - (predictions[i] ?? NaN))));
    expect(furthest / one.sd).toBeLessThan(TOLERANCE);
  });
});

async function jobOf(one: Case): Promise<FitJob> {
  const { columns, rows } = await readPanel(sharedData(one.data), one.data, {});
  const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  const isHeld = (i: number): boolean => (7 * i + Math.floor(i / 11)) % 5 === 0;
  const isEmpty = (i: number, j: number): boolean => (i + 3 * j) % 7 === 0 && (one.holes === "both" || (one.holes === "held" && isHeld(i)));
  const defaults = Object.fromEntries(Object.entries(histboost.options).map(([key, schema]) => [key, schema.default]));
  const y = numbers(one.target);
  const mean = y.reduce((sum, value) => sum + value, 0) / rows;
  return {
    design: {
      key: JSON.stringify(one),
      rows,
      features: one.features.map((name, j) => numbers(name).map((value, i) => (isEmpty(i, j) ? NaN : value))),
      groups: (one.dummies ?? []).map((name) => codesOf(numbers(name))),
    },
    target: one.classify === true ? y.map((value) => (value > mean ? 1 : 0)) : y,
    train: all.filter((i) => !isHeld(i)),
    predict: all.filter(isHeld),
    options: { ...defaults, classify: one.classify === true, ...one.options },
    weights: one.weights === true ? Float64Array.from(all, (i) => 1 + (i % 4)) : null,
    together: null,
    key: [0, 0],
  };
}

function codesOf(values: Float64Array): { codes: Int32Array; levels: number } {
  const seen = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}
