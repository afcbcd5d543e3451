import type { ScoreComparison, Verdict } from "../inference/diagnostics/comparison.js";
import type { PathPoint } from "../inference/diagnostics/stability.js";
import { decimal } from "./numbers.js";
import type { ResultRow } from "./results.js";

const VERDICTS: Readonly<Record<Exclude<Verdict, "same">, string>> = {
  agree: "the two agree",
  attenuated: "nearer to zero, as undersmoothed learners make it; iv-type stands",
  apart: "undersmoothing does not explain this: look at the path, and at another learner",
};

/** Partialling-out beside iv-type with its verdict, and the path of stages or rounds, treatment by treatment. */
export function comparisonTexts({ estimate }: ResultRow, labelled: (name: string) => string, places: number): readonly string[] {
  const { comparison, path } = estimate ?? { comparison: null, path: null };
  const of = (name: string): string => ((estimate?.effects.length ?? 0) > 1 ? `${labelled(name)}: ` : "");
  return [
    ...(comparison ?? []).map((one) => `${of(one.name)}Partialling-out on the same fits: ${comparisonText(one, places)}.`),
    ...(path ?? []).map(({ name, points }) => `${of(name)}Estimate along the path of stages or rounds: ${pathText(points, places)}.`),
  ];
}

function comparisonText({ coef, difference, se, verdict }: ScoreComparison, places: number): string {
  if (verdict === "same") return `${decimal(coef, places)}, the same, as linear learners make it`;
  return `${decimal(coef, places)} (difference ${decimal(difference, places)}, s.e. ${decimal(se, places)}): ${VERDICTS[verdict]}`;
}

/** What is reported is named where it is not the extrapolated. */
function pathText(path: readonly PathPoint[], places: number): string {
  const points = path.map(({ checkpoint, coef }) => `${checkpoint ?? "extrapolated"}: ${decimal(coef, places)}`);
  const reported = path.find((point) => point.reported)?.checkpoint ?? null;
  const reason = reported === path.at(-2)?.checkpoint ? "all that were fitted" : "the first from which it is stable";
  return `${points.join(", ")}${reported === null ? "" : `; reported is ${reported}, ${reason}`}`;
}
