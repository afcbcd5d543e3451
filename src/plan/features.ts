import { hasMoreThanTwo } from "../panel/check.js";
import { type Design, type Group, levelMeans } from "../kernels/design.js";
import type { Specification } from "../study/specification.js";
import { hashJson, hashNumbers } from "./keys.js";
import type { Sample, Values } from "./sample.js";
import { sharedFloats } from "./shared.js";

/** A numeric column of a design, under the name that messages use. */
export interface Feature extends Values {
  readonly name: string;
  /** The controls it is or is made of. */
  readonly controls: readonly string[];
  /** The two whose product it is, the same one twice of a square; none of any other. */
  readonly factors: readonly Feature[];
}

/** Which products stand beside the controls. */
export type Products = Pick<Specification, "degree" | "interactions">;

/** Controls, and the products of them that are asked for. */
export function featuresOf(sample: Sample, controls: readonly string[], products: Products): readonly Feature[] {
  return withProducts(controls.map((name) => featureOf({ name, ...sample.numbers(name) })), products);
}

/** Features, with degree 2 the squares of those with more than two values, and with interactions each pair's product. */
export function withProducts(features: readonly Feature[], { degree, interactions }: Products): readonly Feature[] {
  const squares = degree === 1 ? [] : features.filter((feature) => hasMoreThanTwo(feature.values)).map((feature) => productOf(feature, feature));
  const pairs = interactions ? features.flatMap((a, i) => features.slice(i + 1).map((b) => productOf(a, b))) : [];
  return [...features, ...squares, ...pairs];
}

/** A variable as a feature. */
export function featureOf({ name, values, key }: Values & { readonly name: string }): Feature {
  return { name, controls: [name], factors: [], values, key };
}

/** Whether a feature is a square or the product of two. */
export function isProduct({ factors }: Feature): boolean {
  return factors.length > 0;
}

/** A feature's mean over the rows of each unit, missing cells apart; weighted where there are weights. */
export function meanOf(feature: Feature, group: Group, weights: Float64Array | null): Feature {
  const means = levelMeans(feature.values, group, weights);
  const values = sharedFloats(group.codes.length);
  group.codes.forEach((unit, row) => (values[row] = means[unit] ?? NaN));
  return { name: `mean of ${feature.name}`, controls: feature.controls, factors: [], values, key: hashNumbers(values) };
}

/** Levels that a treatment may have unless some are chosen. */
export const MOST_LEVELS = 20;

/**
 * The shares of a unit's rows at each value of a variable but the least, those of rows that are not compared among them: units
 * alike in the rest may differ in these. `compared`: the study's levels, which alone have shares where there are too many.
 */
export function exposureOf(
  { name, values }: { readonly name: string; readonly values: Float64Array }, compared: readonly number[], unit: Group, weights: Float64Array | null,
): readonly Feature[] {
  const present = [...new Set(values)].sort((a, b) => a - b);
  return (present.length > MOST_LEVELS ? compared : present.slice(1)).map((level) => {
    const inside = values.map((value) => (value === level ? 1 : 0));
    return meanOf({ name: `${name} = ${level}`, controls: [], factors: [], values: inside, key: "" }, unit, weights);
  });
}

/** Controls at a row's period and at the one before (Clarke and Polselli 2026, fd-exact). */
export function laggedFeatures(sample: Sample, controls: readonly string[], products: Products): readonly Feature[] {
  const before = controls.map((name): Feature => ({ name: `${name}, period before`, controls: [name], factors: [], ...sample.lagged(name) }));
  return [...featuresOf(sample, controls, products), ...withProducts(before, products)];
}

/** Row by row. */
export function productOf(a: Feature, b: Feature): Feature {
  const values = sharedFloats(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = (a.values[i] ?? NaN) * (b.values[i] ?? NaN);
  return { name: a === b ? `${a.name}^2` : `${a.name}*${b.name}`, controls: [...new Set([...a.controls, ...b.controls])], factors: [a, b], values, key: hashNumbers(values) };
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
  // A linear start multiplies what is no product yet, so a control that equals a square or a product is another design.
  const keyOf = (feature: Feature): string => (isProduct(feature) ? `${feature.key}^2` : feature.key);
  return Object.freeze({
    key: hashJson({ features: sorted.map(keyOf), groups: sortedGroups.map((group) => group.key), rows }),
    rows,
    features: sorted.map((feature) => feature.values),
    groups: sortedGroups.map(({ codes, levels }) => ({ codes, levels })),
    products: sorted.map(isProduct),
  });
}
