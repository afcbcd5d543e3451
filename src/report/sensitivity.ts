import type { Benchmark } from "../inference/sensitivity/benchmark.js";
import type { Bounds, Confounding } from "../inference/sensitivity/bounds.js";
import type { RobustnessValues } from "../inference/sensitivity/robustness.js";
import type { Sensitivity } from "../inference/sensitivity/sensitivity.js";
import { decimal } from "./numbers.js";
import { setText } from "./instruments.js";

/** Short lines for under a table: robustness values, bounds or the set of effects, benchmarks. `places`: decimals of estimates. */
export function sensitivityLines(found: Sensitivity, model: string, places: number): readonly string[] {
  const { confounding, bounds, set, level } = found;
  return [
    robustnessLine(found, model),
    ...(found.firstStage === null ? [] : [firstStageLine(found.firstStage, level)]),
    ...(bounds === null ? [] : [boundsLine(confounding, bounds, level, places)]),
    ...(set === null ? [] : [`${strengthText(confounding)}: effects not rejected at ${percent(level)}: ${setText(set, places)}.`]),
    ...found.benchmarks.map(({ controls, benchmark }) => benchmarkLine(controls, benchmark, set === null ? "estimate" : "reduced form", places)),
  ];
}

function robustnessLine({ effect, level, robustness: { rv, rva } }: Sensitivity, model: string): string {
  const target = `${effect}`;
  if (rv === 1) return `No confounder would bring the estimate to ${target}.`;
  return `A confounder that explains ${percent(rv)} ${explained(model)} would bring the estimate to ${target} (robustness value; ${limitText(rva, level)}).`;
}

function firstStageLine({ rv, rva }: RobustnessValues, level: number): string {
  if (rv === 1) return "No confounder would leave the instrument without a first stage.";
  return `One that explains ${percent(rv)} of the residual variance of treatment and instrument would leave it without a first stage (${limitText(rva, level)}).`;
}

function limitText(rva: number, level: number): string {
  return rva === 0 ? `its one-sided ${percent(level)} limit is there without any` : `${percent(rva)} for its one-sided ${percent(level)} limit`;
}

/** What cf_y and cf_d are shares of. */
function explained(model: string): string {
  return model === "plr" || model === "pliv"
    ? `of the residual variance of outcome and ${model === "plr" ? "treatment" : "instrument"}`
    : "of the residual variance of the outcome and of the variance of the Riesz representer";
}

function boundsLine(confounding: Confounding, { lower, upper }: Bounds, level: number, places: number): string {
  return `${strengthText(confounding)}: ${brackets(lower.coef, upper.coef, places)}; one-sided ${percent(level)} limits ${brackets(lower.limit, upper.limit, places)}.`;
}

function strengthText({ cfY, cfD, rho }: Confounding): string {
  return `At cf_y = ${cfY}, cf_d = ${cfD}${Math.abs(rho) === 1 ? "" : `, rho = ${rho}`}`;
}

function benchmarkLine(controls: readonly string[], { cfY, cfD, rho, change }: Benchmark, moved: string, places: number): string {
  const sum = `cf_y = ${decimal(cfY, 3)}, cf_d = ${decimal(cfD, 3)}, rho = ${decimal(rho, 2)}`;
  return `A confounder as strong as ${controls.join(", ")} has ${sum}; leaving out ${controls.length === 1 ? "this control" : "these controls"} moves the ${moved} by ${decimal(change, places)}.`;
}

function brackets(lower: number, upper: number, places: number): string {
  return `[${decimal(lower, places)}, ${decimal(upper, places)}]`;
}

/** 27.7 % */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
