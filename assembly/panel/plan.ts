import { array, zeros } from "../core/arena";

/**
 * Rows under several group effects, laid out for demeaning: rows stand in the order of one effect, the *lead*
 * (the one with the most levels), so that its sums run through memory; levels of the other effects are numbered
 * in one list without gaps.
 *
 * A *node* is a level of an effect in the caller's numbering: effects one after the other, level codes from 0.
 * A *position* is a place in the lead's order.
 *
 * Where effects have slopes, a level stands for a *block* of columns (blocks.ts) in place of one dummy, and an *other*
 * is a column of a block.
 */
@unmanaged
export class Plan {
  /** Length of a column; rows of the list are numbers below it. */
  rows: i32;
  /** Rows demeaned. */
  count: i32;
  effects: i32;
  lead: i32;
  /** Other columns at a position: effects - 1, or the columns of their blocks. */
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

  /** Levels of the other effects that occur in the rows, or the columns of their blocks. */
  others: i32;
  /** i32[others]: their nodes. */
  otherNode: StaticArray<i32>;
  /** i32[count * width]: numbers of the other levels at a position. */
  codes: StaticArray<i32>;

  /** f64[count * depth]: columns of the lead's blocks at a position, orthonormal by level; null: no effect has slopes. */
  basis: StaticArray<f64> | null;
  /** Columns of a block of the lead. */
  depth: i32;
  /** Independent ones, of all levels together. */
  leadRank: i32;
  /** f64[count * width]: with a basis, the value at a position of each of the columns in `codes`. */
  values: StaticArray<f64>;

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
  plan.basis = null;
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
