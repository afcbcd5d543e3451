/** Disjoint intervals in ascending order; limits may be infinite. None: the empty set. */
export type ConfidenceSet = readonly (readonly [number, number])[];

/** The whole line. */
export const WHOLE_LINE: ConfidenceSet = [[-Infinity, Infinity]];

/** {t: a t^2 + b t + c <= 0}: an interval, two rays, one ray, the whole line, or nothing. */
export function quadraticSet(a: number, b: number, c: number): ConfidenceSet {
  if (a === 0) return linearSet(b, c);
  const discriminant = b * b - 4 * a * c;
  if (!(discriminant >= 0)) return a > 0 ? [] : WHOLE_LINE;
  // The root of the larger size first: the other follows from their product, without cancellation.
  const far = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  const roots = far === 0 ? [0, 0] : [far / a, c / far];
  const [low, high] = [Math.min(...roots), Math.max(...roots)];
  return a > 0 ? [[low, high]] : [[-Infinity, low], [high, Infinity]];
}

function linearSet(b: number, c: number): ConfidenceSet {
  if (b === 0) return c <= 0 ? WHOLE_LINE : [];
  return b > 0 ? [[-Infinity, -c / b]] : [[-c / b, Infinity]];
}

/** The set of centre + scale t, t in the set; scale > 0. */
export function placed(set: ConfidenceSet, centre: number, scale: number): ConfidenceSet {
  return set.map(([low, high]) => [centre + scale * low, centre + scale * high]);
}
