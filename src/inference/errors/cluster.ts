import { EstimationError } from "../../errors.js";
import { added, type Matrix, scaled } from "../../fit/matrix.js";
import { crossProducts } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { numberOf } from "../../kernels/identity.js";
import { createMemo } from "../../plan/memo.js";
import type { ClusterErrors } from "./setting.js";
import { clusterSums, countLevels } from "./sums.js";

/**
 * Covariance over clusters in any number of ways, by inclusion and exclusion (Cameron, Gelbach and Miller 2011,
 * Journal of Business and Economic Statistics 29, equation 2.11): the terms of single ways, less those of the
 * intersections of two, plus those of three, and so on. One way is Liang and Zeger's (1986).
 * Small-sample factors of a term: G / (G - 1) (n - 1) / (n - k), as Stata's regress, G by `rule`, k = `parameters`.
 * Need not be positive semidefinite with several ways. Throws an EstimationError where a way has a single cluster.
 * Cost O(2^ways n k).
 */
export function clusterCovariance(influence: readonly Float64Array[], setting: ClusterErrors): Matrix {
  requireTwo(setting.clusters);
  const terms = weightedTerms(setting, influence[0]?.length ?? 0).map(({ group, weight }) => {
    const sums = influence.map((column) => clusterSums(column, group));
    return scaled(crossProducts(sums, sums), weight);
  });
  return terms.reduce(added);
}

/** What the covariance above holds of g g', g the sum over all n rows, where each term's clusters have the same share of g. */
export function shareOfMean(setting: ClusterErrors, n: number): number {
  return weightedTerms(setting, n).reduce((sum, { group, weight }) => sum + weight / countLevels(group), 0);
}

function weightedTerms({ clusters, rule, correction, parameters }: ClusterErrors, n: number): readonly { readonly group: Group; readonly weight: number }[] {
  const fewest = fewestClusters(clusters);
  return intersections(clusters).map(({ group, sign }) => {
    const count = rule === "min" ? fewest : countLevels(group);
    return { group, weight: sign * (correction ? (count / (count - 1)) * ((n - 1) / (n - parameters)) : 1) };
  });
}

/** Clusters of the way that has the fewest; throws an EstimationError where that is a single one. */
export function requireTwo(clusters: readonly Group[]): number {
  const fewest = fewestClusters(clusters);
  if (fewest < 2) throw new EstimationError("one-cluster", "All rows are in one cluster; clustered errors need two at least.");
  return fewest;
}

/** Clusters of the way that has the fewest. */
export function fewestClusters(clusters: readonly Group[]): number {
  return clusters.reduce((fewest, group) => Math.min(fewest, countLevels(group)), Infinity);
}

interface Term {
  readonly group: Group;
  /** 1 for an odd number of ways, -1 for an even one. */
  readonly sign: number;
}

/** Every set of ways but the empty one: its intersection, and its sign. */
function intersections(clusters: readonly Group[]): readonly Term[] {
  return clusters.reduce<readonly Term[]>(
    (terms, way) => [...terms, { group: way, sign: 1 }, ...terms.map(({ group, sign }) => ({ group: intersection(group, way), sign: -sign }))],
    [],
  );
}

const known = createMemo<Group>();

/** Rows that share a level of both groups; levels in order of first appearance. */
export function intersection(a: Group, b: Group): Group {
  return known(a.codes, `${numberOf(b.codes)} ${b.levels}`, () => newIntersection(a, b));
}

function newIntersection(a: Group, b: Group): Group {
  const levelOf = new Map<number, number>();
  const codes = a.codes.map((code, row) => {
    const pair = code * b.levels + (b.codes[row] ?? 0);
    const level = levelOf.get(pair) ?? levelOf.size;
    levelOf.set(pair, level);
    return level;
  });
  return { codes, levels: levelOf.size };
}
