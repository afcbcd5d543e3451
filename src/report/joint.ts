import type { JointEstimate, JointInference } from "../inference/joint/jointInference.js";
import type { JointFindings } from "../inference/joint/joint.js";
import type { JointWaldTest } from "../inference/joint/wald.js";
import { percent } from "./levels.js";
import { decimal, integer, placesFor, pValue } from "./numbers.js";
import type { PrintedTable } from "./text.js";

/** What a table of joint inference is called. */
export interface JointHeading {
  readonly id: string;
  readonly title: string;
}

/** Estimates with their intervals and p values, by themselves and as a family: one line each. */
export function jointTable(joint: JointInference, { id, title }: JointHeading): PrintedTable {
  const level = percent(joint.choice.level);
  const header = ["", "Estimate", "s.e.", `${level} interval`, `${level} joint interval`, "p", "Romano-Wolf p", "Holm p"];
  const rows = joint.estimates.map((estimate) => line(estimate, joint.choice.draws));
  return { id, title, rows: ["thick", header, "rule", ...rows, "thick"], notes: [noteOf(joint)] };
}

/** The test that all are equal, differences of pairs, and what could not be had. */
export function comparisonNotes({ equal, differences, warnings }: Pick<JointFindings, "equal" | "differences" | "warnings">): readonly string[] {
  return [
    ...(equal === null ? [] : [`All equal: ${waldText(equal)}.`]),
    ...differences.map(({ of, coef, se, p }) => `Difference ${of[0]} - ${of[1]}: ${decimal(coef, placesFor(se))} (s.e. ${decimal(se, placesFor(se))}), p ${pValue(p, 4, "= ")}.`),
    ...warnings.map((text) => `Warning: ${text}`),
  ];
}

/** Chi-square and F, each with its p value. */
export function waldText({ chiSquare, restrictions, p, f, freedom, pF }: JointWaldTest): string {
  return `chi-square(${restrictions}) = ${decimal(chiSquare, 2)}, p ${pValue(p, 4, "= ")}; F(${restrictions}, ${integer(freedom)}) = ${decimal(f, 2)}, p ${pValue(pF, 4, "= ")}`;
}

function line({ name, coef, se, ci, jointCi, p, romanoWolf, holm }: JointEstimate, draws: number): readonly string[] {
  const places = placesFor(se);
  const interval = (limits: readonly [number, number]): string => `[${decimal(limits[0], places)}, ${decimal(limits[1], places)}]`;
  const least = Math.max(1 / draws, 0.0001);
  return [name, decimal(coef, places), decimal(se, places), interval(ci), interval(jointCi), pValue(p), atLeast(romanoWolf, least), pValue(holm)];
}

/** A p value of draws: below the least that they can tell from zero, that bound. */
function atLeast(p: number, least: number): string {
  return p < least ? `< ${decimal(least, 4)}` : decimal(p, 4);
}

function noteOf({ estimates, critical, ways, levels, choice }: JointInference): string {
  const clusters = ways.map((way, w) => `${way} (${integer(levels[w] ?? 0)})`).join(" and ");
  return `Joint intervals hold all their true values with ${percent(choice.level)} probability: ${decimal(critical, 3)} standard errors to either side${studentText(estimates, critical)}, ` +
    `by a multiplier bootstrap (${choice.multiplier}, ${integer(choice.draws)} draws, seed ${choice.seed}), one multiplier by ${clusters}. ` +
    "Romano-Wolf and Holm p values are adjusted for all estimates of the table.";
}

/** Which estimates have as many standard errors as make the tails of Student's t as thin. */
function studentText(estimates: readonly JointEstimate[], critical: number): string {
  const others = estimates.map((one) => one.critical).filter((one) => one !== critical);
  if (others.length === 0) return "";
  const [least, most] = [decimal(Math.min(...others), 3), decimal(Math.max(...others), 3)];
  return ` (by Student's t ${least === most ? least : `${least} to ${most}`})`;
}
