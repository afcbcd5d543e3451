/** What the draws of several t statistics say of their largest. */
export interface StepDown {
  /** By draw: max over all estimates of |t*|. */
  readonly maxima: Float64Array;
  /** By estimate: adjusted p value, a multiple of 1 / draws. */
  readonly p: readonly number[];
}

/**
 * Romano and Wolf (2005, Econometrica 73; 2016): from the largest |t| down, p is the share of draws whose maximum over
 * the estimates not yet judged reaches |t|, and no less than the p before it. It controls the chance of one false
 * rejection among all, whatever the correlation. t: by estimate; draws: by estimate, by draw. Cost O(K (B + log K)).
 */
export function stepDown(t: readonly number[], draws: readonly Float64Array[]): StepDown {
  const size = t.map(Math.abs);
  const order = size.map((_, k) => k).sort((a, b) => (size[b] ?? NaN) - (size[a] ?? NaN));
  const maxima = new Float64Array(draws[0]?.length ?? 0);
  const share = new Float64Array(t.length);
  for (const k of order.toReversed()) {
    raise(maxima, draws[k] ?? maxima);
    share[k] = reaching(maxima, size[k] ?? NaN) / maxima.length;
  }
  const p = new Float64Array(t.length);
  order.forEach((k, i) => (p[k] = Math.max(share[k] ?? NaN, p[order[i - 1] ?? k] ?? 0)));
  return { maxima, p: Array.from(p) };
}

function raise(maxima: Float64Array, draws: Float64Array): void {
  for (let b = 0; b < maxima.length; b++) {
    const size = Math.abs(draws[b] ?? NaN);
    if (size > (maxima[b] ?? NaN)) maxima[b] = size;
  }
}

function reaching(maxima: Float64Array, size: number): number {
  let count = 0;
  for (const one of maxima) if (one >= size) count++;
  return count;
}

/** Bonferroni (1936): K p, at most 1. */
export function bonferroni(p: readonly number[]): readonly number[] {
  return p.map((one) => Math.min(1, one * p.length));
}

/** Holm (1979): from the smallest p up, (K - j) p_j with j before it, and no less than the one before. */
export function holm(p: readonly number[]): readonly number[] {
  const adjusted = new Float64Array(p.length);
  let before = 0;
  const order = p.map((_, k) => k).sort((a, b) => (p[a] ?? NaN) - (p[b] ?? NaN));
  order.forEach((k, j) => (adjusted[k] = before = Math.max(before, Math.min(1, (p.length - j) * (p[k] ?? NaN)))));
  return Array.from(adjusted);
}
