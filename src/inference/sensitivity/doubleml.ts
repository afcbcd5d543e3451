import type { SensitivityElements } from "./elements.js";
import type { EffectWeights } from "./riesz.js";
import { estimatedMean } from "./estimatedMean.js";

/**
 * Elements that give the standard errors of DoubleML 0.11.4 to the digit, for comparison. It differs twice:
 * its scaled score is minus the influence of theta, so that the errors of the lower and the upper bound change places;
 * and it takes the mean of the effect weights (the share of treated) as known in nu2.
 * effect: IRM's and APO's; null: PLR. weights: of the observations, by row; null: all 1. Bounds and RV are the same.
 */
export function doublemlElements(elements: SensitivityElements, effect: EffectWeights | null, weights: Float64Array | null): SensitivityElements {
  const influence = elements.influence.map((value) => -value);
  if (effect === null) return { ...elements, influence };
  const weighted = effect.given.map((value, i) => value * (weights === null ? 1 : (weights[i] ?? NaN)));
  const share = estimatedMean(weighted, weights).influence;
  return { ...elements, influence, psiNu2: elements.psiNu2.map((value, i) => value + 2 * elements.nu2 * (share[i] ?? NaN)) };
}
