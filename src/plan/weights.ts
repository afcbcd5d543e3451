import { EstimationError } from "../errors.js";
import type { Specification } from "../study/specification.js";
import { hashNumbers } from "./keys.js";
import type { Sample, Values } from "./sample.js";
import { sharedFloats } from "./shared.js";

/** Observation weights of a sample, scaled to mean one so that their unit does not matter; null: none. */
export function weightsOf({ weights: name }: Specification, sample: Sample): Values | null {
  if (name === null) return null;
  const { values } = sample.numbers(name);
  const wrong = values.find((value) => !(value > 0));
  if (wrong !== undefined) {
    throw new EstimationError("weights", `The weights \`${name}\` must be above 0, but one is ${wrong}. Leave such rows out by \`where: ${name} > 0\`.`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scaled = sharedFloats(values.length);
  values.forEach((value, i) => (scaled[i] = value / mean));
  return { values: scaled, key: hashNumbers(scaled) };
}
