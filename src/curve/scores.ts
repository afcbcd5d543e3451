import type { Solution } from "../inference/effects.js";
import { numberOf } from "../kernels/identity.js";
import { createRecent } from "../kernels/recent.js";
import { codesOf, type Codes } from "../panel/check.js";
import type { Column, Panel } from "../panel/panel.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { clustersOf, type Specification } from "../study/specification.js";
import type { ClusterScores, CurveScores } from "./rows.js";

/** What the scores of a curve are summed by: a code for each row of the panel. */
export interface ScoreClusters extends Codes {
  readonly by: string;
}

/** Groups of rows where nothing says which rows belong together. */
const ROW_GROUPS = 1000;

/** The first column that errors of the specification are clustered by, else the unit, else every thousandth row. */
export function scoreClusters(specification: Specification, panel: Panel): ScoreClusters {
  const by = clustersOf(specification)[0] ?? specification.unit;
  if (by !== null) return { by, ...codesOf(panel.columns.get(by) as Column) };
  const groups = Math.min(ROW_GROUPS, panel.rows);
  return { by: "row groups", codes: Int32Array.from({ length: panel.rows }, (_, row) => row % groups), labels: Array.from({ length: groups }, (_, group) => String(group + 1)) };
}

/**
 * The first effect's influence summed by cluster, over repetitions its mean, scaled so that the sum of squares is the
 * square of the standard error. A row without a cluster counts in none. Cost: O(rows).
 */
export function scoresOf({ sample }: PlannedSpecification, solutions: readonly Solution[], se: number, { codes, labels }: ScoreClusters): Float64Array {
  const influences = solutions.flatMap(({ effects: [effect] }) => effect?.influence ?? []);
  const sums = summed([sample.rows, codes, ...influences].map(numberOf).join(" "), labels.length, () => sumsOf(sample.rows, influences, codes, labels.length));
  const length = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return length > 0 && Number.isFinite(se) ? sums.map((value) => (value / length) * se) : new Float64Array(labels.length);
}

/** Rows that differ in errors alone share it. */
const summed = createRecent<Float64Array>();

function sumsOf(rows: ArrayLike<number>, influences: readonly Float64Array[], codes: Int32Array, levels: number): Float64Array {
  const sums = new Float64Array(levels);
  for (const influence of influences) {
    for (let i = 0; i < influence.length; i++) {
      const code = codes[rows[i] ?? 0] ?? -1;
      if (code >= 0) sums[code] = (sums[code] ?? 0) + (influence[i] ?? NaN);
    }
  }
  return sums;
}

/** Keeps the scores of a curve while it runs, in any order. */
export interface ScoreKeeper {
  put(i: number, values: Float64Array): void;
  /** All of them, zeros where nothing was put. */
  finish(): Promise<CurveScores>;
}

/** Opens what keeps the scores of a curve of so many specifications. */
export type KeepScores = (id: string, size: number, clusters: ScoreClusters) => Promise<ScoreKeeper>;

/** Keeps scores in memory: 8 bytes a specification and cluster. */
export const keepInMemory: KeepScores = async (_, size, { by, labels }) => {
  const all = new Float64Array(size * labels.length);
  return {
    put: (i, values) => all.set(values, i * labels.length),
    finish: async () => scoresIn(by, labels, (i) => all.subarray(i * labels.length, (i + 1) * labels.length)),
  };
};

/** Scores over all clusters of a list. */
export function scoresIn(by: string, labels: readonly string[], valuesOf: (i: number) => Float64Array): CurveScores {
  const clusters = Int32Array.from(labels.keys());
  return { by, labels, scores: (i): ClusterScores => ({ clusters, values: valuesOf(i) }) };
}
