import type { Matrix } from "../fit/matrix.js";

/** That the coefficients at some places of k are equal: each less the first of them, a row each. */
export function equalCoefficients(places: readonly number[], k: number): Matrix {
  const [first, ...others] = places;
  return others.map((other) => Array.from({ length: k }, (_, j) => (j === other ? 1 : j === first ? -1 : 0)));
}

/** That the coefficients at some places of k are zero, a row each. */
export function zeroCoefficients(places: readonly number[], k: number): Matrix {
  return places.map((place) => Array.from({ length: k }, (_, j) => (j === place ? 1 : 0)));
}
