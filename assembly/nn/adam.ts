import { Net } from "./net";
import { inner, real } from "./product";

const RATE1: f64 = 0.9;
const RATE2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/**
 * One step of Adam: Kingma and Ba 2015, "Adam: a method for stochastic optimization", ICLR, algorithm 1 in the order of
 * its section 2 (epsilon outside the correction), as scikit-learn has it. The gradient is multiplied by `share` first.
 */
export function adamStep(net: Net, share: f64, learningRate: f64): void {
  net.power1 *= RATE1;
  net.power2 *= RATE2;
  const step = (learningRate * Math.sqrt(1 - net.power2)) / (1 - net.power1);
  const parameters = changetype<usize>(net.parameters);
  const gradient = changetype<usize>(net.gradient);
  const first = changetype<usize>(net.first);
  const second = changetype<usize>(net.second);
  const shares = v128.splat<real>(<real>share);
  const steps = v128.splat<real>(<real>step);
  const epsilon = v128.splat<real>(<real>EPSILON);
  const keep1 = v128.splat<real>(<real>RATE1), new1 = v128.splat<real>(<real>(1 - RATE1));
  const keep2 = v128.splat<real>(<real>RATE2), new2 = v128.splat<real>(<real>(1 - RATE2));
  for (let o: usize = 0, end = <usize>net.total * sizeof<real>(); o < end; o += 16) {
    const g = v128.mul<real>(shares, v128.load(gradient + o));
    const m = v128.add<real>(v128.mul<real>(keep1, v128.load(first + o)), v128.mul<real>(new1, g));
    const v = v128.add<real>(v128.mul<real>(keep2, v128.load(second + o)), v128.mul<real>(new2, v128.mul<real>(g, g)));
    v128.store(first + o, m);
    v128.store(second + o, v);
    const move = v128.div<real>(v128.mul<real>(steps, m), v128.add<real>(v128.sqrt<real>(v), epsilon));
    v128.store(parameters + o, v128.sub<real>(v128.load(parameters + o), move));
  }
}

/** Sum of squared weights; biases do not count. */
export function squaredWeights(net: Net): f64 {
  let sum: f64 = 0;
  for (let l = 0; l <= net.layers; l++) {
    const from = net.weightAt[l];
    sum += inner(net.biasAt[l] - from, net.parameters, from, net.parameters, from);
  }
  return sum;
}
