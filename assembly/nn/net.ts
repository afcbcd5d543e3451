import { array, zeros } from "../core/arena";
import { bits, subKey } from "../core/random";
import { NetJob } from "./job";
import { real, TILE } from "./product";

/**
 * A multilayer perceptron with one output. Its parameters stand in one array: for each layer the weights, one row an
 * input, then the biases. Rows are padded with zeros to whole tiles; padded units stay at zero in training by
 * themselves. The first layer has a row for every feature and for every level of the groups.
 */
@unmanaged
export class Net {
  job: NetJob;
  /** Hidden layers; layer number `layers` is the output. */
  layers: i32;
  /** i32[layers + 1] each: inputs (padded from the second layer on), padded units, first weight, first bias. */
  inputs: StaticArray<i32>;
  widths: StaticArray<i32>;
  weightAt: StaticArray<i32>;
  biasAt: StaticArray<i32>;
  /** Parameters, padding included; their gradient, and Adam's moments. */
  total: i32;
  parameters: StaticArray<real>;
  gradient: StaticArray<real>;
  first: StaticArray<real>;
  second: StaticArray<real>;
  /** Powers of Adam's two rates. */
  power1: f64;
  power2: f64;

  /** real[capacity * features]: standardised features of the rows at work. */
  input: StaticArray<real>;
  /** By hidden layer, one row a row at work: activations, and the derivatives of the loss before activation. */
  valueAt: StaticArray<i32>;
  values: StaticArray<real>;
  deltas: StaticArray<real>;
  /** f64[capacity]: outputs before the logistic function, and the loss's derivatives in them. */
  output: StaticArray<f64>;
  error: StaticArray<f64>;
  /** A row of the widest layer, and a transposed layer of weights. */
  line: StaticArray<real>;
  transposed: StaticArray<real>;
}

/** Reserves a network that works on up to `capacity` rows at a time, weights drawn as below. */
export function newNet(net: Net, job: NetJob, capacity: i32): void {
  const layers = job.layers;
  net.job = job;
  net.layers = layers;
  net.inputs = array<i32>(layers + 1);
  net.widths = array<i32>(layers + 1);
  net.weightAt = array<i32>(layers + 1);
  net.biasAt = array<i32>(layers + 1);
  net.valueAt = array<i32>(layers + 1);
  let total = 0;
  let units = 0;
  let widest = 0;
  let largest = 0;
  for (let l = 0; l <= layers; l++) {
    net.inputs[l] = l == 0 ? job.features + job.levels : net.widths[l - 1];
    net.widths[l] = l == layers ? 1 : padded(job.units[l]);
    net.weightAt[l] = total;
    total += padded(net.inputs[l] * net.widths[l]);
    net.biasAt[l] = total;
    total += padded(net.widths[l]);
    net.valueAt[l] = units * capacity;
    if (l < layers) units += net.widths[l];
    widest = max(widest, net.widths[l]);
    if (l > 0) largest = max(largest, net.inputs[l] * net.widths[l]);
  }
  net.total = total;
  net.parameters = zeros<real>(total);
  net.gradient = array<real>(total);
  net.first = zeros<real>(total);
  net.second = zeros<real>(total);
  net.power1 = 1;
  net.power2 = 1;
  net.input = array<real>(capacity * job.features);
  net.values = array<real>(capacity * units);
  net.deltas = array<real>(capacity * units);
  net.output = array<f64>(capacity);
  net.error = array<f64>(capacity);
  net.line = array<real>(padded(widest));
  net.transposed = array<real>(largest);
  draw(net);
}

/** Bytes that `newNet` takes, and a little more. */
export function netBytes(job: NetJob, capacity: i32): u64 {
  let inputs = <u64>(job.features + job.levels);
  let parameters: u64 = 0;
  let units: u64 = 0;
  for (let l = 0; l < job.layers; l++) {
    const width = <u64>padded(job.units[l]);
    parameters += (inputs + 2) * width;
    units += width;
    inputs = width;
  }
  return sizeof<real>() * (6 * parameters + <u64>capacity * (2 * units + <u64>job.features + 4)) + 4096;
}

function padded(n: i32): i32 {
  return ((n + TILE - 1) / TILE) * TILE;
}

/**
 * Weights and biases uniform on +-sqrt(6 / (inputs + units)): Glorot and Bengio 2010, "Understanding the difficulty of
 * training deep feedforward neural networks", equation 16; biases too, as scikit-learn has them.
 */
function draw(net: Net): void {
  const job = net.job;
  const key = subKey(keyOf(job), 0);
  let counter = 0;
  for (let l = 0; l <= net.layers; l++) {
    const inputs = l == 0 ? net.inputs[0] : job.units[l - 1];
    const units = l == net.layers ? 1 : job.units[l];
    const bound = Math.sqrt(6.0 / <f64>(inputs + units));
    for (let k = 0; k <= inputs; k++) {
      const row = k < inputs ? net.weightAt[l] + k * net.widths[l] : net.biasAt[l];
      for (let u = 0; u < units; u++) net.parameters[row + u] = <real>(bound * (2 * fraction(bits(key, counter++)) - 1));
    }
  }
}

/** The 64 random bits of a job. */
export function keyOf(job: NetJob): u64 {
  return (<u64>job.keyHigh << 32) | <u64>job.keyLow;
}

/** Random bits to a number from 0 to below 1. */
function fraction(random: u64): f64 {
  return <f64>(random >> 11) * 1.1102230246251565e-16;
}
