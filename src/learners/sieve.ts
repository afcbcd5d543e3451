import type { Design } from "../kernels/design.js";
import { columnMoments, unit } from "./moments.js";

/** Functions of a row: a constant, the features on a common scale, with order 2 their squares and products, and a level's dummy. */
export interface Sieve {
  /** How many functions; the constant is the first. */
  readonly size: number;
  /** into_j += factor b_j(row). */
  readonly add: (row: number, factor: number, into: Float64Array) => void;
  /** Lower triangle, by row: into_jk += factor b_j(row) b_k(row). Cost: the square of the functions that are not 0. */
  readonly addSquares: (row: number, factor: number, into: Float64Array) => void;
  /** sum of rho_j b_j(row). */
  readonly combine: (row: number, rho: Float64Array) => number;
}

/**
 * The sieve of a design, features standardised on `train`. With order 2 features that are squares or products are left out, as it has
 * its own. A row has one dummy a group, whatever the levels, so dummies are never materialised.
 */
export function createSieve(design: Design, train: Uint32Array, weights: Float64Array | null, order: number): Sieve {
  const columns = design.features.filter((_, f) => order === 1 || design.products?.[f] !== true);
  const scales = columns.map((column) => unit(columnMoments(column, train, weights)));
  const p = columns.length;
  const dense = order === 1 ? 1 + p : 1 + p + (p * (p + 1)) / 2;
  const from = design.groups.map((_, g) => design.groups.slice(0, g).reduce((sum, group) => sum + group.levels, dense));
  const count = dense + design.groups.length;
  const size = design.groups.reduce((sum, group) => sum + group.levels, dense);
  // Of the row at hand: its functions that are not 0, ascending, and their values.
  const at = Uint32Array.from({ length: count }, (_, i) => i);
  const values = new Float64Array(count).fill(1);
  const read = (row: number): void => {
    columns.forEach((column, j) => (values[1 + j] = ((column[row] ?? NaN) - (scales[j]?.mean ?? NaN)) / (scales[j]?.sd ?? NaN)));
    let next = 1 + p;
    for (let j = 1; next < dense; j++) for (let k = 1; k <= j; k++) values[next++] = (values[j] ?? NaN) * (values[k] ?? NaN);
    design.groups.forEach(({ codes }, g) => (at[dense + g] = (from[g] ?? NaN) + (codes[row] ?? NaN)));
  };
  return {
    size,
    add(row, factor, into) {
      read(row);
      at.forEach((j, i) => (into[j] = (into[j] ?? NaN) + factor * (values[i] ?? NaN)));
    },
    addSquares(row, factor, into) {
      read(row);
      for (let i = 0; i < count; i++) {
        const scaled = factor * (values[i] ?? NaN);
        const start = (at[i] ?? NaN) * size;
        for (let j = 0; j <= i; j++) into[start + (at[j] ?? NaN)] = (into[start + (at[j] ?? NaN)] ?? NaN) + scaled * (values[j] ?? NaN);
      }
    },
    combine(row, rho) {
      read(row);
      return at.reduce((sum, j, i) => sum + (rho[j] ?? NaN) * (values[i] ?? NaN), 0);
    },
  };
}
