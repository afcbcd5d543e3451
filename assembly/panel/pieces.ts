import { array, mark, release } from "../core/arena";
import { Plan } from "./plan";

/**
 * The graph whose nodes are levels and in which each row connects its levels: union-find with path halving,
 * smaller node as the root, O(rows) but for a factor that never exceeds a handful.
 */

/** The pieces over all effects: plan.pieces and, by node, plan.piece. Rows of weight 0 connect nothing. */
export function findPieces(plan: Plan, codes: StaticArray<i32>): void {
  plan.piece = array<i32>(plan.nodes);
  const position = mark();
  const parent = singles(plan);
  for (let e = 1; e < plan.effects; e++) connect(plan, codes, 0, e, parent);
  let pieces = 0;
  for (let v = 0; v < plan.nodes; v++) {
    if (plan.nodeWeight[v] == 0) {
      plan.piece[v] = -1;
      continue;
    }
    const root = find(parent, v);
    plan.piece[v] = root == v ? pieces++ : plan.piece[root];
  }
  plan.pieces = pieces;
  release(position);
}

/** The number of pieces over two effects alone. */
export function piecesOfPair(plan: Plan, codes: StaticArray<i32>, a: i32, b: i32): i32 {
  const position = mark();
  const parent = singles(plan);
  connect(plan, codes, a, b, parent);
  let pieces = 0;
  for (let v = plan.firstNode[a]; v < plan.firstNode[a + 1]; v++) {
    if (plan.nodeWeight[v] > 0 && find(parent, v) == v) pieces++;
  }
  release(position);
  return pieces;
}

function singles(plan: Plan): StaticArray<i32> {
  const parent = array<i32>(plan.nodes);
  for (let v = 0; v < plan.nodes; v++) parent[v] = v;
  return parent;
}

/** Joins the levels of two effects, a < b, wherever a row has both. */
function connect(plan: Plan, codes: StaticArray<i32>, a: i32, b: i32, parent: StaticArray<i32>): void {
  const weights = plan.weights;
  for (let i = 0; i < plan.count; i++) {
    if (weights !== null && weights[i] == 0) continue;
    const row = plan.order[i];
    const u = find(parent, plan.firstNode[a] + codes[a * plan.rows + row]);
    const v = find(parent, plan.firstNode[b] + codes[b * plan.rows + row]);
    if (u < v) parent[v] = u;
    else parent[u] = v;
  }
}

function find(parent: StaticArray<i32>, v: i32): i32 {
  while (parent[v] != v) {
    parent[v] = parent[parent[v]];
    v = parent[v];
  }
  return v;
}
