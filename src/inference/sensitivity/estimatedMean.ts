/** A weighted mean, and by row its influence on it. */
export interface EstimatedMean {
  readonly mean: number;
  /** w_i (x_i - mean) / sum(w): it sums to zero. */
  readonly influence: Float64Array;
}

/** sum(w x) / sum(w). products: w x, by row; weights: w, by row; null: all 1. Cost O(n). */
export function estimatedMean(products: Float64Array, weights: Float64Array | null): EstimatedMean {
  const total = weights === null ? products.length : sum(weights);
  const mean = sum(products) / total;
  return { mean, influence: products.map((value, i) => (value - (weights === null ? 1 : (weights[i] ?? NaN)) * mean) / total) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
