import { EstimationError } from "../errors.js";
import type { Options, OptionSchema } from "./learner.js";

/** The option of learners that give numbers or probabilities, as they are asked. */
export const classifyOption: OptionSchema = Object.freeze({
  type: "boolean",
  default: false,
  description: "The target is 0 or 1 and the prediction its probability.",
});

/** `classifies` of learners with that option. */
export function isClassifier(options: Options): boolean {
  return options["classify"] === true;
}

/** Throws an EstimationError where a probability is asked for under the within loss. */
export function refuseClassesWithin(options: Options): void {
  if (!isClassifier(options)) return;
  throw new EstimationError("not-defined", "The within loss of `encode: effects` is one of squares: probabilities have none. Leave `classify` out, or use another encoding.");
}
