import { type AndersonRubin, andersonRubin } from "../../src/inference/instruments/andersonRubin.js";
import type { ConfidenceSet } from "../../src/inference/instruments/confidenceSet.js";
import type { ErrorSetting } from "../../src/inference/errors/covariance.js";
import type { Special } from "../../src/kernels/special.js";

/** Whether a number is in the set. */
export function contains(set: ConfidenceSet, value: number): boolean {
  return set.some(([low, high]) => low <= value && value <= high);
}

/** The set of a model that is linear in its effect, psi = psi_a theta + psi_b by row: means of signals come to it this way. */
export function setOfScores(psiA: Float64Array, psiB: Float64Array, setting: ErrorSetting, special: Special, level: number): AndersonRubin {
  const ones = new Float64Array(psiB.length).fill(1);
  return andersonRubin({ y: psiB, x: [psiA.map((value) => -value)], z: [ones], ones, constant: false }, setting, special, level);
}
