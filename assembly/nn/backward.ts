import { Net } from "./net";
import { addTimes, product, real } from "./product";

/**
 * The gradient of sum of loss plus alpha / 2 times the sum of squared weights, by back-propagation (Rumelhart, Hinton
 * and Williams 1986) from net.error, for the rows of the last `forward`.
 */
export function backward(net: Net, list: StaticArray<u32>, from: i32, count: i32, alpha: f64): void {
  penalise(net, alpha);
  outputLayer(net, count);
  for (let l = net.layers - 1; l > 0; l--) {
    const width = net.widths[l];
    const before = net.widths[l - 1];
    sumRows(net, l, count);
    product(before, width, count, net.values, net.valueAt[l - 1], 1, before, net.deltas, net.valueAt[l], net.gradient, net.weightAt[l]);
    passBack(net, l, count);
    derive(net, net.valueAt[l - 1], count * before);
  }
  firstLayer(net, list, from, count);
}

/** Starts the gradient with the penalty's: biases are free. */
function penalise(net: Net, alpha: f64): void {
  clear(net.gradient, 0, net.total);
  for (let l = 0; l <= net.layers; l++) {
    const from = net.weightAt[l];
    addTimes(net.biasAt[l] - from, <real>alpha, net.parameters, from, net.gradient, from);
  }
}

function clear(x: StaticArray<real>, from: i32, n: i32): void {
  memory.fill(changetype<usize>(x) + <usize>from * sizeof<real>(), 0, <usize>n * sizeof<real>());
}

function outputLayer(net: Net, count: i32): void {
  const layers = net.layers;
  const width = net.widths[layers - 1];
  const at = net.valueAt[layers - 1];
  let sum: f64 = 0;
  clear(net.deltas, at, count * width);
  for (let i = 0; i < count; i++) {
    const error = net.error[i];
    sum += error;
    addTimes(width, <real>error, net.values, at + i * width, net.gradient, net.weightAt[layers]);
    addTimes(width, <real>error, net.parameters, net.weightAt[layers], net.deltas, at + i * width);
  }
  net.gradient[net.biasAt[layers]] = <real>sum;
  derive(net, at, count * width);
}

/** Derivatives of the loss in the activations, times those of the activations: from the activations themselves. */
function derive(net: Net, from: i32, n: i32): void {
  const start = <usize>from * sizeof<real>();
  const values = changetype<usize>(net.values) + start;
  const deltas = changetype<usize>(net.deltas) + start;
  const zero = v128.splat<real>(0);
  const one = v128.splat<real>(1);
  const isRelu = net.job.activation == 0;
  for (let o: usize = 0, end = <usize>n * sizeof<real>(); o < end; o += 16) {
    const value = v128.load(values + o);
    const delta = v128.load(deltas + o);
    v128.store(deltas + o, isRelu
      ? v128.and(delta, v128.gt<real>(value, zero))
      : v128.mul<real>(delta, v128.sub<real>(one, v128.mul<real>(value, value))));
  }
}

/** The gradient of the biases. */
function sumRows(net: Net, l: i32, count: i32): void {
  const width = net.widths[l];
  for (let i = 0; i < count; i++) addTimes(width, 1, net.deltas, net.valueAt[l] + i * width, net.gradient, net.biasAt[l]);
}

/** Derivatives in the activations of the layer before: deltas times the transposed weights. */
function passBack(net: Net, l: i32, count: i32): void {
  const width = net.widths[l];
  const before = net.widths[l - 1];
  const transposed = net.transposed;
  for (let k = 0; k < before; k++) {
    for (let u = 0; u < width; u++) transposed[u * before + k] = net.parameters[net.weightAt[l] + k * width + u];
  }
  const to = net.valueAt[l - 1];
  clear(net.deltas, to, count * before);
  product(count, before, width, net.deltas, net.valueAt[l], width, 1, transposed, 0, net.deltas, to);
}

/** Features by a product, levels by looking up; what standardising takes off the dummies goes by the biases' gradient. */
function firstLayer(net: Net, list: StaticArray<u32>, from: i32, count: i32): void {
  const job = net.job;
  const width = net.widths[0];
  const levelAt = net.weightAt[0] + job.features * width;
  sumRows(net, 0, count);
  product(job.features, width, count, net.input, 0, 1, job.features, net.deltas, 0, net.gradient, net.weightAt[0]);
  for (let i = 0; i < count; i++) {
    for (let g = 0; g < job.groups; g++) {
      const level = job.codes[g * job.rows + list[from + i]];
      addTimes(width, <real>job.levelScale[level], net.deltas, i * width, net.gradient, levelAt + level * width);
    }
  }
  for (let v = 0; v < job.levels; v++) {
    addTimes(width, <real>-job.levelShift[v], net.gradient, net.biasAt[0], net.gradient, levelAt + v * width);
  }
}
