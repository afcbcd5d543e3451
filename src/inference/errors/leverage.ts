import { EstimationError } from "../../errors.js";
import { dot } from "../../fit/residuals.js";
import { type Group, levelMeans } from "../../kernels/design.js";
import { intersection } from "./cluster.js";
import { clusterSums } from "./sums.js";

/** Share of a cluster's residuals below which nothing is left of them. */
export const NOTHING_LEFT = 1e-9;

/**
 * By cluster: what absorbed effects that cross the clusters leave of its own part of the columns, 1 - sum_l u_l'P u_l /
 * sum_l u_l'u_l, u_l a cluster's rows of an orthonormal basis and P its block of the projections on the effects' dummies.
 * It stands for the block itself: exactly where each level has one row in every cluster (units and periods of a balanced
 * panel: 1 - 1/G), else on average over the columns. Ones without effects. Effects nested in the clusters have no
 * part in it: demeaned columns know all that their dummies would say (Pustejovsky and Tipton 2018, theorem 2).
 * Throws an EstimationError where nothing is left. Cost O(n k) an effect.
 */
export function leftByCrossed(basis: readonly Float64Array[], clusters: Group, crossed: readonly Group[]): Float64Array {
  const own = sumOf(basis.map((u) => clusterSums(u.map((value) => value * value), clusters)), clusters.levels);
  const taken = sumOf(crossed.flatMap((effect) => basis.map((u) => projected(u, clusters, effect))), clusters.levels);
  return own.map((length, cluster) => {
    const left = length > 0 ? 1 - (taken[cluster] ?? NaN) / length : 1;
    if (left > NOTHING_LEFT) return left;
    throw fullLeverage("One cluster alone has the rows of some absorbed effect");
  });
}

/** By cluster: the sum of squares over levels of what u says of the level's own column. */
function projected(u: Float64Array, clusters: Group, effect: Group): Float64Array {
  const pairs = intersection(clusters, effect);
  const own = columnOfEffect(effect);
  const sums = clusterSums(u.map((value, i) => value * (own[i] ?? NaN)), pairs);
  return clusterSums(u.map((value, i) => value * (own[i] ?? NaN) * (sums[pairs.codes[i] ?? 0] ?? NaN)), clusters);
}

/**
 * By row, the column of its level, of length one over the level's rows: its dummy, or its slope less the level's mean, which
 * the dummies beside it know. Zero where that is nothing.
 */
export function columnOfEffect({ codes, levels, slope }: Group): Float64Array {
  const group = { codes, levels };
  const column = slope ?? new Float64Array(codes.length).fill(1);
  const means = slope === undefined ? new Float64Array(levels) : levelMeans(slope, group, null);
  const left = column.map((value, i) => value - (means[codes[i] ?? 0] ?? NaN));
  const lengths = clusterSums(left.map((value) => value * value), group);
  return left.map((value, i) => (value === 0 ? 0 : value / Math.sqrt(lengths[codes[i] ?? 0] ?? NaN)));
}

function sumOf(columns: readonly Float64Array[], length: number): Float64Array {
  return columns.reduce((sum, column) => sum.map((value, i) => value + (column[i] ?? NaN)), new Float64Array(length));
}

/** An orthonormal basis of independent columns' span: Gram and Schmidt's way, each column twice over. Cost O(n k^2). */
export function orthonormal(columns: readonly Float64Array[]): readonly Float64Array[] {
  return columns.reduce<readonly Float64Array[]>((basis, column) => {
    const rest = [...basis, ...basis].reduce((left, unit) => less(left, unit, dot(left, unit)), column);
    const length = Math.sqrt(dot(rest, rest));
    return [...basis, rest.map((value) => value / length)];
  }, []);
}

function less(a: Float64Array, unit: Float64Array, factor: number): Float64Array {
  return a.map((value, i) => value - factor * (unit[i] ?? NaN));
}

/** The error where a cluster leaves nothing to compare it with. */
export function fullLeverage(reason: string): EstimationError {
  return new EstimationError("full-leverage", `${reason}, so cr2 and cr3 are not defined. Set \`errors: { cluster: [...], correction: true }\` and look at the wild cluster bootstrap (\`wild: true\`): the usual errors are too small here.`);
}

/** Why neither is defined where a coefficient cannot be had without some cluster. */
export const ALONE_DECIDES = "One cluster alone decides a coefficient";
