import type { Verdict } from "../inference/diagnostics/comparison.js";
import type { PathPoint } from "../inference/diagnostics/stability.js";
import { decimal } from "./numbers.js";
import type { ResultRow } from "./results.js";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  agree: "the two agree",
  attenuated: "nearer to zero, as undersmoothed learners make it; iv-type stands",
  apart: "undersmoothing does not explain this: look at the path, and at another learner",
};

/** Partialling-out beside iv-type with its verdict, and the path of stages or rounds. */
export function comparisonTexts({ estimate }: ResultRow, places: number): readonly string[] {
  const { comparison, path } = estimate ?? { comparison: null, path: null };
  return [
    ...(comparison === null ? [] : [`Partialling-out on the same fits: ${decimal(comparison.coef, places)} (difference ${decimal(comparison.difference, places)}, s.e. ${decimal(comparison.se, places)}): ${VERDICTS[comparison.verdict]}.`]),
    ...(path === null ? [] : [`Estimate along the path of stages or rounds: ${pathText(path, places)}.`]),
  ];
}

/** The checkpoint that is reported is named where it is not the last. */
function pathText(path: readonly PathPoint[], places: number): string {
  const points = path.map(({ checkpoint, coef }) => `${checkpoint}: ${decimal(coef, places)}`);
  const reported = path.find((point) => point.reported);
  return `${points.join(", ")}${reported === undefined || reported === path.at(-1) ? "" : `; reported is ${reported.checkpoint}, the first from which it is stable`}`;
}
