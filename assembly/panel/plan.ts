import { array, zeros } from "../core/arena";
import { dot } from "../linalg/vec";

/**
 * Rows under several group effects, laid out for demeaning: rows stand in the order of one effect, the *lead*
 * (the one with the most levels), so that its sums run through memory; levels of the other effects are numbered
 * in one list without gaps.
 *
 * A *node* is a level of an effect in the caller's numbering: effects one after the other, level codes from 0.
 * A *position* is a place in the lead's order.
 */
@unmanaged
export class Plan {
  /** Length of a column; rows of the list are numbers below it. */
  rows: i32;
  /** Rows demeaned. */
  count: i32;
  effects: i32;
  lead: i32;
  /** effects - 1 */
  width: i32;
  nodes: i32;
  /** i32[effects + 1]: first node of each effect. */
  firstNode: StaticArray<i32>;
  /** f64[nodes]: weight of the rows at a node; 0: the level is absent. */
  nodeWeight: StaticArray<f64>;
  /** i32[nodes]: piece of the graph in which rows connect levels, -1 for absent levels. */
  piece: StaticArray<i32>;
  pieces: i32;
  /** Independent columns among the dummies and the constant (an upper bound in some cases, see demean.ts). */
  rank: i32;

  /** Levels of the lead. */
  leads: i32;
  /** i32[leads + 1]: first position of each level of the lead. */
  start: StaticArray<i32>;
  /** f64[leads]: 1 / weight, 0 for absent levels. */
  leadInverse: StaticArray<f64>;
  /** u32[count]: row at a position. */
  order: StaticArray<u32>;
  /** 1: positions are rows, in order. */
  sorted: i32;
  /** f64[count]: weight at a position; null: all 1. */
  weights: StaticArray<f64> | null;

  /** Levels of the other effects that occur in the rows. */
  others: i32;
  /** i32[others]: their nodes. */
  otherNode: StaticArray<i32>;
  /** i32[count * width]: numbers of the other levels at a position. */
  codes: StaticArray<i32>;

  /** 1: a dense factor of the Schur complement; 0: conjugate gradients. */
  direct: i32;
  maxIterations: i32;
  factorRank: i32;
  factor: StaticArray<f64>;
  factorOrder: StaticArray<i32>;
  /**
   * f64[others], 0 for levels that are held at zero. Direct: 1 / root of the weight, which scales the system to a
   * diagonal of at most 1. Conjugate gradients: 1 / diagonal, which preconditions it.
   */
  scale: StaticArray<f64>;

  /** f64[count]: the column at work, and the sum of its other effects. */
  z: StaticArray<f64>;
  fitted: StaticArray<f64>;
  /** f64[leads]: means of the last sweep; effects found so far. */
  means: StaticArray<f64>;
  leadEffects: StaticArray<f64>;
  /** f64[others] each. */
  otherEffects: StaticArray<f64>;
  right: StaticArray<f64>;
  solution: StaticArray<f64>;
  scratch: StaticArray<f64>;
  direction: StaticArray<f64>;
  image: StaticArray<f64>;
}

/** Fills in the layout. Everything is reserved in the arena and stays there. */
export function layOut(
  plan: Plan,
  levels: StaticArray<i32>,
  codes: StaticArray<i32>,
  list: StaticArray<u32>,
  weights: StaticArray<f64>,
): void {
  const effects = plan.effects;
  plan.firstNode = array<i32>(effects + 1);
  let nodes = 0;
  for (let e = 0; e < effects; e++) {
    plan.firstNode[e] = nodes;
    nodes += levels[e];
  }
  plan.firstNode[effects] = nodes;
  plan.nodes = nodes;
  const occurs = weigh(plan, codes, list, weights);
  plan.lead = mostLevels(plan, occurs);
  plan.leads = levels[plan.lead];
  orderRows(plan, codes, list);
  numberOthers(plan, codes, occurs);
  const weighted = changetype<usize>(weights) != 0;
  plan.weights = weighted ? array<f64>(plan.count) : null;
  if (weighted) for (let i = 0; i < plan.count; i++) plan.weights![i] = weights[plan.order[i]];
  plan.leadInverse = array<f64>(plan.leads);
  for (let a = 0; a < plan.leads; a++) {
    const weight = plan.nodeWeight[plan.firstNode[plan.lead] + a];
    plan.leadInverse[a] = weight > 0 ? 1 / weight : 0;
  }
}

/** Weights of all nodes; returns 1 for nodes that occur in the rows, be it with weight 0. */
function weigh(
  plan: Plan, codes: StaticArray<i32>, list: StaticArray<u32>, weights: StaticArray<f64>,
): StaticArray<u8> {
  const everywhere = changetype<usize>(list) == 0;
  const weighted = changetype<usize>(weights) != 0;
  const nodeWeight = zeros<f64>(plan.nodes);
  const occurs = zeros<u8>(plan.nodes);
  for (let e = 0; e < plan.effects; e++) {
    const first = plan.firstNode[e];
    const from = e * plan.rows;
    for (let i = 0; i < plan.count; i++) {
      const row = everywhere ? i : <i32>list[i];
      const node = first + codes[from + row];
      nodeWeight[node] += weighted ? weights[row] : 1;
      occurs[node] = 1;
    }
  }
  plan.nodeWeight = nodeWeight;
  return occurs;
}

/** The effect with the most levels in the rows, the first of equals. */
function mostLevels(plan: Plan, occurs: StaticArray<u8>): i32 {
  let lead = 0;
  let most = -1;
  for (let e = 0; e < plan.effects; e++) {
    let present = 0;
    for (let v = plan.firstNode[e]; v < plan.firstNode[e + 1]; v++) present += occurs[v];
    if (present > most) {
      most = present;
      lead = e;
    }
  }
  return lead;
}

/** Counting sort of the rows by the lead's level; rows of a level stay in the order of the list. */
function orderRows(plan: Plan, codes: StaticArray<i32>, list: StaticArray<u32>): void {
  const everywhere = changetype<usize>(list) == 0;
  const from = plan.lead * plan.rows;
  const start = zeros<i32>(plan.leads + 1);
  for (let i = 0; i < plan.count; i++) start[codes[from + (everywhere ? i : <i32>list[i])] + 1]++;
  for (let a = 0; a < plan.leads; a++) start[a + 1] += start[a];
  const next = array<i32>(plan.leads);
  for (let a = 0; a < plan.leads; a++) next[a] = start[a];
  const order = array<u32>(plan.count);
  let sorted = 1;
  for (let i = 0; i < plan.count; i++) {
    const row = everywhere ? i : <i32>list[i];
    const at = next[codes[from + row]]++;
    order[at] = row;
    if (at != row) sorted = 0;
  }
  plan.sorted = sorted;
  plan.start = start;
  plan.order = order;
}

/** Numbers the levels of the other effects that occur, and writes them down by position. */
function numberOthers(plan: Plan, codes: StaticArray<i32>, occurs: StaticArray<u8>): void {
  const number = array<i32>(plan.nodes);
  const otherNode = array<i32>(plan.nodes);
  let others = 0;
  for (let e = 0; e < plan.effects; e++) {
    if (e == plan.lead) continue;
    for (let v = plan.firstNode[e]; v < plan.firstNode[e + 1]; v++) {
      number[v] = others;
      otherNode[others] = v;
      others += occurs[v];
    }
  }
  plan.others = others;
  plan.otherNode = otherNode;
  plan.codes = array<i32>(plan.count * plan.width);
  let column = 0;
  for (let e = 0; e < plan.effects; e++) {
    if (e == plan.lead) continue;
    const from = e * plan.rows;
    const first = plan.firstNode[e];
    for (let i = 0; i < plan.count; i++) {
      plan.codes[i * plan.width + column] = number[first + codes[from + plan.order[i]]];
    }
    column++;
  }
}

/**
 * Takes from z its weighted mean within each level of the lead, and sums what is left (times the weight) over the
 * levels of the other effects. The means go to plan.means.
 */
export function sweep(plan: Plan, z: StaticArray<f64>, sums: StaticArray<f64>): void {
  const weights = plan.weights;
  const start = plan.start;
  const codes = plan.codes;
  const width = plan.width;
  for (let t = 0; t < plan.others; t++) sums[t] = 0;
  for (let a = 0, leads = plan.leads, to = 0; a < leads; a++) {
    const from = to;
    to = start[a + 1];
    let sum: f64 = 0;
    if (weights === null) for (let i = from; i < to; i++) sum += z[i];
    else for (let i = from; i < to; i++) sum += weights[i] * z[i];
    const mean = sum * plan.leadInverse[a];
    plan.means[a] = mean;
    if (weights === null && width == 1) {
      for (let i = from; i < to; i++) {
        const rest = z[i] - mean;
        z[i] = rest;
        sums[codes[i]] += rest;
      }
    } else {
      for (let i = from, at = from * width; i < to; i++) {
        const rest = z[i] - mean;
        z[i] = rest;
        const value = weights === null ? rest : weights[i] * rest;
        for (const end = at + width; at < end; at++) sums[codes[at]] += value;
      }
    }
  }
}

/** The sum of the other effects at a position. */
@inline
function othersAt(codes: StaticArray<i32>, width: i32, effects: StaticArray<f64>, i: i32): f64 {
  let value: f64 = 0;
  for (let at = i * width, end = at + width; at < end; at++) value += effects[codes[at]];
  return value;
}

/** z = the sum of the other effects at each position. */
export function spread(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  const codes = plan.codes;
  const width = plan.width;
  const count = plan.count;
  if (width == 1) for (let i = 0; i < count; i++) z[i] = effects[codes[i]];
  else for (let i = 0; i < count; i++) z[i] = othersAt(codes, width, effects, i);
}

/** Takes from z the other effects less their weighted means within levels of the lead, which go to plan.means. */
export function takeOff(plan: Plan, effects: StaticArray<f64>, z: StaticArray<f64>): void {
  const weights = plan.weights;
  const start = plan.start;
  const codes = plan.codes;
  const width = plan.width;
  for (let a = 0, leads = plan.leads, to = 0; a < leads; a++) {
    const from = to;
    to = start[a + 1];
    let sum: f64 = 0;
    if (weights === null && width == 1) {
      for (let i = from; i < to; i++) sum += effects[codes[i]];
    } else {
      for (let i = from; i < to; i++) sum += othersAt(codes, width, effects, i) * (weights === null ? 1 : weights[i]);
    }
    const mean = sum * plan.leadInverse[a];
    plan.means[a] = mean;
    if (width == 1) for (let i = from; i < to; i++) z[i] -= effects[codes[i]] - mean;
    else for (let i = from; i < to; i++) z[i] -= othersAt(codes, width, effects, i) - mean;
  }
}

/** Weighted sum of squares of z. */
export function squares(plan: Plan, z: StaticArray<f64>): f64 {
  const weights = plan.weights;
  if (weights === null) return dot(plan.count, z, 0, z, 0);
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let i = 0, count = plan.count; i < count; i++) {
    const value = z[i] * z[i] * weights[i];
    if (i & 1) odd += value;
    else even += value;
  }
  return even + odd;
}
