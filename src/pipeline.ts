import { EstimationError } from "./errors.js";
import type { Lookup } from "./fit/fitTask.js";
import { fitPlan, type FitProgress } from "./fit/run.js";
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
import { type Plan, planStudy, type PlannedSpecification, type RefusedSpecification } from "./plan/plan.js";
import { type Described, describe } from "./report/describe.js";
import type { ResultRow, StudyResult } from "./report/results.js";
import { checkColumns, namesIn } from "./study/columns.js";
import { withPanelLabels } from "./study/labels.js";
import type { Specification, Study } from "./study/specification.js";
import { withSubsamples } from "./study/subsamples.js";

/** What runs a study: the host's kernels, a pool for the fits, a store for what was fitted. */
export interface Engine {
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly store: Store;
}

/** How a caller follows a run and stops it. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

/** A study before any fit: the panel checked, descriptives computed, every distinct nuisance known. */
export interface PreparedStudy {
  readonly study: Study;
  readonly shape: PanelShape;
  readonly described: ReadonlyMap<string, readonly Described[]>;
  readonly plan: Plan;
}

/** A study's results, and how much was fitted for them. */
export interface StudyRun {
  readonly result: StudyResult;
  readonly progress: FitProgress;
  /** The predictions of every nuisance. */
  readonly lookup: Lookup;
}

/** The panel as a study's specifications see it: as it was read, and what the study computes from it. */
export function derivedPanel(study: Study, read: Panel): Panel {
  return withTimeOperators(read, namesIn(study), study.data);
}

/** Everything that can be known without fitting. Throws an InputError for whatever the user must mend. */
export function prepareStudy(written: Study, read: Panel, kernels: Kernels): PreparedStudy {
  const panel = derivedPanel(written, read);
  checkColumns(written, panel);
  const study = withSubsamples(withPanelLabels(written, panel), panel);
  const ids = { ...(study.data.unit === null ? {} : { unit: study.data.unit }), ...(study.data.time === null ? {} : { time: study.data.time }) };
  const shape = checkPanel(panel, ids);
  const described = new Map(study.tables.flatMap((table) => (table.kind === "describe" ? [[table.id, describe(table, panel)] as const] : [])));
  const plan = planStudy(specificationsOf(study), panel, kernels);
  return { study, shape, described, plan };
}

/** The whole way: panel and study -> plan -> nuisances, each fitted once -> scores -> estimates. */
export async function runStudy(prepared: PreparedStudy, engine: Engine, options: RunOptions = {}): Promise<StudyRun> {
  const { study, shape, described, plan } = prepared;
  const { lookup, progress } = await fitPlan(plan, { ...engine, ...options });
  const context: InferenceContext = { kernels: engine.kernels, special: createSpecial(engine.kernels), lookup };
  const joint = createJoint(study, context);
  const rows = plan.specifications.map((planned) => resultRow(planned, context, joint));
  return { result: { study, panel: shape, described, rows, joint: joint.results() }, progress, lookup };
}

function resultRow(planned: PlannedSpecification | RefusedSpecification, context: InferenceContext, joint: Joint): ResultRow {
  const { specification } = planned;
  if ("refused" in planned) return failedRow(specification, planned.refused, null);
  const dropped = { ...planned.sample.dropped };
  try {
    const { estimate: own, solutions } = estimate(planned, context);
    joint.add(planned, own, solutions);
    return { specification, estimate: own, dropped, error: null };
  } catch (error) {
    if (error instanceof EstimationError) return failedRow(specification, error, dropped);
    throw error;
  }
}

function failedRow(specification: Specification, { code, message }: EstimationError, dropped: ResultRow["dropped"]): ResultRow {
  return { specification, estimate: null, dropped, error: { code, message } };
}

function specificationsOf(study: Study): readonly Specification[] {
  return study.tables.flatMap((table) => (table.kind === "estimates" ? table.specifications : []));
}
