import type { Estimate } from "../inference/estimate.js";

/** One line on what stands below a table, or in it, of the first of several repetitions alone; none where nothing does. `influence`, `support`: whether their lines stand there. */
export function firstRepetitionLines(estimate: Estimate, { influence, support }: { readonly influence: boolean; readonly support: boolean }): readonly string[] {
  const count = estimate.repetitions.length;
  if (count < 2) return [];
  const { instruments, overlap, armChecks, representer, panelCheck, wild } = estimate;
  const parts = [
    ...(panelCheck === null ? [] : ["the line \"unit, time means out\""]),
    ...(instruments === null || instruments.firstStages.length === 0 ? [] : ["first stage and tests of the instruments"]),
    ...(instruments?.andersonRubin == null ? [] : ["the Anderson-Rubin set"]),
    ...(overlap === null ? [] : ["overlap"]),
    ...(armChecks?.some(({ tripped }) => tripped) === true ? ["what the outcome models miss"] : []),
    ...(representer === null || representer.warnings.length === 0 ? [] : ["overlap"]),
    ...(wild === null ? [] : ["the wild cluster bootstrap"]),
    ...(influence ? ["the estimate without single units"] : []),
    ...(support ? ["what is left of the treatment"] : []),
  ];
  return parts.length === 0 ? [] : [`Of the first of the ${count} repetitions: ${parts.join(", ")}.`];
}
