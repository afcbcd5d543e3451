import { describe, expect, it } from "vitest";
import type { NumberColumn } from "../../src/index.js";
import { hasShared, sharedData, sharedJson, skipReason } from "../helpers/shared.js";
import { panelOf, readPanel, runOn } from "../helpers/study.js";

interface Moments {
  readonly mean: number;
  readonly sd: number;
}

interface ForestCase {
  readonly name: string;
  readonly data: string;
  readonly target: string;
  readonly treatment: string;
  readonly features: readonly string[];
  readonly theta: Moments;
  readonly se: Moments;
  readonly r2_y: Moments;
  readonly r2_d: Moments;
}

const learners: Readonly<Record<string, object>> = {
  "rf-all-features": { rf: {} },
  "rf-leaf5": { rf: { minLeaf: 5 } },
  "rf-third-of-features": { rf: { minLeaf: 2, maxFeatures: 1 / 3 } },
  extratrees: { extratrees: { minLeaf: 2 } },
};
const cases = hasShared ? sharedJson<{ cases: readonly ForestCase[] }>("forests.json").cases.filter((one) => one.name in learners) : [];

/** Seeds of ours; theirs are ten. */
const SEEDS = 3;
const BAND = 4 * Math.sqrt(1 / 10 + 1 / SEEDS);

describe.skipIf(!hasShared)(`forests with effects as dummies (${hasShared ? "scikit-learn 1.9.1" : skipReason})`, () => {
  it.each(cases)("$name on $data: theta, its error and both R2 within four standard deviations of scikit-learn's mean", async (one) => {
    const panel = await withFolds(one.data);
    const controls = one.features.filter((feature) => !feature.includes("="));
    const fixedEffects = [...new Set(one.features.filter((feature) => feature.includes("=")).map((feature) => feature.split("=")[0]))];
    const columns = Array.from({ length: SEEDS }, (_, seed) => ({ seed }));
    const base = {
      outcome: one.target, treatment: one.treatment, controls, fixedEffects, encode: "dummies", constant: false, errors: "hc0",
      folds: { column: "fold" }, learner: learners[one.name],
    };
    const rows = await runOn(panel, { base, tables: [{ id: "t", columns }] });
    const mean = (value: (estimate: NonNullable<(typeof rows)[number]["estimate"]>) => number): number =>
      rows.reduce((sum, row) => sum + (row.estimate === null ? NaN : value(row.estimate)), 0) / SEEDS;
    const off = (value: number, { mean: centre, sd }: Moments): number => Math.abs(value - centre) / sd;
    expect(off(mean((estimate) => estimate.coef), one.theta), "theta").toBeLessThan(BAND);
    expect(off(mean((estimate) => estimate.se), one.se), "se").toBeLessThan(BAND);
    expect(off(mean((estimate) => estimate.nuisances["l"]?.r2 ?? NaN), one.r2_y), "R2 of y").toBeLessThan(BAND);
    expect(off(mean((estimate) => estimate.nuisances["m"]?.r2 ?? NaN), one.r2_d), "R2 of d").toBeLessThan(BAND);
  }, 180_000);
});

/** The fold of row i, counted from 0, is (7 i + floor(i / 11)) mod 5. */
async function withFolds(file: string): Promise<ReturnType<typeof panelOf>> {
  const { columns, rows } = await readPanel(sharedData(file), file, {});
  const numbers = [...columns.values()].map((column) => [column.name, (column as NumberColumn).values] as const);
  const fold = Float64Array.from({ length: rows }, (_, i) => (7 * i + Math.floor(i / 11)) % 5);
  return panelOf(Object.fromEntries([...numbers, ["fold", fold]]), file);
}
