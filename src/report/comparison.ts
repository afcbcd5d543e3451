import type { Verdict } from "../inference/diagnostics/comparison.js";
import type { PathPoint } from "../inference/diagnostics/stability.js";
import { decimal } from "./numbers.js";
import type { ResultRow } from "./results.js";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  agree: "the two agree",
  attenuated: "nearer to zero, as undersmoothed learners make it; iv-type stands",
  apart: "undersmoothing does not explain this: look at the path, and at another learner",
};

/** Partialling-out beside iv-type with its verdict, and the path of stages or rounds, treatment by treatment. */
export function comparisonTexts({ estimate }: ResultRow, labelled: (name: string) => string, places: number): readonly string[] {
  const { comparison, path } = estimate ?? { comparison: null, path: null };
  const of = (name: string): string => ((estimate?.effects.length ?? 0) > 1 ? `${labelled(name)}: ` : "");
  return [
    ...(comparison ?? []).map(({ name, coef, difference, se, verdict }) => `${of(name)}Partialling-out on the same fits: ${decimal(coef, places)} (difference ${decimal(difference, places)}, s.e. ${decimal(se, places)}): ${VERDICTS[verdict]}.`),
    ...(path ?? []).map(({ name, points }) => `${of(name)}Estimate along the path of stages or rounds: ${pathText(points, places)}.`),
  ];
}

/** What is reported is named where it is not the extrapolated. */
function pathText(path: readonly PathPoint[], places: number): string {
  const points = path.map(({ checkpoint, coef }) => `${checkpoint ?? "extrapolated"}: ${decimal(coef, places)}`);
  const reported = path.find((point) => point.reported)?.checkpoint ?? null;
  const reason = reported === path.at(-2)?.checkpoint ? "all that were fitted" : "the first from which it is stable";
  return `${points.join(", ")}${reported === null ? "" : `; reported is ${reported}, ${reason}`}`;
}
