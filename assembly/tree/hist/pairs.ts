import { Grower } from "./state";

/** Gradient and hessian of half the squared loss for each training row, from what is left of the target. */
export function residualPairs(grower: Grower, left: StaticArray<f64>, weights: usize): void {
  const binned = grower.binned;
  for (let i = 0; i < binned.trainCount; i++) {
    const row = binned.train[i];
    const weight = weightOf(weights, row);
    grower.pairs[2 * row] = <f32>(-left[row] * weight);
    grower.pairs[2 * row + 1] = <f32>weight;
  }
}

/** Gradient and hessian of the log loss of a 0/1 target at log odds `fitted`. Below -37, exp(x) is p to the last bit. */
export function logisticPairs(grower: Grower, target: StaticArray<f64>, fitted: StaticArray<f64>, weights: usize): void {
  const binned = grower.binned;
  for (let i = 0; i < binned.trainCount; i++) {
    const row = binned.train[i];
    const y = target[row];
    const weight = weightOf(weights, row);
    const isTiny = !(fitted[row] > -37);
    const odds = Math.exp(isTiny ? fitted[row] : -fitted[row]);
    const gradient = isTiny ? odds - y : (1 - y - y * odds) / (1 + odds);
    const hessian = isTiny ? odds : odds / ((1 + odds) * (1 + odds));
    grower.pairs[2 * row] = <f32>(weight * gradient);
    grower.pairs[2 * row + 1] = <f32>(weight * hessian);
  }
}

@inline
function weightOf(weights: usize, row: u32): f64 {
  return weights == 0 ? 1 : changetype<StaticArray<f64>>(weights)[row];
}
