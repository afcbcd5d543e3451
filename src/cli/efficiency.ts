import type { AssessedRow, Assessment } from "../efficiency/assess.js";
import type { Quantities } from "../efficiency/production.js";
import { type DeriveContext, refusing, type StepOptions } from "../derive/step.js";
import { composed, index, reportOf as indexReport } from "../derive/steps/index.js";
import { malmquist } from "../derive/steps/malmquist.js";
import { assessed, columnsOf, reportOf, sbm } from "../derive/steps/sbm.js";
import type { Json } from "../json.js";
import { stepCommand } from "./stepCommand.js";

/** `neyman index DATA --columns co2,pm25`. */
export const indexCommand = stepCommand(index, "a composite index of columns: entropy weights and others", async (options, context) =>
  refusing(context, () => {
    const made = composed(options, context, null);
    const { composite, indicators } = made;
    const rows = Array.from(composite.values, (value, row) => ({ ...idsOf(row, context), index: finite(value) }));
    return { columns: new Map([["", composite.values]]), report: indexReport(made), words: [], json: { indicators: [...indicators], complete: composite.complete, weights: plain(composite.weights), rows } };
  }));

/** `neyman sbm DATA --inputs ... --outputs ... --rts ...`. */
export const sbmCommand = stepCommand(sbm, "slacks-based efficiency and super-efficiency, with undesirable outputs", async (options, context) =>
  refusing(context, async () => {
    const assessment = await assessed(options, context);
    return {
      columns: columnsOf(assessment, options), report: reportOf(assessment, options),
      json: assessment.rows.map((row, i) => recordOf(row, i, options, context)),
      words: assessment.rows.map(({ status }) => (status === "optimal" ? "" : status)),
    };
  }));

/** `neyman malmquist DATA --inputs ... --outputs ... --rts ... --id ... --time ...`. */
export const malmquistCommand = stepCommand(malmquist, "change of productivity: Malmquist, Malmquist-Luenberger, global", async (options, context) => {
  const { columns, report } = await malmquist.run(options, context);
  const at = (suffix: string, row: number): Json => finite(columns.get(suffix)?.[row] ?? NaN);
  const json = Array.from({ length: context.panel.rows }, (_, row) => ({ ...idsOf(row, context), index: at("", row), catchUp: at(".catchUp", row), shift: at(".shift", row) }));
  return { columns, report: report ?? { head: [], rows: [], notes: [] }, json, words: [] };
});

/** A row's number from 1, its unit and its period. */
function idsOf(row: number, { panel, unit, time }: DeriveContext): { readonly [key: string]: Json } {
  const cell = (name: string): Json => {
    const column = panel.columns.get(name);
    return column?.kind === "text" ? (column.levels[column.codes[row] ?? -1] ?? null) : finite(column?.values[row] ?? NaN);
  };
  return { row: row + 1, ...(unit === null ? {} : { id: cell(unit) }), ...(time === null ? {} : { time: cell(time) }) };
}

function recordOf(one: Assessment["rows"][number], row: number, options: StepOptions, context: DeriveContext): Json {
  const ids = idsOf(row, context);
  if (!("score" in one)) return { ...ids, score: null, sbm: null, superScore: null, status: one.status, reason: `Left out: a value is ${one.status}.`, slacks: null, targets: null, peers: [], returns: null, pivots: 0 };
  const { score, sbm: measure, superScore, status, reason, slacks, targets, peers, returns, pivots, certificate, interval, gapRatio } = one;
  return {
    ...ids, score, sbm: measure, superScore, status, reason,
    slacks: byName(slacks, options), targets: byName(targets, options),
    peers: peers.map(({ unit, weight }) => ({ ...idsOf(unit, context), weight })),
    returns, pivots, certificate: plain(certificate),
    ...(interval === null ? {} : { interval: plain(interval) }), ...(gapRatio === null ? {} : { gapRatio }),
  };
}

function byName(quantities: AssessedRow["slacks"], options: StepOptions): Json {
  if (quantities === null) return null;
  const kinds = ["inputs", "outputs", "undesirable"] as const satisfies readonly (keyof Quantities)[];
  return Object.fromEntries(kinds.flatMap((kind) => ((options[kind] ?? []) as readonly string[]).map((name, c) => [name, finite(quantities[kind][c] ?? NaN)])));
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function finite(value: number): Json {
  return Number.isFinite(value) ? value : null;
}
