import { array, mark, release, take } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY, OK } from "../core/status";
import { demeanApply } from "../panel/demean";
import { Plan } from "../panel/plan";
import { adamStep } from "./adam";
import { backward } from "./backward";
import { forward } from "./forward";
import { NetJob, NetRates } from "./job";
import { Net, netBytes, newNet } from "./net";
import { predictRows, weightOf } from "./train";

/**
 * The within loss || M (y - g(X)) ||^2 / 2 by a perceptron: full-batch steps of Adam, the fixed effects profiled out in
 * every one. With r = M (y - g) and W the weights, M'W M = W M, so the loss has the derivative -W r in g: one
 * demeaning a step.
 *
 * plan: address from `demeanPlan` on the training rows. checkpoints: i32[checkpointCount], steps in ascending order,
 * the last is the number of steps. out: f64[checkpointCount * predictCount], predictions after each, less the mean
 * over the training rows: their level belongs to the effects.
 * Cost of a step: 4 n h features multiplications for one layer of h units, and one demeaning.
 */
export function trainNetWithin(
  job: NetJob, rates: NetRates, plan: usize, checkpointCount: i32, checkpoints: StaticArray<i32>, out: StaticArray<f64>,
): i32 {
  const capacity = max(job.count, job.predictCount);
  if (!hasRoom(netBytes(job, capacity) + 8 * <u64>job.rows)) return NO_MEMORY;
  const position = mark();
  const net = changetype<Net>(take(offsetof<Net>()));
  newNet(net, job, capacity);
  const left = array<f64>(job.rows);
  let status = OK;
  for (let step = 1, next = 0; next < checkpointCount && status == OK; step++) {
    status = fullStep(net, rates, changetype<Plan>(plan), left);
    if (step == checkpoints[next]) record(net, capacity, out, job.predictCount * next++);
  }
  release(position);
  return status;
}

function fullStep(net: Net, rates: NetRates, plan: Plan, left: StaticArray<f64>): i32 {
  const job = net.job;
  const train = job.train;
  forward(net, train, 0, job.count);
  for (let i = 0; i < job.count; i++) left[train[i]] = job.y[train[i]] - net.output[i];
  const status = demeanApply(plan, left, left);
  let weights: f64 = 0;
  for (let i = 0; i < job.count; i++) {
    const weight = weightOf(job, train[i]);
    weights += weight;
    net.error[i] = -weight * left[train[i]];
  }
  backward(net, train, 0, job.count, rates.alpha);
  adamStep(net, 1 / weights, rates.learningRate);
  return status;
}

function record(net: Net, capacity: i32, out: StaticArray<f64>, at: i32): void {
  const job = net.job;
  forward(net, job.train, 0, job.count);
  let level: f64 = 0;
  for (let i = 0; i < job.count; i++) level += net.output[i];
  level /= <f64>job.count;
  predictRows(net, capacity, out, at);
  for (let i = 0; i < job.predictCount; i++) out[at + i] -= level;
}
