import { curveInference } from "./curve/inference.js";
import { type CurveOptions, type CurveRun, runCurve } from "./curve/run.js";
import type { Derivation, DerivedPanel } from "./derive/derive.js";
import { EstimationError } from "./errors.js";
import type { Carrier } from "./fit/carrier.js";
import type { Lookup } from "./fit/fitTask.js";
import { keepSteps } from "./fit/derived.js";
import { type FitProgress, startFits } from "./fit/run.js";
import { anyOf } from "./fit/signals.js";
import type { Pool } from "./fit/pool.js";
import type { Store } from "./fit/store.js";
import { estimate } from "./inference/estimate.js";
import { createJoint, type Joint } from "./inference/joint/joint.js";
import type { InferenceContext } from "./inference/stage.js";
import type { Kernels } from "./kernels/instance.js";
import { createSpecial } from "./kernels/special.js";
import { checkPanel, type PanelShape } from "./panel/check.js";
import type { Panel } from "./panel/panel.js";
import { withTimeOperators } from "./panel/periods.js";
import { createPlanner, type Plan, type Planner, type PlannedSpecification, type RefusedSpecification } from "./plan/plan.js";
import { tasksOf } from "./plan/needed.js";
import { type Described, describe } from "./report/describe.js";
import type { ResultRow, StudyResult } from "./report/results.js";
import { checkColumns, namesIn } from "./study/columns.js";
import { deriveColumns } from "./study/derive.js";
import { withPanelLabels } from "./study/labels.js";
import type { Specification, Study } from "./study/specification.js";
import { withSubsamples } from "./study/subsamples.js";

/** What runs a study: the host's kernels, a pool for the fits, a store for what was fitted. */
export interface Engine {
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly store: Store;
  /** What brings fits to where they are done; absent: the pool. */
  readonly carrier?: Carrier | undefined;
}

/** How a caller follows a run and stops it: the promise then rejects with the signal's reason, once nothing runs any more. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  /** Once it is aborted no more is fitted: tables of estimates throw its reason, a curve keeps what it has. */
  readonly deadline?: AbortSignal | undefined;
  /** How curves are followed, and which of their specifications are run. */
  readonly curves?: Pick<CurveOptions, "onRow" | "chosen" | "keepScores">;
  /** Called with each row in the order of the study, as soon as what it rests on is fitted. */
  readonly onRow?: (row: ResultRow) => void;
}

/** A study before any fit: the panel checked, descriptives computed, every distinct nuisance known. */
export interface PreparedStudy {
  readonly study: Study;
  readonly shape: PanelShape;
  readonly derived: readonly Derivation[];
  readonly described: ReadonlyMap<string, readonly Described[]>;
  /** Of all tables but curves, whose specifications are planned while they run. */
  readonly plan: Plan;
  /** The panel with the columns that the study makes, and a planner for it. */
  readonly panel: Panel;
  readonly planner: Planner;
}

/** A study's results, and how much was fitted for them. */
export interface StudyRun {
  readonly result: StudyResult;
  readonly progress: FitProgress;
  /** The predictions of every nuisance but those of curves. */
  readonly lookup: Lookup;
  /** By id of a curve. */
  readonly curves: ReadonlyMap<string, CurveRun>;
}

/** The panel as a study's specifications see it: with the columns of `derive`, and lags, leads and changes. */
export function derivedPanel(study: Study, read: Panel): Panel {
  return withTimeOperators(read, namesIn(study), study.data);
}

/** Runs the steps of `derive`, efficiency in the engine's pool; what that gives is kept in its store. A study without any is given its panel back. */
export async function deriveStudy(study: Study, panel: Panel, { kernels, pool, store }: Pick<Engine, "kernels" | "pool" | "store">, signal?: AbortSignal): Promise<DerivedPanel> {
  return deriveColumns(study, panel, { kernels, special: createSpecial(kernels), run: (piece) => pool.measure(piece, signal) }, keepSteps(store, study.data));
}

/** Everything that can be known without fitting, of a panel that has the columns of `derive`. Throws an InputError for whatever the user must mend. */
export function prepareStudy(written: Study, read: Panel | DerivedPanel, kernels: Kernels): PreparedStudy {
  const { panel: made, derived } = "derived" in read ? read : { panel: read, derived: [] };
  if (derived.length < written.derive.length) throw new RangeError("The study derives columns: give prepareStudy what deriveStudy makes of its panel.");
  const panel = derivedPanel(written, made);
  checkColumns(written, panel);
  const study = withSubsamples(withPanelLabels(written, panel), panel);
  const ids = { ...(study.data.unit === null ? {} : { unit: study.data.unit }), ...(study.data.time === null ? {} : { time: study.data.time }) };
  const shape = checkPanel(panel, ids);
  const described = new Map(study.tables.flatMap((table) => (table.kind === "describe" ? [[table.id, describe(table, panel, written.data.time)] as const] : [])));
  const planner = createPlanner(panel, kernels);
  return { study, shape, derived, described, plan: planner(specificationsOf(study)), panel, planner };
}

/** The whole way: panel and study -> plan -> nuisances, each fitted once -> scores -> estimates. */
export async function runStudy(prepared: PreparedStudy, engine: Engine, options: RunOptions = {}): Promise<StudyRun> {
  const { study, shape, derived, described, plan } = prepared;
  const signal = anyOf([options.signal, options.deadline]);
  const fits = startFits(plan, { ...engine, onProgress: options.onProgress, signal });
  const { lookup } = fits;
  const context: InferenceContext = { kernels: engine.kernels, special: createSpecial(engine.kernels), lookup };
  const joint = createJoint(study, context);
  const rows: ResultRow[] = [];
  try {
    for (const planned of plan.specifications) {
      await fits.ready(tasksOf(planned));
      signal?.throwIfAborted();
      const row = resultRow(planned, context, joint);
      rows.push(row);
      options.onRow?.(row);
    }
  } catch (error) {
    await fits.finish(); // nothing runs on behind the caller's back
    throw error;
  }
  const progress = await fits.finish();
  const curves = await runCurves(prepared, engine, context, options);
  return { result: { study, panel: shape, derived, described, rows, joint: joint.results(), equality: joint.equality(), curves: reported(study, curves, engine.kernels) }, progress, lookup, curves };
}

async function runCurves({ study, panel, planner }: PreparedStudy, engine: Engine, { special }: InferenceContext, { curves, signal, deadline, onProgress }: RunOptions): Promise<ReadonlyMap<string, CurveRun>> {
  const runs = new Map<string, CurveRun>();
  for (const table of study.tables) {
    if (table.kind === "curve") runs.set(table.id, await runCurve(table, { ...engine, special, panel, planner }, { ...curves, signal, deadline, onProgress }));
  }
  return runs;
}

/** What is reported of each curve, with the inference over all its specifications. */
function reported({ tables }: Study, curves: ReadonlyMap<string, CurveRun>, kernels: Kernels): StudyResult["curves"] {
  const ran = tables.flatMap((table) => (table.kind === "curve" ? [{ table, run: curves.get(table.id) }] : []));
  return new Map(ran.flatMap(({ table: { id, inference }, run }) => (run === undefined ? [] : [[id, { rows: run.rows, failures: run.failures, inference: curveInference(kernels, run.rows, run.scores, inference) }] as const])));
}

function resultRow(planned: PlannedSpecification | RefusedSpecification, context: InferenceContext, joint: Joint): ResultRow {
  const { specification } = planned;
  if ("refused" in planned) return failedRow(specification, planned.refused, null);
  const dropped = { ...planned.sample.dropped };
  try {
    const { estimate: own, solutions, scatter } = estimate(planned, context);
    joint.add(planned, own, solutions);
    return { specification, estimate: own, scatter: scatter(), dropped, error: null };
  } catch (error) {
    if (error instanceof EstimationError) return failedRow(specification, error, dropped);
    throw error;
  }
}

function failedRow(specification: Specification, { code, message }: EstimationError, dropped: ResultRow["dropped"]): ResultRow {
  return { specification, estimate: null, scatter: null, dropped, error: { code, message } };
}

function specificationsOf(study: Study): readonly Specification[] {
  return study.tables.flatMap((table) => (table.kind === "estimates" ? table.specifications : []));
}
