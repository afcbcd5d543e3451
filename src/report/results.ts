import { summaryOf } from "../curve/summary.js";
import type { Derivation } from "../derive/derive.js";
import type { Json } from "../json.js";
import type { Scatter } from "../inference/diagnostics/scatter.js";
import type { Estimate } from "../inference/estimate.js";
import type { EqualityTest } from "../inference/joint/equality.js";
import type { JointResult } from "../inference/joint/joint.js";
import type { PanelShape } from "../panel/check.js";
import type { Specification, Study } from "../study/specification.js";
import type { CurveResult } from "./curve.js";
import type { Described } from "./describe.js";
import { integer } from "./numbers.js";

/** One specification's outcome: an estimate, or the reason why there is none. */
export interface ResultRow {
  readonly specification: Specification;
  readonly estimate: Estimate | null;
  /** What plots of fit and residuals are drawn from. */
  readonly scatter: Scatter | null;
  readonly dropped: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** All that a study gave. */
export interface StudyResult {
  readonly study: Study;
  readonly panel: PanelShape;
  /** What the steps of `derive` had to say. */
  readonly derived: readonly Derivation[];
  readonly described: ReadonlyMap<string, readonly Described[]>;
  readonly rows: readonly ResultRow[];
  /** By id of a joint table. */
  readonly joint: ReadonlyMap<string, JointResult>;
  /** Of columns that are one, `by` the values of a column of the data: whether their effects are equal. */
  readonly equality: readonly EqualityTest[];
  /** By id of a curve. */
  readonly curves: ReadonlyMap<string, CurveResult>;
}

/** A row of estimates.json: plain data without time, machine or path. */
export function estimateRecord(row: ResultRow): { readonly [key: string]: Json } {
  const { specification, estimate, error } = row;
  const { id, table, column, label, model, score, outcome, treatments, instruments } = specification;
  const shared = { id, table, column, label, model, score, outcome, treatment: treatments.join(", "), instrument: instruments.length === 0 ? null : instruments.join(", ") };
  const spec = specification as unknown as Json;
  if (estimate === null) {
    return { ...shared, coef: null, se: null, t: null, p: null, ci: null, constant: null, n: null, units: null, warnings: [], notes: [], error: error, spec };
  }
  const { repetitions, panelCheck, instruments: checks, overlap, representer, heterogeneity, sensitivity, ...rest } = estimate;
  const told = { panelCheck: silent(panelCheck), instruments: silent(checks), overlap: overlap?.map(silent) ?? null, representer: silent(representer), heterogeneity: silent(heterogeneity), sensitivity: silent(sensitivity) };
  return {
    ...shared,
    ...(finite({ ...rest, ...told }) as { readonly [key: string]: Json }),
    repetitions: repetitions.length > 1 ? finite(repetitions) : null,
    dropped: row.dropped as Json,
    error: null,
    spec,
  };
}

/** Without its warnings, which stand with those of the row. */
function silent<T extends { readonly warnings: readonly string[] }>(record: T | null): Omit<T, "warnings"> | null {
  return record === null ? null : { ...record, warnings: undefined };
}

/** JSON has no NaN: null stands for it. Undefined members are left out. */
function finite(value: unknown): Json {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>).map(finite);
  if (Array.isArray(value)) return value.map(finite);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([key, member]) => [key, finite(member)]));
  }
  return value as Json;
}

/** `4,200 rows, 282 city, 15 year, unbalanced (30 gaps)`: the panel as it was read. */
export function panelLine(result: Pick<StudyResult, "study" | "panel">): string {
  const { panel } = result;
  const { unit, time } = result.study.data;
  const parts = [`${integer(panel.rows)} rows`];
  if (unit !== null) parts.push(`${integer(panel.units)} ${unit}`);
  if (time !== null) parts.push(`${integer(panel.periods)} ${time}`);
  if (unit !== null && time !== null) parts.push(panel.balanced ? "balanced" : `unbalanced (${integer(panel.gaps)} gaps within units)`);
  if (unit !== null && panel.singletons > 0) parts.push(`${integer(panel.singletons)} with one row`);
  if (panel.missingIds > 0) parts.push(`${integer(panel.missingIds)} rows without an id`);
  return `${parts.join(", ")}.`;
}

/** The text of estimates.json. */
export function estimatesJson(result: StudyResult): string {
  const { title, note } = result.study;
  const rows = result.rows.map((row) => `    ${JSON.stringify(estimateRecord(row))}`).join(",\n");
  const panel = JSON.stringify(result.panel);
  const joint = result.joint.size === 0 ? "" : `,\n  "joint": ${JSON.stringify(finite(Object.fromEntries(result.joint)))}`;
  const derived = result.derived.length === 0 ? "" : `\n  "derived": ${JSON.stringify(finite(result.derived))},`;
  const equality = result.equality.length === 0 ? "" : `,\n  "equality": ${JSON.stringify(finite(result.equality))}`;
  const curves = result.curves.size === 0 ? "" : `,\n  "curves": ${JSON.stringify(finite(Object.fromEntries([...result.curves].map(([id, { rows, failures, inference }]) => [id, { ...summaryOf(rows), failures, inference: inference === null ? null : { ...inference, romanoWolf: undefined } }]))))}`;
  return `{\n  "title": ${JSON.stringify(title)},\n  "note": ${JSON.stringify(note)},\n  "panel": ${panel},${derived}\n  "estimates": [\n${rows}\n  ]${equality}${joint}${curves}\n}\n`;
}
