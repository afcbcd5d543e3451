import type { EstimateTable } from "../../study/specification.js";
import type { CurveTable } from "../../study/curve/table.js";
import type { CurveResult } from "../curve.js";
import { labelOf } from "../notes.js";
import type { ResultRow, StudyResult } from "../results.js";
import { curveFigure, pathFigure, periodFigure } from "./bands.js";
import { coefficientFigure, groupFigure, jointFigure } from "./coefficients.js";
import { contourFigure } from "./contour.js";
import { fitFigure } from "./density.js";
import { specificationCurve } from "./curve/curve.js";
import { driversFigure } from "./curve/drivers.js";
import { optionsFigure } from "./curve/options.js";
import { distributionFigure, overlapFigure } from "./histograms.js";
import type { Figure } from "./svg.js";

/** Every figure of a study, in the order of its tables. Drawing them fits nothing. */
export function figuresOf(result: StudyResult): readonly Figure[] {
  return result.study.tables.flatMap((table): readonly Figure[] => {
    switch (table.kind) {
      case "describe": {
        const described = result.described.get(table.id) ?? [];
        const overTime = periodFigure(`${table.id}-periods`, table.title, described, result);
        return [distributionFigure(`${table.id}-distributions`, table.title, described, result), ...(overTime === null ? [] : [overTime])];
      }
      case "joint": {
        const joint = result.joint.get(table.id);
        return joint === undefined || "error" in joint ? [] : [jointFigure(table, joint)];
      }
      case "curve":
        return curveFigures(table, result.curves.get(table.id));
      case "estimates":
        return estimateFigures(table, result);
    }
  });
}

function curveFigures({ id, title }: CurveTable, found: CurveResult | undefined): readonly Figure[] {
  if (found === undefined) return [];
  const curve = { id, title, rows: found.rows, inference: found.inference };
  return [specificationCurve(curve), driversFigure(curve), optionsFigure(curve)].filter((figure) => figure !== null);
}

function estimateFigures(table: EstimateTable, result: StudyResult): readonly Figure[] {
  const columns = table.specifications.flatMap(({ id }) => result.rows.filter((row) => row.specification.id === id));
  const path = pathFigure(`${table.id}-stability`, table.title, columns, result);
  return [coefficientFigure(table, columns, result), ...(path === null ? [] : [path]), ...columns.flatMap((row) => rowFigures(row, table.title, result))];
}

/** What one specification has to show: groups, curve, overlap, sensitivity, fit and residuals. */
function rowFigures({ specification, estimate, scatter }: ResultRow, title: string, result: StudyResult): readonly Figure[] {
  if (estimate === null) return [];
  const { id, column, label, level, clip, treatments, outcome } = specification;
  const of = `${title} (${column}${label.startsWith("(") ? "" : ` ${label}`})`;
  const { groups, curve } = estimate.heterogeneity ?? { groups: null, curve: null };
  const { sensitivity } = estimate;
  return [
    ...(groups === null ? [] : [groupFigure(`${id}-groups`, `${of}: by group`, groups, level)]),
    ...(curve === null ? [] : [curveFigure(`${id}-curve`, `${of}: along ${labelOf(result, curve.column)}`, labelOf(result, curve.column), curve, level)]),
    ...(estimate.overlap ?? []).map((overlap, i) => overlapFigure(`${id}-overlap${i === 0 ? "" : `-${i + 1}`}`, `${of}: overlap${estimate.overlap?.length === 1 ? "" : `, ${labelOf(result, overlap.name)}`}`, overlap, clip)),
    ...(sensitivity?.contour ? [contourFigure(`${id}-sensitivity`, `${of}: sensitivity`, { ...sensitivity, contour: sensitivity.contour })] : []),
    ...(scatter === null ? [] : [fitFigure(scatter, estimate, { id: `${id}-fit`, title: `${of}: fit`, outcome: labelOf(result, outcome), treatment: labelOf(result, treatments[0] ?? "") })]),
  ];
}
