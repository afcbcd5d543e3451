import { directional } from "../../efficiency/models/directional.js";
import type { Model } from "../../efficiency/models/model.js";
import { radial } from "../../efficiency/models/radial.js";
import { sbm } from "../../efficiency/models/sbm.js";
import { adjacentChange, type Change, globalChange } from "../../efficiency/productivity.js";
import type { Production, Returns } from "../../efficiency/production.js";
import { measurable, type NegativeRule, type ZeroRule } from "../../efficiency/rules.js";
import { technologyOf } from "../../efficiency/technology.js";
import { checkPanel, codesOf } from "../../panel/check.js";
import { place } from "../../panel/panel.js";
import { columnOf, type DeriveContext, type DeriveStep, orderedCodes, refusing, type StepOptions, type StepReport, textOf } from "../step.js";
import { PRODUCTION_OPTIONS, productionColumns } from "./sbm.js";

/** `malmquist`: change of productivity from a unit's period to the next. */
export const malmquist: DeriveStep = {
  name: "malmquist",
  about: "Change of total factor productivity from the period before: Malmquist, Malmquist-Luenberger, global and SBM-based indices, with their parts.",
  options: {
    ...PRODUCTION_OPTIONS,
    zeros: { enum: ["refuse", "drop", "small"], description: "Rows with a 0: refused; left out; or a hundredth of the column's least positive value in its place. Default: refuse with `measure: sbm`; the others take a 0 as it is." },
    measure: { enum: ["radial", "directional", "sbm"], description: "What the index is made of. radial: Malmquist, undesirable outputs counted as inputs; directional: Malmquist-Luenberger, outputs up and undesirable ones down; sbm: slacks-based. Default: directional with undesirable outputs, else radial." },
    reference: { enum: ["adjacent", "global"], default: "adjacent", description: "Frontiers of both periods (geometric mean), or one of all periods, whose changes multiply through (GML)." },
    orientation: { enum: ["input", "output"], default: "output", description: "Of the radial measure." },
    disposal: { enum: ["strong", "weak"], default: "strong", description: "Of undesirable outputs in the directional measure: peers make at most as much, or exactly as much." },
    cumulative: { type: "boolean", default: false, description: "Products since the unit's first period, which is 1 (again after a gap), instead of changes." },
  },
  required: ["inputs", "outputs", "rts"],
  costly: true,
  run: (options, context) =>
    refusing(context, () => {
      const { changes, notes } = changesOf(options, context);
      const all = changes.length === 0 ? [] : changes;
      return { columns: columnsOf(all, options, context), report: reportOf(all, options, context, notes) };
    }),
};

/** Changes between rows of the panel. */
export function changesOf(options: StepOptions, context: DeriveContext): { readonly changes: readonly Change[]; readonly notes: readonly string[] } {
  const { panel, unit, time, refuse, kernels } = context;
  if (unit === null || time === null) throw refuse("", "a change of productivity is from one period of a unit to the next: name the columns of units and of time.");
  const kind = measureOf(options);
  if (options["disposal"] !== undefined && kind !== "directional") throw refuse("disposal", `\`disposal\` is an option of the directional measure, and the measure is ${kind}.`);
  if (options["orientation"] !== undefined && kind !== "radial") throw refuse("orientation", `\`orientation\` is an option of the radial measure, and the measure is ${kind}.`);
  requireKeys(context, unit, time);
  const rules = { zeros: (options["zeros"] ?? (kind === "sbm" ? "refuse" : "keep")) as ZeroRule, negatives: (options["negatives"] ?? "refuse") as NegativeRule };
  const { production, rows, notes } = measurable(productionColumns(options, context), rules, (row) => place(panel, row));
  const at = (codes: Int32Array): Int32Array => Int32Array.from(rows, (row) => codes[row] ?? -1);
  const codes = { units: at(codesOf(columnOf(context, "", unit)).codes), periods: at(orderedCodes(columnOf(context, "", time))) };
  const change = options["reference"] === "global" ? globalChange : adjacentChange;
  const changes = change(kernels, production, modelOf(kind, options, production), codes);
  return { changes: changes.map((one) => ({ ...one, from: rows[one.from] ?? -1, to: rows[one.to] ?? -1 })), notes };
}

/** A row without a unit or a period would be paired with others that have none; a unit twice in a period has no one change. */
function requireKeys({ panel, refuse }: DeriveContext, unit: string, time: string): void {
  if (checkPanel(panel, { unit, time }).missingIds === 0) return;
  for (const name of [unit, time]) {
    const row = codesOf(columnOf({ panel, refuse }, "", name)).codes.indexOf(-1);
    if (row >= 0) throw refuse("", `${place(panel, row)} has no \`${name}\`, so it has no period before or after. Mend the cell, or take the row out.`);
  }
}

function measureOf(options: StepOptions): "radial" | "directional" | "sbm" {
  return (options["measure"] ?? (options["undesirable"] === undefined ? "radial" : "directional")) as "radial" | "directional" | "sbm";
}

function modelOf(kind: ReturnType<typeof measureOf>, options: StepOptions, production: Production): Model {
  const technology = technologyOf(production, options["rts"] as Returns, options["disposal"] === "weak" ? "weak" : "strong");
  if (kind === "radial") return radial(technology, options["orientation"] === "input" ? "input" : "output");
  if (kind === "sbm") return sbm(technology, "none");
  return directional(technology, { ...production, inputs: production.inputs.map((column) => new Float64Array(column.length)) });
}

const PARTS = [["", "index"], [".catchUp", "catchUp"], [".shift", "shift"]] as const;

function columnsOf(changes: readonly Change[], options: StepOptions, { panel }: DeriveContext): ReadonlyMap<string, Float64Array> {
  return new Map(PARTS.map(([suffix, part]) => {
    const values = new Float64Array(panel.rows).fill(NaN);
    for (const { from, to, [part]: change } of changes) {
      // Changes come period by period, so that the earlier product is there already.
      const before = options["cumulative"] !== true ? 1 : Number.isNaN(values[from]) ? (values[from] = 1) : (values[from] ?? NaN);
      values[to] = change === null ? NaN : before * change;
    }
    return [suffix, values] as const;
  }));
}

/** Geometric means by period, as indices multiply. */
function reportOf(changes: readonly Change[], options: StepOptions, context: DeriveContext, notes: readonly string[]): StepReport {
  const { panel, time, special, refuse } = context;
  const column = columnOf({ panel, refuse }, "", time ?? "");
  const { labels, codes } = codesOf(column);
  const order = orderedCodes(column);
  const periods = [...new Set(changes.map(({ to }) => order[to] ?? -1))].sort((a, b) => a - b);
  const mean = (of: readonly Change[], part: "index" | "catchUp" | "shift"): number | null => {
    const values = of.flatMap((one) => one[part] ?? []);
    return values.length === 0 ? null : special.exp(values.reduce((sum, value) => sum + special.log(value), 0) / values.length);
  };
  const rows = periods.map((period) => {
    const own = changes.filter(({ to }) => order[to] === period);
    return [labels[codes[own[0]?.to ?? -1] ?? -1] ?? "", own.length, own.filter(({ index }) => index === null).length, ...PARTS.map(([, part]) => mean(own, part))];
  });
  const whole = ["all", changes.length, changes.filter(({ index }) => index === null).length, ...PARTS.map(([, part]) => mean(changes, part))];
  return {
    head: ["Period", "Units", "No value", "Index", "Catch-up", "Shift"], rows: [...rows, whole],
    notes: [`Change from the period before, above 1 better: ${nameOf(options)}, ${textOf(options, "rts")}. Geometric means; the index is catch-up times shift of the frontier.`, ...withoutValue(changes), ...notes],
  };
}

/** Why changes are lacking, in a sentence. */
function withoutValue(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return ["No unit has rows in two periods next to each other, so there is no change to measure. Check the columns of units and of time."];
  const none = changes.filter(({ index }) => index === null).length;
  if (none === 0) return [];
  return [`${none} of ${changes.length} changes ${none === 1 ? "has" : "have"} no value: a measure that it is made of is 0, or cannot be had against the frontier of another period. A global reference and constant returns leave fewer out.`];
}

function nameOf(options: StepOptions): string {
  const global = options["reference"] === "global" ? "global " : "";
  return { radial: `${global}Malmquist index`, directional: `${global}Malmquist-Luenberger index`, sbm: `${global}index of the slacks-based measure` }[measureOf(options)];
}
