import type { Kernels } from "../kernels/instance.js";
import { hasMoreThanTwo } from "../panel/check.js";
import type { WithinJob } from "./learner.js";
import { withIndicators } from "./missing.js";
import { withinLeastSquares } from "./withinLeastSquares.js";

/**
 * Where boosting starts under the within loss: least squares of M y on M of the controls, their squares and their
 * pairwise products. Trees are poor at slopes and products, which this takes off them.
 * The dictionary shrinks to controls and squares, then to controls, where it would take more than a tenth of the
 * training rows less their effects. By row of the design, centred on the training rows.
 */
export function linearStart(kernels: Kernels, job: WithinJob): Float64Array {
  const filled = withIndicators(job);
  return withinLeastSquares(kernels, filled, dictionary(filled));
}

function dictionary({ design, train, effects }: WithinJob): readonly Float64Array[] {
  const controls = design.features.filter((_, f) => design.squares?.[f] !== true);
  const most = (train.length - effects.reduce((sum, effect) => sum + effect.levels, 0)) / 10;
  const squares = controls.filter(hasMoreThanTwo).map((control) => control.map((value) => value * value));
  const products = controls.flatMap((a, i) => controls.slice(i + 1).map((b) => a.map((value, row) => value * (b[row] ?? NaN))));
  const sizes = [[...controls, ...squares, ...products], [...controls, ...squares], controls];
  return sizes.find((columns) => columns.length < most) ?? [];
}
