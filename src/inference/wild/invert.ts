/** Doublings of the first step after which a limit counts as infinite. */
const DOUBLINGS = 20;
/** Halvings of the bracket: to a billionth of it. */
const HALVINGS = 30;

/**
 * Where p falls to alpha on one side: the largest |d| with p(d) > alpha, searched in steps of sign * scale, doubled until p
 * is small, then by bisection. p is 1 at d = 0 and a step function; where it crosses alpha more than once, one of the
 * crossings. Infinite where no d is rejected. At most 51 evaluations of p.
 */
export function furthestAccepted(p: (d: number) => number, alpha: number, sign: 1 | -1, scale: number): number {
  let inside = 0;
  let outside = sign * scale;
  for (let i = 0; p(outside) > alpha; i++) {
    if (i === DOUBLINGS) return sign * Infinity;
    inside = outside;
    outside *= 2;
  }
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (inside + outside) / 2;
    if (p(middle) > alpha) inside = middle;
    else outside = middle;
  }
  return inside;
}
