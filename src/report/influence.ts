import type { UnitInfluence } from "../inference/diagnostics/influence.js";
import type { TreatmentSupport } from "../inference/diagnostics/support.js";
import { listed } from "../errors.js";
import { decimal, integer } from "./numbers.js";

/** Short lines on how far an estimate rests on single units. places: decimals of estimates; of: ` of AI`, where a row has several. */
export function influenceLines({ range, most, signChanges, significanceChanges, essential }: UnitInfluence, places: number, of = ""): readonly string[] {
  const moved = most.map(({ unit, coef }) => `${unit} (${decimal(coef, places)})`).join(", ");
  return [
    `Without any single unit the estimate${of} stays within [${decimal(range[0], places)}, ${decimal(range[1], places)}]; most moved without ${moved}.`,
    ...(signChanges.length > 0 ? [`The estimate${of} changes sign without ${listed(signChanges)}.`] : []),
    ...(significanceChanges.length > 0 ? [`With errors clustered by unit, whether the estimate${of} is significant hangs on single units: ${listed(significanceChanges)}.`] : []),
    ...(essential.length > 0 ? [`Nothing can be estimated without ${listed(essential)}.`] : []),
  ];
}

/** One line on what in the treatment an estimate rests on. n: rows. */
export function supportLine({ topShare, effectiveRows, varianceLeft }: TreatmentSupport, n: number): string {
  const left = `Controls and effects leave ${decimal(100 * varianceLeft, 1)} % of the treatment's variance`;
  const top = `its largest hundredth of rows holds ${decimal(100 * topShare, 1)} % of it`;
  return `${left}; ${top}, so that it carries as much as ${integer(Math.round(effectiveRows))} rows of ${integer(n)} with residuals of one size.`;
}
