import { EstimationError } from "../../errors.js";
import type { KnotSequence } from "./knots.js";

/**
 * B-splines of a degree at some values, without the first, which the constant stands for: inner knots + degree columns,
 * each between 0 and 1. Throws an EstimationError outside the knots' range. Cost: O(degree^2) a value.
 * Source: de Boor (1978), A Practical Guide to Splines, chapter X, algorithm BSPLVB.
 */
export function bSpline(knots: KnotSequence, degree: number): (values: Float64Array) => readonly Float64Array[] {
  const ends = Array.from({ length: degree + 1 });
  const sequence = Float64Array.from([...ends.map(() => knots.lower), ...knots.inner, ...ends.map(() => knots.upper)]);
  const count = knots.inner.length + degree;
  return (values) => {
    const columns = Array.from({ length: count }, () => new Float64Array(values.length));
    values.forEach((value, i) => {
      const piece = pieceOf(knots, value);
      nonZero(sequence, degree, piece + degree, value).forEach((b, j) => {
        const target = columns[piece + j - 1];
        if (target !== undefined) target[i] = b;
      });
    });
    return columns;
  };
}

/** Which piece a value lies in, the last one closed at its upper end. */
function pieceOf({ lower, upper, inner }: KnotSequence, value: number): number {
  if (!(value >= lower && value <= upper)) {
    throw new EstimationError("outside-range", `The effect is asked for at ${value}, outside the range ${lower} to ${upper} that the spline was fitted on.`);
  }
  return inner.filter((knot) => knot <= value).length;
}

/** The degree + 1 B-splines that are not zero between knots[left] and knots[left + 1]. */
function nonZero(knots: Float64Array, degree: number, left: number, value: number): readonly number[] {
  let b = [1];
  for (let j = 1; j <= degree; j++) {
    const next = new Array<number>(j + 1).fill(0);
    for (let r = 0; r < j; r++) {
      const [start, end] = [knots[left + r + 1 - j] ?? NaN, knots[left + r + 1] ?? NaN];
      const share = (b[r] ?? NaN) / (end - start);
      next[r] = (next[r] ?? NaN) + (end - value) * share;
      next[r + 1] = (value - start) * share;
    }
    b = next;
  }
  return b;
}
