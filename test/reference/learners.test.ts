import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import type { NumberColumn } from "../../src/index.js";
import type { Design } from "../../src/kernels/design.js";
import { learners } from "../../src/learners/registry.js";
import type { Options } from "../../src/learners/learner.js";
import { hasShared, sharedData, sharedJson, skipReason } from "../helpers/shared.js";
import { readPanel } from "../helpers/study.js";

interface LearnerCase {
  readonly name: string;
  readonly data: string;
  readonly target: string;
  readonly features: readonly string[];
  readonly r2: number;
  readonly max_seed_spread_in_sd: number;
  readonly suggested_tolerance_in_sd: number;
  readonly oof: readonly number[];
}

/** Which learner of ours a case of the reference is. */
const ours: Readonly<Record<string, readonly [string, Options]>> = {
  ols: ["ols", {}],
  lassocv: ["lassocv", {}],
  "lassocv-nofe": ["lassocv", {}],
  ridgecv: ["ridgecv", { alphas: Array.from({ length: 25 }, (_, i) => 10 ** (-3 + i / 4)) }],
  elasticnetcv: ["elasticcv", {}],
  "tree-depth4": ["rf", { trees: 1, bootstrap: false, maxDepth: 4, minLeaf: 10 }],
  "tree-leaf5": ["rf", { trees: 1, bootstrap: false, minLeaf: 5 }],
  "tree-full": ["rf", { trees: 1, bootstrap: false }],
  gradboost: ["gradboost", {}],
  "gradboost-deep": ["gradboost", { learningRate: 0.05, maxDepth: 5, minLeaf: 7, trees: 300 }],
  svr: ["svm", { tol: 1e-6 }],
  "svr-C10": ["svm", { C: 10, epsilon: 0.05, tol: 1e-6 }],
};
const nameOf = (one: LearnerCase): string => one.name.split(":")[0] ?? "";
const all = hasShared ? sharedJson<{ cases: readonly LearnerCase[] }>("learners.json").cases : [];
const cases = all.filter((one) => nameOf(one) in ours);
const { kernels } = await createEngine();

/** Where scikit-learn's own seeds differ through tied splits, errors are compared: R2 within this. */
const SEED_BAND = 0.06;

describe.skipIf(!hasShared)(`learners, out of fold (${hasShared ? "scikit-learn 1.9.1" : skipReason})`, () => {
  it.each(cases)("$name", async (one) => {
    const { design, target } = await designOf(one);
    const [learner = "", options = {}] = ours[nameOf(one)] ?? [];
    const predicted = crossFit(learner, options, design, target);
    const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
    const squares = target.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
    if (one.max_seed_spread_in_sd > 1e-9) {
      const rss = target.reduce((sum, value, i) => sum + (value - (predicted[i] ?? NaN)) * (value - (predicted[i] ?? NaN)), 0);
      expect(Math.abs(1 - rss / squares - one.r2)).toBeLessThan(SEED_BAND);
      return;
    }
    const sd = Math.sqrt(squares / target.length);
    const furthest = Math.max(...one.oof.map((value, i) => Math.abs(value - (predicted[i] ?? NaN))));
    expect(furthest / sd).toBeLessThan(one.suggested_tolerance_in_sd);
  });
});

/** The fold of row i, counted from 0, is (7 i + floor(i / 11)) mod 5. */
function foldOf(row: number): number {
  return (7 * row + Math.floor(row / 11)) % 5;
}

function crossFit(name: string, given: Options, design: Design, target: Float64Array): Float64Array {
  const learner = learners[name];
  if (learner === undefined) throw new Error(`no learner ${name}`);
  const defaults = Object.fromEntries(Object.entries(learner.options).map(([key, schema]) => [key, schema.default]));
  const options = { ...defaults, ...given };
  const rows = Uint32Array.from(target, (_, i) => i);
  const predicted = new Float64Array(target.length);
  for (let fold = 0; fold < 5; fold++) {
    const job = { design, target, options, weights: null, together: null, key: [1, fold] as const, train: rows.filter((row) => foldOf(row) !== fold), predict: rows.filter((row) => foldOf(row) === fold) };
    const parts = learner.cut(options).map((range) => learner.fit(kernels, job, range).predictions);
    learner.combine(parts, options).forEach((value, i) => (predicted[job.predict[i] ?? 0] = value));
  }
  return predicted;
}

/** Features named `group=level` are one group; all others are numbers. */
async function designOf(one: LearnerCase): Promise<{ design: Design; target: Float64Array }> {
  const { columns, rows } = await readPanel(sharedData(one.data), one.data, {});
  const numbers = (name: string): Float64Array => (columns.get(name) as NumberColumn).values;
  const groups = [...new Set(one.features.filter((name) => name.includes("=")).map((name) => name.split("=")[0] ?? ""))];
  const design = {
    key: one.name,
    rows,
    features: one.features.filter((name) => !name.includes("=")).map(numbers),
    groups: groups.map((name) => codesOf(numbers(name))),
  };
  return { design, target: numbers(one.target) };
}

function codesOf(values: Float64Array): { codes: Int32Array; levels: number } {
  const seen = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}
