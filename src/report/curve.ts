import type { CurveInference } from "../curve/inference.js";
import type { CurveRun } from "../curve/run.js";
import { type CurveSpread, type CurveSummary, summaryOf } from "../curve/summary.js";
import { type CurveTable, optionLabel } from "../study/curve/table.js";
import { curveSentence } from "./curveTests.js";
import { decimal, integer, placesFor, stars } from "./numbers.js";
import type { PrintedTable, Row } from "./text.js";

/** What is reported of a curve: its rows, why some have no estimate, and what they say together (null where none has one). */
export interface CurveResult extends Pick<CurveRun, "rows" | "failures"> {
  readonly inference: CurveInference | null;
}

/** A curve in a few lines: how many specifications there are, the preferred one, and how the estimates are spread. */
export function curvePrinted({ id, title, dimensions, preferred }: Pick<CurveTable, "id" | "title" | "dimensions" | "preferred">, { rows, failures, inference }: CurveResult): PrintedTable {
  const summary = summaryOf(rows);
  const varied = dimensions.map(({ name, options }) => `${name} (${integer(options.length)})`).join(", ");
  const chosen = preferred === null ? [] : [`Preferred: ${dimensions.map((dimension, d) => `${dimension.name} ${optionLabel(dimension, rows.choices[preferred * dimensions.length + d] ?? 0)}`).join(", ")}.`];
  return {
    id, title,
    rows: ["thick", ...countRows(summary), "rule", ...estimateRows(summary), "thick"],
    notes: [...(inference === null ? [] : [curveSentence(rows, inference)]), `Choices: ${varied}.`, ...chosen, ...failures.slice(0, 3).map(({ count, message }) => `${integer(count)} not estimated: ${message}`)],
  };
}

function countRows({ size, run, estimated, warned }: CurveSummary): readonly Row[] {
  return [
    ["Specifications", integer(size)],
    ...(run < size ? [["Run", integer(run)]] : []),
    ["Estimated", integer(estimated)],
    ["of these with a warning", integer(warned)],
  ];
}

function estimateRows({ preferred, spread, estimated }: CurveSummary): readonly Row[] {
  const marked = preferred === null ? [] : [
    ["Preferred", `${decimal(preferred.theta, placesFor(preferred.se))}${stars(preferred.p)}`],
    ["", `(${decimal(preferred.se, placesFor(preferred.se))})`],
  ];
  return [...marked, ...(spread === null ? [] : spreadRows(spread, estimated))];
}

function spreadRows(spread: CurveSpread, estimated: number): readonly Row[] {
  const places = placesFor(spread.threeQuarters - spread.quarter);
  const share = (count: number): string => `${decimal((100 * count) / estimated, 1)} %`;
  return [
    ["Median", decimal(spread.median, places)],
    ["Middle half", `[${decimal(spread.quarter, places)}, ${decimal(spread.threeQuarters, places)}]`],
    ["Range", `[${decimal(spread.least, places)}, ${decimal(spread.greatest, places)}]`],
    ["Positive", share(spread.positive)],
    ["Positive, p < 0.05", share(spread.significantlyPositive)],
    ["Negative, p < 0.05", share(spread.significantlyNegative)],
  ];
}
