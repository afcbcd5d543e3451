import { EstimationError, InputError } from "./errors.js";
import type { Lookup } from "./fit/fitTask.js";
import type { Estimate } from "./inference/estimate.js";
import type { Json } from "./json.js";
import { type Cells, panelOf } from "./panel/columns.js";
import type { Panel } from "./panel/panel.js";
import { type Engine, prepareStudy, type RunOptions, runStudy } from "./pipeline.js";
import type { PlannedSpecification } from "./plan/plan.js";
import type { Repetition } from "./plan/task.js";
import { predictionsOf } from "./report/predictions.js";
import type { Specification } from "./study/specification.js";
import { studyOf } from "./study/read.js";

/** What is to be fitted: a specification as in a study file's `base`, and the panel's ids. Variables are named. */
export interface CrossFitOptions {
  readonly outcome: string;
  readonly treatment: string | readonly string[];
  readonly controls: readonly string[];
  readonly unit?: string;
  readonly time?: string;
  /** Any other option of a specification: `learner`, `fixedEffects`, `folds`, `score`, `errors`, `seed` and so on. */
  readonly [option: string]: Json | undefined;
}

/** One split of the rows. Arrays are in the order of the data. */
export interface CrossFitted {
  /** Fold of each row, from 0; -1 for rows that are not used. */
  readonly folds: Int32Array;
  /** By nuisance (`l`, `m`, `g`): the prediction of each row by a fit without its fold, as the estimate takes it; NaN for rows that are not used. */
  readonly predictions: Readonly<Record<string, Float64Array>>;
}

/** Out-of-fold predictions, and the estimate that rests on them. */
export interface CrossFit {
  readonly estimate: Estimate;
  /** Every option resolved. */
  readonly specification: Specification;
  /** One for each of the `repetitions`. */
  readonly repetitions: readonly [CrossFitted, ...CrossFitted[]];
}

/**
 * Cross-fits one specification without a study file: columns by name in, out-of-fold predictions and the estimate out. With
 * `learner: { l: { column: "lHat" }, m: { column: "mHat" } }` predictions made elsewhere are taken as they are, and nothing is fitted.
 *
 * Under `encode: effects` and `within` predictions are of what the effects leave, so levels of residuals have a meaning
 * only after the effects are taken out (as the estimate does).
 *
 * Rejects with an `InputError` for options or columns to be mended, with an `EstimationError` where there is no estimate, and with the
 * signal's reason. Cost: that of the fits.
 */
export async function crossFit(data: Panel | Readonly<Record<string, Cells>>, options: CrossFitOptions, engine: Engine, run: RunOptions = {}): Promise<CrossFit> {
  const panel = isPanel(data) ? data : panelOf(data);
  const { unit, time, ...base } = options;
  const study = studyOf({ data: { file: panel.source, unit, time }, base, tables: [{ id: "crossFit", columns: [{}] }] }, "crossFit");
  const prepared = prepareStudy(study, panel, engine.kernels);
  const { specifications: [planned, ...more] } = prepared.plan;
  if (planned === undefined || more.length > 0) throw new InputError("crossFit makes one estimate, and `by` asks for several. Leave it out, or use `runStudy`.");
  const { result: { rows: [row] }, lookup } = await runStudy(prepared, engine, run);
  if ("refused" in planned) throw planned.refused;
  if (row?.estimate == null) throw new EstimationError(row?.error?.code ?? "", row?.error?.message ?? "");
  const [first, ...rest] = planned.repetitions.map((repetition) => fitted(planned, repetition, panel.rows, lookup));
  if (first === undefined) throw new Error("A specification has one repetition at least.");
  return { estimate: row.estimate, specification: row.specification, repetitions: [first, ...rest] };
}

function isPanel(data: Panel | Readonly<Record<string, Cells>>): data is Panel {
  return "columns" in data && data["columns"] instanceof Map;
}

function fitted({ specification, sample }: PlannedSpecification, { folds, predictions }: Repetition, rows: number, lookup: Lookup): CrossFitted {
  const all = new Int32Array(rows).fill(-1);
  sample.rows.forEach((row, i) => (all[row] = folds.folds[i] ?? -1));
  const spread = (values: Float64Array | null): Float64Array => {
    const out = new Float64Array(rows).fill(NaN);
    sample.rows.forEach((row, i) => (out[row] = values?.[i] ?? NaN));
    return out;
  };
  return { folds: all, predictions: Object.fromEntries(Object.entries(predictions).map(([role, from]) => [role, spread(predictionsOf(from, specification, lookup))])) };
}
