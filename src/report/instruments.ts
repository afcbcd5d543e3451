import type { InstrumentChecks } from "../inference/instruments/instrumentChecks.js";
import type { AndersonRubin } from "../inference/instruments/andersonRubin.js";
import type { ConfidenceSet } from "../inference/instruments/confidenceSet.js";
import type { FirstStage } from "../inference/instruments/firstStage.js";
import type { FTest } from "../inference/instruments/fTest.js";
import type { Overidentification } from "../inference/instruments/overidentification.js";
import { percent } from "./levels.js";
import { decimal, pValue } from "./numbers.js";

/**
 * Lines of text for the notes of a table. `treatments`: labels; `kind`: how the errors are called (`clustered`);
 * `places`: decimals of the estimate.
 */
export function instrumentLines(checks: Omit<InstrumentChecks, "warnings">, treatments: readonly string[], kind: string, places: number): readonly string[] {
  const { andersonRubin, overidentification, endogeneity } = checks;
  return [
    ...checks.firstStages.map((stage, j) => firstStageLine(stage, checks.firstStages.length > 1 ? ` of ${treatments[j] ?? ""}` : "", kind)),
    ...(andersonRubin !== null ? [andersonRubinLine(andersonRubin, places)] : treatments.length > 1 ? ["Anderson-Rubin set: there is none for several treatments."] : []),
    ...(overidentification === null ? [] : [overidentificationLine(overidentification)]),
    ...(endogeneity === null ? [] : [`Endogeneity of the ${treatments.length > 1 ? "treatments" : "treatment"}: ${fText(endogeneity)}, p ${pValue(endogeneity.p, 3)}.`]),
  ];
}

function firstStageLine({ f, robust, effective, conditional, partialR2 }: FirstStage, of: string, kind: string): string {
  const parts = [`F ${decimal(f.f, 1)}`, `${kind} ${decimal(robust.f, 1)}`];
  const limit = effective?.critical.find(({ bias }) => bias === 0.1);
  if (effective !== null && limit !== undefined) parts.push(`effective ${decimal(effective.f, 1)} (${decimal(limit.value, 1)} for a bias of 10 %)`);
  if (conditional !== null) parts.push(`conditional ${decimal(conditional.f, 1)}`);
  return `First stage${of}: ${parts.join(", ")}; partial R2 ${decimal(partialR2, 3)}.`;
}

function andersonRubinLine({ set, level, p }: AndersonRubin, places: number): string {
  const doubt = set.length === 0 ? " (no effect fits all instruments: one at least is not valid)" : "";
  return `Anderson-Rubin ${percent(level)} set: ${setText(set, places)}${doubt}; no effect: p ${pValue(p, 3)}.`;
}

function overidentificationLine({ test, statistic, df, p }: Overidentification): string {
  return `${test === "sargan" ? "Sargan" : "Hansen J"}: ${decimal(statistic, 2)}, ${df} ${df === 1 ? "degree" : "degrees"} of freedom, p ${pValue(p, 3)}.`;
}

function fText({ f, df1, df2 }: FTest): string {
  return `F(${df1}, ${df2}) ${decimal(f, 2)}`;
}

/** "[0.02, 0.31]", "(-inf, -0.4] and [1.2, inf)", "the whole line", "empty". */
export function setText(set: ConfidenceSet, places: number): string {
  const [first] = set;
  if (first === undefined) return "empty";
  if (first[0] === -Infinity && first[1] === Infinity) return "the whole line";
  return set.map(([low, high]) => `${low === -Infinity ? "(-inf" : `[${decimal(low, places)}`}, ${high === Infinity ? "inf)" : `${decimal(high, places)}]`}`).join(" and ");
}
