import { Net } from "./net";
import { addTimes, inner, product, real } from "./product";

/** Outputs of `count` rows of a list, from number `from` on; activations stay for the way back. */
export function forward(net: Net, list: StaticArray<u32>, from: i32, count: i32): void {
  const layers = net.layers;
  takeRows(net, list, from, count);
  firstLayer(net, list, from, count);
  for (let l = 1; l < layers; l++) {
    const width = net.widths[l];
    for (let i = 0; i < count; i++) copyRow(net, width, net.parameters, net.biasAt[l], net.values, net.valueAt[l] + i * width);
    const before = net.widths[l - 1];
    product(count, width, before, net.values, net.valueAt[l - 1], before, 1, net.parameters, net.weightAt[l], net.values, net.valueAt[l]);
    activate(net, net.valueAt[l], count * width);
  }
  const width = net.widths[layers - 1];
  const bias = <f64>net.parameters[net.biasAt[layers]];
  for (let i = 0; i < count; i++) {
    net.output[i] = bias + inner(width, net.values, net.valueAt[layers - 1] + i * width, net.parameters, net.weightAt[layers]);
  }
}

/** Standardised features, row by row. */
function takeRows(net: Net, list: StaticArray<u32>, from: i32, count: i32): void {
  const job = net.job;
  const features = job.features;
  const input = net.input;
  const x = job.x;
  for (let j = 0; j < features; j++) {
    const centre = job.centre[j];
    const scale = job.scale[j];
    const column = j * job.rows;
    for (let i = 0; i < count; i++) input[i * features + j] = <real>((x[column + list[from + i]] - centre) * scale);
  }
}

/**
 * The first layer without dummies: a level's weights are looked up. What standardising takes off every dummy is the
 * same for all rows: the sum of levelShift times weights goes into the biases.
 */
function firstLayer(net: Net, list: StaticArray<u32>, from: i32, count: i32): void {
  const job = net.job;
  const width = net.widths[0];
  const parameters = net.parameters;
  const line = net.line;
  const weightAt = net.weightAt[0];
  const levelAt = weightAt + job.features * width;
  copyRow(net, width, parameters, net.biasAt[0], line, 0);
  for (let v = 0; v < job.levels; v++) addTimes(width, <real>-job.levelShift[v], parameters, levelAt + v * width, line, 0);
  for (let i = 0; i < count; i++) {
    copyRow(net, width, line, 0, net.values, i * width);
    for (let g = 0; g < job.groups; g++) {
      const level = job.codes[g * job.rows + list[from + i]];
      addTimes(width, <real>job.levelScale[level], parameters, levelAt + level * width, net.values, i * width);
    }
  }
  product(count, width, job.features, net.input, 0, job.features, 1, parameters, weightAt, net.values, 0);
  activate(net, 0, count * width);
}

@inline
function copyRow(net: Net, n: i32, x: StaticArray<real>, from: i32, y: StaticArray<real>, to: i32): void {
  memory.copy(changetype<usize>(y) + <usize>to * sizeof<real>(), changetype<usize>(x) + <usize>from * sizeof<real>(), <usize>n * sizeof<real>());
}

function activate(net: Net, from: i32, n: i32): void {
  const values = net.values;
  if (net.job.activation == 0) {
    const zero = v128.splat<real>(0);
    const start = changetype<usize>(values) + <usize>from * sizeof<real>();
    for (let at = start, end = start + <usize>n * sizeof<real>(); at < end; at += 16) {
      const value = v128.load(at);
      v128.store(at, v128.and(value, v128.gt<real>(value, zero)));
    }
  } else {
    for (let i = from; i < from + n; i++) values[i] = <real>(1 - 2 / (Math.exp(2 * <f64>values[i]) + 1)); // tanh
  }
}
