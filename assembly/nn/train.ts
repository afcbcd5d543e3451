import { array, mark, release, take } from "../core/arena";
import { below, bits, subKey } from "../core/random";
import { hasRoom } from "../core/room";
import { NO_MEMORY, NOT_CONVERGED, OK } from "../core/status";
import { adamStep, squaredWeights } from "./adam";
import { backward } from "./backward";
import { forward } from "./forward";
import { NetJob, NetRates } from "./job";
import { keyOf, Net, netBytes, newNet } from "./net";

/**
 * A multilayer perceptron trained by Adam on shuffled batches, for squared loss or the log loss of a probability: what
 * scikit-learn's MLPRegressor and MLPClassifier do, their stopping rule included, but for the random numbers. Groups
 * need no dummies: the first layer looks a level's weights up (forward.ts).
 *
 * out: f64[predictCount]. NOT_CONVERGED where the loss still fell after the last epoch.
 * Cost of an epoch with h units in one layer: 4 n h (features + groups) multiplications, and an update of all
 * (features + levels) h weights a batch.
 */
export function trainNet(job: NetJob, rates: NetRates, out: StaticArray<f64>): i32 {
  const capacity = min(job.batch, max(job.count, job.predictCount));
  if (!hasRoom(netBytes(job, capacity) + 8 * <u64>job.count)) return NO_MEMORY;
  const position = mark();
  const net = changetype<Net>(take(offsetof<Net>()));
  newNet(net, job, capacity);
  const status = epochs(net, rates);
  predictRows(net, capacity, out, 0);
  if (job.classify) for (let i = 0; i < job.predictCount; i++) out[i] = 1 / (1 + Math.exp(-out[i]));
  release(position);
  return status;
}

/** Epochs without an improvement by the tolerance after which training ends. */
const PATIENCE: i32 = 10;

function epochs(net: Net, rates: NetRates): i32 {
  const job = net.job;
  const order = array<u32>(job.count);
  for (let i = 0; i < job.count; i++) order[i] = job.train[i];
  let best = Infinity;
  let waited = 0;
  for (let epoch = 0; epoch < job.epochs; epoch++) {
    shuffle(order, subKey(keyOf(job), epoch + 1));
    let loss: f64 = 0;
    for (let from = 0; from < job.count; from += job.batch) {
      const count = min(job.batch, job.count - from);
      loss += <f64>count * batchStep(net, rates, order, from, count);
    }
    loss /= <f64>job.count;
    waited = loss > best - rates.tolerance ? waited + 1 : 0;
    best = Math.min(best, loss);
    if (waited > PATIENCE) return OK;
  }
  return NOT_CONVERGED;
}

/** Fisher and Yates. */
function shuffle(order: StaticArray<u32>, key: u64): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(<u32>(bits(key, i) >> 32), i + 1);
    const row = order[i];
    order[i] = order[j];
    order[j] = row;
  }
}

/** One batch; returns its loss before the step. */
function batchStep(net: Net, rates: NetRates, order: StaticArray<u32>, from: i32, count: i32): f64 {
  const job = net.job;
  forward(net, order, from, count);
  let weights: f64 = 0;
  let loss: f64 = 0;
  for (let i = 0; i < count; i++) {
    const row = order[from + i];
    const weight = weightOf(job, row);
    weights += weight;
    loss += weight * (job.classify ? logLoss(net, i, job.y[row]) : squaredLoss(net, i, job.y[row]));
    net.error[i] *= weight;
  }
  loss += 0.5 * rates.alpha * squaredWeights(net);
  backward(net, order, from, count, rates.alpha);
  adamStep(net, 1 / weights, rates.learningRate);
  return loss / weights;
}

/** A row's weight, 1 where there are none. */
@inline
export function weightOf(job: NetJob, row: u32): f64 {
  return changetype<usize>(job.weights) == 0 ? 1 : job.weights[row];
}

@inline
function squaredLoss(net: Net, i: i32, y: f64): f64 {
  const error = net.output[i] - y;
  net.error[i] = error;
  return 0.5 * error * error;
}

/** In terms of exp(-|output|), which does not overflow. */
@inline
function logLoss(net: Net, i: i32, y: f64): f64 {
  const z = net.output[i];
  const e = Math.exp(-Math.abs(z));
  net.error[i] = (z >= 0 ? 1 : e) / (1 + e) - y;
  return Math.log1p(e) + (z >= 0 == y > 0 ? 0 : Math.abs(z));
}

/** Outputs of the rows to predict, `capacity` at a time, from out[at] on. */
export function predictRows(net: Net, capacity: i32, out: StaticArray<f64>, at: i32): void {
  const job = net.job;
  for (let from = 0; from < job.predictCount; from += capacity) {
    const count = min(capacity, job.predictCount - from);
    forward(net, job.predict, from, count);
    for (let i = 0; i < count; i++) out[at + from + i] = net.output[i];
  }
}
