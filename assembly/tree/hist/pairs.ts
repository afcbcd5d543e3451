import { Grower } from "./state";

/** Gradient and hessian of half the squared loss for each training row, from what is left of the target. weights: f64[] of these rows, 0 for none. */
export function residualPairs(grower: Grower, left: StaticArray<f64>, weights: usize): void {
  const n = grower.binned.train.count;
  const gradients = grower.gradients;
  let gradientSum: f64 = 0;
  let hessianSum: f64 = 0;
  if (weights == 0) {
    for (let i = 0; i < n; i++) {
      const gradient = <f32>-left[i];
      gradients[i] = gradient;
      gradientSum += <f64>gradient;
    }
    hessianSum = <f64>n;
  } else {
    for (let i = 0; i < n; i++) {
      const weight = changetype<StaticArray<f64>>(weights)[i];
      const gradient = <f32>(-left[i] * weight);
      gradients[i] = gradient;
      grower.hessians[i] = <f32>weight;
      gradientSum += <f64>gradient;
      hessianSum += <f64>grower.hessians[i];
    }
  }
  grower.gradient = gradientSum;
  grower.hessian = hessianSum;
}

/** Gradient and hessian of the log loss of a 0/1 target at log odds `fitted`. Below -37, exp(x) is p to the last bit. */
export function logisticPairs(grower: Grower, target: StaticArray<f64>, fitted: StaticArray<f64>, weights: usize): void {
  const gradients = grower.gradients;
  const hessians = grower.hessians;
  let gradientSum: f64 = 0;
  let hessianSum: f64 = 0;
  for (let i = 0, n = grower.binned.train.count; i < n; i++) {
    const y = target[i];
    const weight = weights == 0 ? 1 : changetype<StaticArray<f64>>(weights)[i];
    const isTiny = !(fitted[i] > -37);
    const odds = Math.exp(isTiny ? fitted[i] : -fitted[i]);
    const gradient = isTiny ? odds - y : (1 - y - y * odds) / (1 + odds);
    const hessian = isTiny ? odds : odds / ((1 + odds) * (1 + odds));
    gradients[i] = <f32>(weight * gradient);
    hessians[i] = <f32>(weight * hessian);
    gradientSum += <f64>gradients[i];
    hessianSum += <f64>hessians[i];
  }
  grower.gradient = gradientSum;
  grower.hessian = hessianSum;
}
