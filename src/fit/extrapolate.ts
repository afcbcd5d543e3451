import { numberOf } from "../kernels/identity.js";
import { createMemo } from "../plan/memo.js";
import type { NuisanceFit } from "./store.js";

/**
 * A nuisance beyond its last checkpoint: last + (last - the one before), which removes a bias that each doubling of the
 * rounds, or each further stage, halves, and most of one that falls otherwise. Unchanged where there is no path.
 * Richardson's extrapolation over the rounds of a learner: Bach (2021), SIAM Journal on Mathematics of Data Science 3.
 */
export function extrapolate({ predictions }: NuisanceFit): Float64Array {
  const [before, all] = [predictions.at(-2), predictions.at(-1) as Float64Array];
  return before === undefined ? all : beyond(all, String(numberOf(before)), () => twiceLess(all, before));
}

const beyond = createMemo<Float64Array>();

function twiceLess(a: Float64Array, b: Float64Array): Float64Array {
  const left = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) left[i] = 2 * (a[i] ?? NaN) - (b[i] ?? NaN);
  return left;
}
