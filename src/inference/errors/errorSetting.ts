import { EstimationError } from "../../errors.js";
import { periodNumbers } from "../../panel/periodText.js";
import type { Group } from "../../kernels/design.js";
import { absorbs, type ClusterChoice } from "../../study/specification.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Sample } from "../../plan/sample.js";
import { absorbedParameters, absorbedRank, isNestedIn } from "./degrees.js";
import { countPeriods, defaultLags } from "./driscollKraay.js";
import { createSpatial } from "./spatial.js";
import { createMemo } from "../../plan/memo.js";
import type { InferenceContext } from "../stage.js";
import type { ClusterErrors, ErrorSetting } from "./setting.js";

const remembered = createMemo<ErrorSetting>();

/** Which standard errors, over what, with the parameters of one coefficient and the absorbed effects. The same object for all that ask for the same. */
export function errorSetting(planned: PlannedSpecification, context: InferenceContext): ErrorSetting {
  const { errors, encode, unit, time } = planned.specification;
  const key = JSON.stringify([errors, absorbs(encode), unit, time, planned.effects.map((effect) => effect.key)]);
  return remembered(planned.sample, key, () => newSetting(planned, context));
}

function newSetting({ specification, sample, effects }: PlannedSpecification, { kernels, special }: InferenceContext): ErrorSetting {
  const { errors, encode } = specification;
  const clusters = errors.kind === "cluster" ? errors.cluster.map((name) => sample.levels(name)) : [];
  const absorbed = absorbs(encode) ? effects : [];
  const parameters = 1 + absorbedParameters(absorbed, clusters, absorbed.length > 0 ? absorbedRank(kernels, absorbed) : 0);
  switch (errors.kind) {
    case "cluster":
      return { kind: "cluster", clusters, rule: errors.rule, correction: correctionOf(errors.correction, absorbed, clusters), parameters };
    case "conley": {
      const { latitude, longitude, cutoff, kernel, lags } = errors;
      const places = { latitude: sample.numbers(latitude).values, longitude: sample.numbers(longitude).values, cutoff, kernel };
      const { unit, time } = specification;
      const panel = unit === null || time === null ? null : { periods: periodsOf(sample, time), lags, units: sample.levels(unit) };
      return { kind: "conley", spatial: createSpatial(special, places), panel, correction: true, parameters };
    }
    case "driscoll-kraay": {
      const periods = periodsOf(sample, specification.time ?? "");
      const span = countPeriods(periods);
      if (errors.lags !== null && errors.lags >= span) throw new EstimationError("too-many-lags", `driscoll-kraay errors over ${errors.lags} lags need more periods than the ${span} of this sample. Lower \`lags\`, or leave it out.`);
      return { kind: "driscoll-kraay", serial: { periods, lags: errors.lags ?? defaultLags(periods) }, correction: true, parameters };
    }
    default:
      return { kind: errors.kind, parameters };
  }
}

/** cr2 and cr3 need to know of effects that are not nested in the clusters. */
function correctionOf(choice: ClusterChoice["correction"], absorbed: readonly Group[], clusters: readonly Group[]): ClusterErrors["correction"] {
  if (typeof choice === "boolean") return choice;
  if (choice === "by-number") throw new Error("The plan decides errors by the number of units.");
  return { kind: choice, crossed: absorbed.filter((effect) => !clusters.some((way) => isNestedIn(effect, way))) };
}

/** By row: its period, counted in steps of the least distance of two periods. Throws where periods have no order. */
function periodsOf(sample: Sample, time: string): Int32Array {
  const { codes, labels } = sample.levels(time);
  const values = periodNumbers(labels);
  if (values === null) {
    throw new EstimationError("no-order", `Errors over periods need to know which period follows which, and \`${time}\` holds texts such as ${JSON.stringify(labels[0] ?? "")}. Number the periods, or write them as 2009Q1, 2009-03 or 2009-03-31.`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const step = sorted.slice(1).reduce((least, value, i) => Math.min(least, value - (sorted[i] ?? NaN)), Infinity);
  return Int32Array.from(codes, (code) => (step === Infinity ? 0 : Math.round(((values[code] ?? NaN) - (sorted[0] ?? NaN)) / step)));
}
