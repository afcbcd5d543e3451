import { isNothing, leftAfter } from "../fit/residuals.js";
import type { Group } from "../kernels/design.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { InferenceContext, Stage } from "./stage.js";
import { finalStage } from "./finalStage.js";
import { clusterSums } from "./errors/sums.js";

/** Whether the residuals of an estimate still hold unit or time structure. */
export interface PanelCheck {
  /** The estimate after unit and time means are removed from both residuals. */
  readonly coef: number;
  /** That estimate less the reported one, and its standard error, clustered by unit. */
  readonly difference: number;
  readonly se: number;
  /** Share of each residual's variance that lies between units (one-way analysis of variance), by role. */
  readonly intraClass: Readonly<Record<string, number>>;
  readonly tripped: boolean;
  readonly warning: readonly string[];
}

/**
 * Costs no fit. For PLR wherever residuals are not demeaned anyway and there is a unit id.
 * The two estimates' influence functions give the standard error of their difference (Hausman 1978 without his
 * assumption of efficiency). Trips where the difference exceeds two of its standard errors and half of the estimate's.
 */
export function panelCheck(planned: PlannedSpecification, stage: Stage, context: InferenceContext): PanelCheck | null {
  const { specification, sample } = planned;
  const { l, m } = stage.residuals;
  if (specification.encode === "effects" || specification.unit === null || l === undefined || m === undefined) return null;
  const unit = sample.levels(specification.unit);
  const effects: Group[] = [unit];
  if (specification.time !== null) effects.push(sample.levels(specification.time));
  const [y, d] = leftAfter(context.kernels, effects, [l, m], planned.weights) as [Float64Array, Float64Array];
  if (isNothing(d, m)) return null;
  const demeaned = finalStage(y, [d], [d]);
  const own = stage.stage.influence.at(-1) as Float64Array;
  const other = demeaned.influence[0] as Float64Array;
  const difference = (demeaned.coefficients[0] ?? NaN) - (stage.stage.coefficients.at(-1) ?? NaN);
  const se = clusteredError(other.map((value, i) => value - (own[i] ?? NaN)), unit);
  const tripped = Math.abs(difference) > 2 * se && Math.abs(difference) > 0.5 * clusteredError(own, unit);
  const intraClass = { l: intraClassCorrelation(l, unit), m: intraClassCorrelation(m, unit) };
  return { coef: demeaned.coefficients[0] ?? NaN, difference, se, intraClass, tripped, warning: tripped ? [WARNING] : [] };
}

const WARNING =
  "The residuals still hold unit or time structure: without it the estimate is another (see the line \"unit, time means out\"). " +
  "Neither number is to be trusted; use encode: effects.";

function clusteredError(influence: Float64Array, unit: Group): number {
  const { sums, count } = clusterSums(influence, unit);
  return Math.sqrt((sums.reduce((sum, value) => sum + value * value, 0) * count) / (count - 1));
}

/** (MSB - MSW) / (MSB + (n0 - 1) MSW): Fisher's intra-class correlation with unequal group sizes. */
export function intraClassCorrelation(values: Float64Array, unit: Group): number {
  const sizes = clusterSums(new Float64Array(values.length).fill(1), unit);
  const { sums } = clusterSums(values, unit);
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let between = 0;
  let squaredSizes = 0;
  sizes.sums.forEach((size, u) => {
    if (size === 0) return;
    const shift = (sums[u] ?? 0) / size - mean;
    between += size * shift * shift;
    squaredSizes += size * size;
  });
  const total = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const groups = sizes.count;
  const msb = between / (groups - 1);
  const msw = (total - between) / (n - groups);
  const n0 = (n - squaredSizes / n) / (groups - 1);
  return (msb - msw) / (msb + (n0 - 1) * msw);
}
