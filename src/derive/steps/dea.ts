import { measure } from "../../efficiency/evaluate.js";
import { frontiersOf } from "../../efficiency/frontier.js";
import { additive, type AdditiveWeights } from "../../efficiency/models/additive.js";
import { directional, nonRadialDirectional } from "../../efficiency/models/directional.js";
import type { Model } from "../../efficiency/models/model.js";
import { radial } from "../../efficiency/models/radial.js";
import type { Production, Returns } from "../../efficiency/production.js";
import { measurable, type NegativeRule, type ZeroRule } from "../../efficiency/rules.js";
import { technologyOf } from "../../efficiency/technology.js";
import { place } from "../../panel/panel.js";
import { type DeriveContext, type DeriveStep, periodsOf, refusing, type StepOptions, type StepReport, textOf } from "../step.js";
import { PRODUCTION_OPTIONS, productionColumns } from "./sbm.js";

/** `dea`: the measures that are not slacks-based. */
export const dea: DeriveStep = {
  name: "dea",
  about: "Radial, additive and directional efficiency (CCR, BCC, RAM, BAM, DDF, NDDF); `sbm` is the slacks-based measure.",
  options: {
    ...PRODUCTION_OPTIONS,
    model: { enum: ["radial", "additive", "directional", "nonradial"], description: "radial: share of the inputs that suffices, or multiple of the outputs that can be made; additive: weighted sum of slacks, 0 if efficient; directional: how many times the outputs could go up by, and the undesirable ones down by, what they are (DDF); nonradial: the mean of such steps, one a column (NDDF)." },
    orientation: { enum: ["input", "output"], default: "input", description: "Of the radial model." },
    super: { type: "boolean", default: false, description: "Rows are measured against the others alone (radial, directional)." },
    slacks: { enum: ["ones", "mip", "normalized", "ram", "bam"], default: "ram", description: "Weights of the additive model: none; by the row's own values; by standard deviations; range adjusted; bounded adjusted." },
    disposal: { enum: ["strong", "weak"], default: "strong", description: "Of undesirable outputs in directional models: peers make at most as much, or exactly as much." },
    frontier: { enum: ["pooled", "period"], default: "pooled", description: "All rows, or those of the same period." },
  },
  required: ["inputs", "outputs", "rts", "model"],
  run: (options, context) =>
    refusing(context, () => {
      const { panel, kernels, refuse } = context;
      requireUsed(options, context);
      const rules = { zeros: (options["zeros"] ?? (options["slacks"] === "mip" ? "refuse" : "keep")) as ZeroRule, negatives: (options["negatives"] ?? "refuse") as NegativeRule };
      const { production, rows, notes } = measurable(productionColumns(options, context), rules, (row) => place(panel, row));
      const periods = options["frontier"] === "period" ? periodsOf(context) : null;
      if (options["frontier"] === "period" && periods === null) throw refuse("frontier", "`frontier: period` needs to know the periods: name the column of time.");
      const timeless = periods?.indexOf(-1) ?? -1;
      if (timeless >= 0) throw refuse("frontier", `${place(panel, timeless)} has no \`${context.time ?? ""}\`, so it belongs to no frontier. Mend the cell, or use \`frontier: pooled\`.`);
      const frontiers = frontiersOf(periods === null ? { kind: "pooled" } : { kind: "period", periods: Int32Array.from(rows, (row) => periods[row] ?? -1) }, rows.length);
      const model = modelOf(options, production);
      const scores = new Float64Array(panel.rows).fill(NaN);
      for (const frontier of frontiers) {
        measure(kernels, production, model, frontier).forEach(({ score }, i) => (scores[rows[frontier.members[i] ?? -1] ?? -1] = score ?? NaN));
      }
      return { columns: new Map([["", scores]]), report: reportOf(scores, rows.length, options, notes) };
    }),
};

/** Options that some models alone have. */
const ONLY: Readonly<Record<string, readonly string[]>> = { orientation: ["radial"], super: ["radial", "directional"], slacks: ["additive"], disposal: ["directional", "nonradial"] };

/** An option without effect would be taken for one that had it. */
function requireUsed(options: StepOptions, { refuse }: DeriveContext): void {
  const model = textOf(options, "model");
  for (const [option, models] of Object.entries(ONLY)) {
    if (options[option] === undefined || options[option] === false || models.includes(model)) continue;
    throw refuse(option, `\`${option}\` is an option of ${models.map((one) => `\`model: ${one}\``).join(" and ")}, and the model is ${model}. Leave it out.`);
  }
}

function modelOf(options: StepOptions, production: Production): Model {
  const technology = technologyOf(production, options["rts"] as Returns, options["disposal"] === "weak" ? "weak" : "strong");
  const still = { ...production, inputs: production.inputs.map((column) => new Float64Array(column.length)) };
  switch (options["model"]) {
    case "additive":
      return additive(technology, (options["slacks"] ?? "ram") as AdditiveWeights, production);
    case "directional":
      return directional(technology, still, options["super"] === true);
    case "nonradial": {
      // The usual weights: a third each for inputs, outputs and undesirable outputs.
      const groups = [production.inputs, production.outputs, production.undesirable].filter((columns) => columns.length > 0);
      return nonRadialDirectional(technology, production, groups.flatMap((columns) => columns.map(() => 1 / (groups.length * columns.length))));
    }
    default:
      return radial(technology, (options["orientation"] ?? "input") as "input" | "output", options["super"] === true);
  }
}

function reportOf(scores: Float64Array, units: number, options: StepOptions, notes: readonly string[]): StepReport {
  const known = scores.filter((score) => !Number.isNaN(score)).sort();
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
  const without = units - known.length;
  return {
    head: ["Rows", "No score", "Mean", "p50", "Min", "Max"],
    rows: [[units, without, mean, ((known[(known.length - 1) >> 1] ?? NaN) + (known[known.length >> 1] ?? NaN)) / 2, known[0] ?? NaN, known.at(-1) ?? NaN]],
    notes: [`Model: ${textOf(options, "model")}, ${textOf(options, "rts")}, frontier ${textOf(options, "frontier", "pooled")}.`, ...(without === 0 ? [] : [`${without} ${without === 1 ? "row has no score: its linear program has" : "rows have no score: their linear programs have"} no solution.`]), ...notes],
  };
}
