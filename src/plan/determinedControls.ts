import { listed } from "../errors.js";
import { withinVariation } from "../panel/check.js";
import { isLinear } from "../study/linear.js";
import { absorbs, demeans, type Specification } from "../study/specification.js";
import type { Determined } from "./checks.js";
import { type Feature, isProduct } from "./features.js";
import { createMemo } from "./memo.js";
import type { Effect } from "./task.js";

const known = createMemo<boolean>();

/** Whether absorbed effects leave nothing of a control: one by itself, or all together, as unit and year leave of age. */
export function isDetermined(feature: Feature, effects: readonly Effect[], determined: Determined): boolean {
  return known(feature.values, effects.map(({ key }) => key).join(" "), () => {
    const isFixed = effects.some((effect) => effect.slope === undefined && !withinVariation(feature.values, effect.codes));
    return isFixed || (effects.length > 0 && feature.values.every(Number.isFinite) && determined(feature, effects));
  });
}

/** Whether learners take controls as they are, so that one which effects determine has no part in any prediction. */
export function isIdle({ degree, interactions, nuisances }: Specification): boolean {
  return degree === 1 && !interactions && Object.values(nuisances).every(isLinear);
}

/** A word about controls that are collinear with absorbed effects. Cost: one demeaning a control. */
export function determinedNotes(specification: Specification, controls: readonly Feature[], effects: readonly Effect[], determined: Determined): readonly string[] {
  if (!absorbs(specification.encode)) return [];
  const names = controls.filter((feature) => !isProduct(feature) && isDetermined(feature, effects, determined)).map(({ name }) => name);
  if (names.length === 0) return [];
  const idle = demeans(specification.encode) || isIdle(specification);
  return [`The effects determine ${listed(names)}: ${names.length === 1 ? "it adds" : "they add"} nothing${idle ? "" : " alone, only where other controls matter more or less with it"}.`];
}
