import { EstimationError } from "../errors.js";
import type { FitJob } from "./learner.js";

/** Throws the EstimationError `not-binary` unless the target is 0 or 1 on all training rows. */
export function checkBinary(learner: string, { target, train }: FitJob): void {
  const odd = train.find((row) => target[row] !== 0 && target[row] !== 1);
  if (odd === undefined) return;
  throw new EstimationError("not-binary", `${learner} needs a target of 0 and 1, and one row has ${target[odd] ?? NaN}. Recode the column, or use a learner for numbers.`);
}
