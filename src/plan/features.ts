import { hasMoreThanTwo } from "../panel/check.js";
import { type Design, type Group, levelMeans } from "../kernels/design.js";
import { hashJson, hashNumbers } from "./keys.js";
import type { Sample, Values } from "./sample.js";
import { sharedFloats } from "./shared.js";

/** A numeric column of a design, under the name that messages use. */
export interface Feature extends Values {
  readonly name: string;
  /** The control it is or is made of. */
  readonly control: string;
  readonly isSquare: boolean;
}

/** Controls, and with degree 2 the squares of those with more than two values. */
export function featuresOf(sample: Sample, controls: readonly string[], degree: 1 | 2): readonly Feature[] {
  return withSquares(controls.map((name): Feature => ({ name, control: name, isSquare: false, ...sample.numbers(name) })), degree);
}

/** Features, and with degree 2 the squares of those with more than two values. */
export function withSquares(features: readonly Feature[], degree: 1 | 2): readonly Feature[] {
  return degree === 1 ? features : [...features, ...features.filter((feature) => hasMoreThanTwo(feature.values)).map(squareOf)];
}

/** A variable as a feature. */
export function featureOf({ name, values, key }: Values & { readonly name: string }): Feature {
  return { name, control: name, isSquare: false, values, key };
}

/** A feature's mean over the rows of each unit, missing cells apart; weighted where there are weights. */
export function meanOf(feature: Feature, group: Group, weights: Float64Array | null): Feature {
  const means = levelMeans(feature.values, group, weights);
  const values = sharedFloats(group.codes.length);
  group.codes.forEach((unit, row) => (values[row] = means[unit] ?? NaN));
  return { name: `mean of ${feature.name}`, control: feature.control, isSquare: false, values, key: hashNumbers(values) };
}

/** Controls at a row's period and at the one before (Clarke and Polselli 2025, fd-exact). */
export function laggedFeatures(sample: Sample, controls: readonly string[], degree: 1 | 2): readonly Feature[] {
  const before = controls.map((name): Feature => ({ name: `${name}, period before`, control: name, isSquare: false, ...sample.lagged(name) }));
  return [...featuresOf(sample, controls, degree), ...withSquares(before, degree)];
}

function squareOf(feature: Feature): Feature {
  const values = sharedFloats(feature.values.length);
  feature.values.forEach((value, i) => (values[i] = value * value));
  return { name: `${feature.name}^2`, control: feature.control, isSquare: true, values, key: hashNumbers(values) };
}

/**
 * Groups in an order that is theirs, not the study's, as sums over several groups round by their order: the one with most
 * levels first (the forest numbers rows in its order), equals by the hash of their contents.
 */
export function inOrder<T extends Group & { readonly key: string }>(groups: readonly T[]): readonly T[] {
  return [...groups].sort((a, b) => b.levels - a.levels || byKey(a, b));
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/**
 * Features and groups as a learner sees them, in the order of their contents' hashes: two specifications that list
 * the same controls in another order share their nuisances.
 */
export function designOf(features: readonly Feature[], groups: readonly (Group & { readonly key: string })[], rows: number): Design {
  const sorted = [...features].sort(byKey);
  const sortedGroups = inOrder(groups);
  // A linear start squares what is no square yet, so a control that equals a square is another design.
  const keyOf = ({ key, isSquare }: Feature): string => (isSquare ? `${key}^2` : key);
  return Object.freeze({
    key: hashJson({ features: sorted.map(keyOf), groups: sortedGroups.map((group) => group.key), rows }),
    rows,
    features: sorted.map((feature) => feature.values),
    groups: sortedGroups.map(({ codes, levels }) => ({ codes, levels })),
    squares: sorted.map((feature) => feature.isSquare),
  });
}
