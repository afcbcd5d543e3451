import type { Kernels } from "../kernels/instance.js";
import { residentDemeaner } from "../kernels/residentDemeaner.js";
import { allControls, demeans, type Specification } from "../study/specification.js";
import type { Determined } from "./checks.js";
import { isDetermined } from "./determinedControls.js";
import { type Feature, laggedFeatures } from "./features.js";
import { hashNumbers } from "./keys.js";
import type { Sample, Values } from "./sample.js";
import { shareFloats } from "./shared.js";
import type { Effect, Variable, Variables } from "./task.js";

/** Variables and features under one encoding. */
export interface Encoded {
  readonly variables: Variables;
  /** Features on the scale of the data, for every encoding. */
  readonly raw: readonly Feature[];
  /** Of `within`. */
  readonly demeaned: readonly Feature[];
}

/** Variables and features as the encoding has them. Cost: one demeaning a column where data are demeaned. */
export function encode(
  specification: Specification,
  { sample, observed, controls, effects, weights, kernels, determined }: {
    readonly sample: Sample; readonly observed: Variables; readonly controls: readonly Feature[];
    readonly effects: readonly Effect[]; readonly weights: Values | null; readonly kernels: Kernels; readonly determined: Determined;
  },
): Encoded {
  if (specification.encode === "fd") {
    const difference = ({ name, values }: Variable): Variable => {
      const { values: before } = sample.lagged(name);
      const changes = shareFloats(values.map((value, i) => value - (before[i] ?? NaN)));
      return { name, values: changes, key: hashNumbers(changes) };
    };
    return { variables: mapVariables(observed, difference), raw: laggedFeatures(sample, allControls(specification), specification), demeaned: [] };
  }
  if (!demeans(specification.encode)) return { variables: observed, raw: controls, demeaned: [] };
  const demean = demeanerOf(kernels, effects, weights);
  const left = controls.filter((feature) => !isDetermined(feature, effects, determined)); // of others only rounding would be left
  return { variables: mapVariables(observed, demean), raw: controls, demeaned: left.map((feature) => ({ ...feature, ...demean(feature), factors: [] })) };
}

function mapVariables({ outcome, treatments, instruments, mediators }: Variables, change: (variable: Variable) => Variable): Variables {
  return { outcome: change(outcome), treatments: treatments.map(change), instruments: instruments.map(change), mediators: mediators.map(change) };
}

/** Demeaning of columns by all effects together; demeaned columns are features of their own, none the square of another. */
function demeanerOf(kernels: Kernels, effects: readonly Effect[], weights: Values | null): (variable: Variable) => Variable {
  return ({ name, values }) => {
    const demeaned = shareFloats(residentDemeaner(kernels, effects, weights?.values ?? null).demean(values));
    return { name, values: demeaned, key: hashNumbers(demeaned) };
  };
}
