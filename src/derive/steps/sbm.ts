import { type AssessedRow, type Assessment, assess, type AssessOptions } from "../../efficiency/assess.js";
import type { FrontierRule } from "../../efficiency/frontier.js";
import type { Kind } from "../../efficiency/production.js";
import type { NamedColumn } from "../../efficiency/rules.js";
import { place } from "../../panel/panel.js";
import { columnOf, type DeriveContext, type DeriveStep, numbersOf, orderedCodes, periodsOf, refusing, rowName, type StepOptions, type StepReport, textOf } from "../step.js";

const name = { type: "string", minLength: 1 } as const;
const names = { type: "array", items: name, minItems: 1 } as const;

/** The columns of a production, for every step that has one. */
export const PRODUCTION_OPTIONS = {
  inputs: { ...names, description: "Columns of what is used." },
  outputs: { ...names, description: "Columns of what is made, and wanted." },
  undesirable: { ...names, description: "Columns of what is made, and not wanted: emissions, waste." },
  rts: { enum: ["crs", "vrs", "nirs", "ndrs"], description: "Returns to scale: constant, variable, non-increasing, non-decreasing. No default: it matters too much." },
  zeros: { enum: ["refuse", "drop", "small"], default: "refuse", description: "Rows with a 0: refused; left out; or a hundredth of the column's least positive value in its place." },
  negatives: { enum: ["refuse", "drop"], default: "refuse", description: "Rows with a negative value: refused, or left out." },
} as const;

/** `sbm`: slacks-based efficiency. */
export const sbm: DeriveStep = {
  name: "sbm",
  about: "Slacks-based efficiency, with undesirable outputs and super-efficiency (Tone 2001, 2002, 2004).",
  options: {
    ...PRODUCTION_OPTIONS,
    super: { type: "boolean", default: false, description: "Super-efficiency of efficient rows: the score is the measure below 1, and super-efficiency where the measure is 1." },
    variant: { enum: ["B", "C"], default: "B", description: "How undesirable outputs enter super-efficiency: in the denominator with the outputs, or in the numerator with the inputs." },
    orientation: { enum: ["none", "input", "output"], default: "none", description: "What may be improved: both sides, inputs, or outputs." },
    frontier: { enum: ["pooled", "period", "sequential", "window", "group", "meta"], default: "pooled", description: "What rows are compared with: all rows; those of their period; up to their period; of the last `window` periods; of their `group`; meta: of their group, with the gap to the frontier of all." },
    window: { type: "integer", minimum: 1, default: 3, description: "Periods of a window." },
    group: { ...name, description: "Column of groups, of `frontier: group` and `meta`." },
    weights: { type: "object", minProperties: 1, additionalProperties: { type: "number", exclusiveMinimum: 0 }, description: "How much columns count, 1 unless named; their ratios matter, among inputs and among all outputs." },
    bootstrap: { type: "integer", minimum: 20, maximum: 100_000, description: "Draws of m of n rows, for intervals of the measure." },
    sensitivity: { type: "boolean", default: false, description: "A table of pooled and period frontiers, constant and variable returns, variants B and C, with rank correlations." },
    seed: { type: "integer", minimum: 0, maximum: 4294967295, default: 42, description: "Of the bootstrap." },
  },
  required: ["inputs", "outputs", "rts"],
  costly: true,
  run: (options, context) =>
    refusing(context, async () => {
      const assessment = await assessed(options, context);
      return { columns: columnsOf(assessment, options), report: reportOf(assessment, options) };
    }),
};

/** Measures a panel's rows as the options say. */
export async function assessed(options: StepOptions, context: DeriveContext): Promise<Assessment> {
  const { panel, kernels, run } = context;
  const columns = productionColumns(options, context);
  const stranger = Object.keys((options["weights"] ?? {}) as object).find((one) => !columns.some((column) => column.name === one));
  if (stranger !== undefined) throw context.refuse("weights", `\`${stranger}\` has a weight, and is neither an input nor an output.`);
  return assess(columns, settingsOf(options, context), {
    kernels, run, periods: periodsOf(context), at: (row) => place(panel, row), nameOf: (row) => rowName(context, row),
  });
}

/** The columns that the options name, by what they are. */
export function productionColumns(options: StepOptions, context: DeriveContext): readonly NamedColumn[] {
  const of = (option: string, kind: Kind): readonly NamedColumn[] =>
    ((options[option] ?? []) as readonly string[]).map((column) => ({ name: column, kind, values: numbersOf(context, option, column) }));
  return [...of("inputs", "input"), ...of("outputs", "output"), ...of("undesirable", "undesirable")];
}

function settingsOf(options: StepOptions, context: DeriveContext): AssessOptions {
  const draws = options["bootstrap"];
  return {
    returns: options["rts"] as AssessOptions["returns"],
    orientation: (options["orientation"] ?? "none") as AssessOptions["orientation"],
    superVariant: options["super"] === true ? ((options["variant"] ?? "B") as "B" | "C") : null,
    frontier: frontierOf(options, context),
    weights: (options["weights"] ?? {}) as AssessOptions["weights"],
    zeros: (options["zeros"] ?? "refuse") as AssessOptions["zeros"],
    negatives: (options["negatives"] ?? "refuse") as AssessOptions["negatives"],
    meta: options["frontier"] === "meta",
    bootstrap: draws === undefined ? null : { draws: Number(draws), size: null, level: 0.95, seed: Number(options["seed"] ?? 42) },
    sensitivity: options["sensitivity"] === true,
  };
}

function frontierOf(options: StepOptions, context: DeriveContext): FrontierRule {
  const kind = (options["frontier"] ?? "pooled") as "pooled" | "period" | "sequential" | "window" | "group" | "meta";
  if (options["super"] !== true && options["variant"] !== undefined) throw context.refuse("variant", "`variant` is a way of super-efficiency: ask for it with `super: true`.");
  for (const [option, kinds] of [["window", ["window"]], ["group", ["group", "meta"]]] as const) {
    if (options[option] !== undefined && !kinds.some((one) => one === kind)) throw context.refuse(option, `\`${option}\` is an option of ${kinds.map((one) => `\`frontier: ${one}\``).join(" and ")}, and the frontier is ${kind}.`);
  }
  if (kind === "pooled") return { kind };
  if (kind === "group" || kind === "meta") {
    if (typeof options["group"] !== "string") throw context.refuse("frontier", `\`frontier: ${kind}\` needs \`group\`, the column that says whose frontier a row belongs to.`);
    return { kind: "group", groups: complete(orderedCodes(columnOf(context, "group", options["group"])), options["group"], context) };
  }
  const periods = periodsOf(context);
  if (periods === null) throw context.refuse("frontier", `\`frontier: ${kind}\` needs to know the periods: name the column of time.`);
  complete(periods, context.time ?? "", context);
  return kind === "window" ? { kind, periods, width: Number(options["window"] ?? 3) } : { kind, periods };
}

function complete(codes: Int32Array, column: string, { panel, refuse }: DeriveContext): Int32Array {
  const row = codes.indexOf(-1);
  if (row >= 0) throw refuse("frontier", `${place(panel, row)} has no \`${column}\`, so it belongs to no frontier. Mend the cell, or use \`frontier: pooled\`.`);
  return codes;
}

/** The score, and beside it what else was asked for: `.low` and `.high` of its interval, `.gap` to the frontier of all. */
export function columnsOf({ rows }: Assessment, options: StepOptions): ReadonlyMap<string, Float64Array> {
  const column = (of: (row: AssessedRow) => number | null): Float64Array => Float64Array.from(rows, (row) => ("score" in row ? (of(row) ?? NaN) : NaN));
  return new Map([
    ["", column(({ score }) => score)],
    ...(options["bootstrap"] === undefined ? [] : [[".low", column(({ interval }) => interval?.low ?? null)], [".high", column(({ interval }) => interval?.high ?? null)]] as const),
    ...(options["frontier"] === "meta" ? [[".gap", column(({ gapRatio }) => gapRatio)]] as const : []),
  ]);
}

/** The summary of the scores, and the table of other ways to measure where it was asked for. */
export function reportOf({ diagnosis, sensitivity, notes }: Assessment, options: StepOptions): StepReport {
  const { units, efficient, nearlyEfficient, without, mean, p50, sd, min, max, certificate } = diagnosis;
  const way = wayOf(options);
  const told = [
    `Slacks-based measure: ${way}. Efficient: within 1e-7 of 1; ${nearlyEfficient} more within 0.001.`,
    ...(options["bootstrap"] === undefined ? [] : [`Intervals of the measure (.low, .high): 95 %, ${Number(options["bootstrap"])} draws of n^0.7 rows (m out of n); the rate of convergence is that of directional measures, so they are a guide.`]),
    ...(without === units ? [] : [`Every score is proved: rows hold to ${certificate.primal.toExponential(0)}, no column improves by ${certificate.dual.toExponential(0)}, objectives agree to ${certificate.gap.toExponential(0)}.`]),
    ...notes, ...diagnosis.warnings,
  ];
  if (sensitivity === null) return { head: ["Rows", "Efficient", "No score", "Mean", "p50", "SD", "Min", "Max"], rows: [[units, efficient, without, mean, p50, sd, min, max]], notes: told };
  return {
    head: ["Frontier, returns, variant", "Efficient", "No score", "Mean", "Max", "Rank correlation"],
    rows: sensitivity.map((row) => [[row.frontier, row.returns, ...(row.variant === null ? [] : [row.variant])].join(", "), row.efficient, row.without, row.mean, row.max, row.rank]),
    notes: ["The first row is the way that was asked for; rank correlations (Spearman) are with it.", `Its median is ${p50.toFixed(3)}, its standard deviation ${sd.toFixed(3)}, its least score ${min.toFixed(3)}.`, ...told],
  };
}

function wayOf(options: StepOptions): string {
  const orientation = (options["orientation"] ?? "none") as string;
  const variant = options["super"] === true ? `, super-efficiency ${textOf(options, "variant", "B")}` : "";
  const frontier = (options["frontier"] ?? "pooled") as string;
  const frontiers = frontier === "window" ? `window of ${Number(options["window"] ?? 3)} periods` : frontier;
  return `${orientation === "none" ? "non-oriented" : `${orientation}-oriented`}, ${textOf(options, "rts")}, frontier ${frontiers}${variant}`;
}
