import type { GroupEffects } from "../../inference/heterogeneity/groups.js";
import type { JointFindings } from "../../inference/joint/joint.js";
import type { EstimateTable, JointTable } from "../../study/specification.js";
import { intervalsText, levelsOf, percent } from "../levels.js";
import { labelOf } from "../notes.js";
import { pValue } from "../numbers.js";
import type { ResultRow, StudyResult } from "../results.js";
import { forestFigure, type ForestRow } from "./forest.js";
import type { Figure } from "./svg.js";

/** Every estimate of a table with its interval, and linear regression beside it. */
export function coefficientFigure({ id, title }: EstimateTable, columns: readonly ResultRow[], result: StudyResult): Figure {
  const several = columns.some((row) => (row.estimate?.effects.length ?? row.specification.treatments.length) > 1);
  const rows = columns.flatMap((row) => forestRows(row, several, result));
  const methods = new Set(columns.flatMap((row) => row.estimate?.ols?.method ?? []));
  const beside = methods.size === 0 ? null : [...methods].map((method) => (method === "ols" ? "OLS" : "2SLS")).join(" or ");
  const outcomes = [...new Set(columns.map((row) => labelOf(result, row.specification.outcome)))];
  const treatments = [...new Set(columns.flatMap((row) => row.specification.treatments.map((name) => labelOf(result, name))))];
  const levels = levelsOf(columns);
  return forestFigure(rows, {
    id: `${id}-estimates`, title, axis: `Effect of ${treatments.join(", ")} on ${outcomes.join(", ")}`,
    caption: `Estimates of table ${id} with ${intervalsText(levels, "confidence intervals")}${beside === null ? "" : `; hollow: ${beside} with the same controls and effects`}.`,
    marks: [levels.length === 1 ? `estimate, ${levels[0]?.level ?? ""} interval` : "estimate, interval", beside === null ? null : `${beside}, same controls and effects`],
  });
}

function forestRows({ specification, estimate }: ResultRow, several: boolean, result: StudyResult): readonly ForestRow[] {
  const { column, label } = specification;
  const name = label.startsWith("(") ? `(${column})` : `(${column}) ${label}`;
  if (estimate === null) return [{ label: name, estimate: null, beside: null }];
  return estimate.effects.map((effect): ForestRow => {
    const quantile = (effect.ci[1] - effect.coef) / effect.se;
    const other = estimate.ols?.effects.find((one) => one.name === effect.name);
    return {
      label: several ? `${name} ${labelOf(result, effect.name)}` : name, estimate: effect,
      beside: other === undefined ? null : { coef: other.coef, ci: [other.coef - quantile * other.se, other.coef + quantile * other.se] },
    };
  });
}

/** The effect in each group. */
export function groupFigure(id: string, title: string, { groups, equal }: GroupEffects, level: number): Figure {
  const rows = groups.map(({ label, n, effect }): ForestRow => ({ label: `${label} (${n})`, estimate: effect, beside: null }));
  const test = equal === null ? "" : ` That all are equal: p ${pValue(equal.p, 4, "= ")}.`;
  return forestFigure(rows, { id, title, axis: "Effect", caption: `Effects by group, rows in parentheses, with ${percent(level)} intervals.${test}`, marks: [`effect, ${percent(level)} interval`, null] });
}

/** Estimates judged together: their joint intervals, hollow below those of each by itself. */
export function jointFigure({ id, title }: JointTable, { estimates, choice }: JointFindings): Figure {
  const rows = estimates.map((one): ForestRow => ({ label: one.name, estimate: one, beside: { coef: one.coef, ci: one.jointCi } }));
  const level = percent(choice.level);
  return forestFigure(rows, { id: `${id}-joint`, title, axis: "Effect", caption: `Intervals of each estimate by itself and, hollow, joint ones, which hold all true values with ${level} probability.`, marks: [`${level} interval`, `${level} joint interval`] });
}
