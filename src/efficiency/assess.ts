import type { Kernels } from "../kernels/instance.js";
import { diagnose, type Diagnosis } from "./diagnosis.js";
import type { FrontierRule } from "./frontier.js";
import type { SuperVariant } from "./models/superSbm.js";
import type { RunEfficiency } from "./piece.js";
import type { Orientation, Production, Returns } from "./production.js";
import { type Interval, intervals, type ResampleOptions, resamplePieces } from "./resample.js";
import { type LeftOut, measurable, type NamedColumn, type NegativeRule, type ZeroRule } from "./rules.js";
import { type SensitivityRow, sensitivityTable } from "./sensitivity.js";
import { assembled, piecesOf, type SlacksBased, type SlacksBasedOptions } from "./slacksBased.js";

/** How the rows of a table are measured. */
export interface AssessOptions {
  readonly returns: Returns;
  readonly orientation: Orientation;
  readonly superVariant: SuperVariant | null;
  /** Codes are by row. */
  readonly frontier: FrontierRule;
  /** By column, 1 where not named. */
  readonly weights: Readonly<Record<string, number>>;
  readonly zeros: ZeroRule;
  readonly negatives: NegativeRule;
  /** Whether `gapRatio` is measured: the group's frontier against that of all. */
  readonly meta: boolean;
  readonly bootstrap: ResampleOptions | null;
  /** Whether the other ways to measure are tried. */
  readonly sensitivity: boolean;
}

/** What an assessment is made with. */
export interface AssessContext {
  readonly kernels: Kernels;
  readonly run: RunEfficiency;
  /** A row for messages about the file: `cities.csv, line 4`. */
  readonly at: (row: number) => string;
  /** A row for people: `Wuhan 2015`. */
  readonly nameOf: (row: number) => string;
  /** Codes by row; null where periods are not known. */
  readonly periods: Int32Array | null;
}

/** A row's efficiency; peers are numbers of rows. */
export interface AssessedRow extends Omit<SlacksBased, "status"> {
  readonly status: SlacksBased["status"] | LeftOut;
  readonly interval: Interval | null;
  /** The plain measure against all groups over that against the own; null unless asked for. */
  readonly gapRatio: number | null;
}

/** Efficiency of all rows of a table. */
export interface Assessment {
  /** By row of the table; null where the row is left out. */
  readonly rows: readonly (AssessedRow | { readonly status: LeftOut })[];
  readonly diagnosis: Diagnosis;
  readonly sensitivity: readonly SensitivityRow[] | null;
  readonly notes: readonly string[];
}

/** Slacks-based efficiency of named columns, with the rules for zeros and missing values, a diagnosis, and what else the options ask for. */
export async function assess(columns: readonly NamedColumn[], options: AssessOptions, context: AssessContext): Promise<Assessment> {
  const { production, rows, left, notes } = measurable(columns, options, context.at);
  const at = (codes: Int32Array): Int32Array => Int32Array.from(rows, (row) => codes[row] ?? -1);
  const given = kinds(columns).map(({ name }) => options.weights[name] ?? 1);
  const chosen: SlacksBasedOptions = { returns: options.returns, orientation: options.orientation, superVariant: options.superVariant, frontier: ofRows(options.frontier, at), weights: given };
  const measureAll = measuring(context);
  const results = await measureAll(production, chosen);
  const pooled = options.meta ? await measureAll(production, { ...chosen, superVariant: null, frontier: { kind: "pooled" } }) : null;
  const bounds = options.bootstrap === null ? null : await resampled(production, chosen, results, options.bootstrap, context);
  const sensitivity = options.sensitivity ? await sensitivityTable(production, chosen, results, context.periods === null ? null : at(context.periods), measureAll) : null;
  const all: (AssessedRow | { readonly status: LeftOut })[] = Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => ({ status: left.get(row) ?? "missing" }));
  results.forEach((result, unit) => {
    const meta = pooled?.[unit]?.sbm ?? null;
    all[rows[unit] ?? -1] = {
      ...result, peers: result.peers.map((peer) => ({ ...peer, unit: rows[peer.unit] ?? -1 })),
      interval: bounds?.[unit] ?? null, gapRatio: meta === null || result.sbm === null ? null : meta / result.sbm,
    };
  });
  return { rows: all, diagnosis: diagnose(production, results, chosen, (unit) => context.nameOf(rows[unit] ?? -1)), sensitivity, notes };
}

/** Inputs, outputs, undesirable outputs: the order of a production's columns. */
function kinds(columns: readonly NamedColumn[]): readonly NamedColumn[] {
  return (["input", "output", "undesirable"] as const).flatMap((kind) => columns.filter((column) => column.kind === kind));
}

function ofRows(rule: FrontierRule, at: (codes: Int32Array) => Int32Array): FrontierRule {
  if (rule.kind === "pooled") return rule;
  return rule.kind === "group" ? { ...rule, groups: at(rule.groups) } : { ...rule, periods: at(rule.periods) };
}

function measuring({ kernels, run }: AssessContext) {
  return async (production: Production, options: SlacksBasedOptions): Promise<readonly SlacksBased[]> => {
    const pieces = piecesOf(kernels, production, options);
    return assembled(pieces, await Promise.all(pieces.map((piece) => run(piece))));
  };
}

async function resampled(production: Production, options: SlacksBasedOptions, results: readonly SlacksBased[], bootstrap: ResampleOptions, { kernels, run }: AssessContext): Promise<readonly Interval[]> {
  const pieces = resamplePieces(kernels, production, options, bootstrap);
  return intervals(kernels, pieces, await Promise.all(pieces.map((piece) => run(piece))), results.map(({ sbm }) => sbm), bootstrap);
}
