import { array, zeros } from "../../core/arena";
import { lower } from "../../linalg/cholesky";
import { Plan } from "../../panel/plan";

/**
 * A logistic regression at work. Rows stand in the order of the plan: sorted by the effect with the most levels, the
 * *lead*. The *border* is every other coefficient: the columns, then the levels of the other effects.
 */
@unmanaged
export class Logit {
  plan: Plan;
  /** Numeric columns, the first in the border. */
  columns: i32;
  /** Coefficients in the border. */
  size: i32;
  /** f64[columns * count]: columns less their means; f64[columns]: the means. */
  x: StaticArray<f64>;
  means: StaticArray<f64>;
  /** f64[count] each: target, weight, linear predictor, and what the last step adds to it. */
  y: StaticArray<f64>;
  weight: StaticArray<f64>;
  eta: StaticArray<f64>;
  change: StaticArray<f64>;
  /** f64[count] each: first and (less) second derivative of the log-likelihood in the linear predictor; its root. */
  residual: StaticArray<f64>;
  curvature: StaticArray<f64>;
  root: StaticArray<f64>;
  totalWeight: f64;

  /** f64[size] and f64[leads] each: coefficients, last step, penalties. */
  border: StaticArray<f64>;
  borderStep: StaticArray<f64>;
  borderPenalty: StaticArray<f64>;
  lead: StaticArray<f64>;
  leadStep: StaticArray<f64>;
  leadPenalty: StaticArray<f64>;
  /** f64[leads]: derivative of the objective. */
  leadGradient: StaticArray<f64>;

  /** f64[columns * (count + leads)]: see system.ts. */
  z: StaticArray<f64>;
  /** Lower triangle of the border's system once the lead is eliminated, and its right-hand side. */
  system: StaticArray<f64>;
  right: StaticArray<f64>;
  /** f64[size]: 1 / root of the diagonal; 0: left out. */
  scale: StaticArray<f64>;
  factor: StaticArray<f64>;
  order: StaticArray<i32>;
  scratch: StaticArray<f64>;
  solution: StaticArray<f64>;
  /** The other levels' part of the system, and its diagonal. */
  levelSystem: StaticArray<f64>;
  levelDiagonal: StaticArray<f64>;
  /** u8[size]: 0 for what is collinear with the rest. */
  kept: StaticArray<u8>;
}

/** Reserves all arrays; all coefficients start at zero. */
export function reserveState(state: Logit): void {
  const plan = state.plan;
  const n = plan.count;
  const p = state.columns;
  const size = state.size;
  state.x = array<f64>(p * n);
  state.means = array<f64>(p);
  state.y = array<f64>(n);
  state.weight = array<f64>(n);
  state.eta = zeros<f64>(n);
  state.change = array<f64>(n);
  state.residual = array<f64>(n);
  state.curvature = array<f64>(n);
  state.root = array<f64>(n);
  state.border = zeros<f64>(size);
  state.borderStep = array<f64>(size);
  state.borderPenalty = array<f64>(size);
  state.lead = zeros<f64>(plan.leads);
  state.leadStep = array<f64>(plan.leads);
  state.leadPenalty = array<f64>(plan.leads);
  state.leadGradient = array<f64>(plan.leads);
  state.z = array<f64>(p * (n + plan.leads));
  state.system = array<f64>(lower(size, 0));
  state.right = array<f64>(size);
  state.scale = array<f64>(size);
  state.factor = array<f64>(size * size);
  state.order = array<i32>(size);
  state.scratch = array<f64>(size);
  state.solution = array<f64>(size);
  state.levelSystem = array<f64>(lower(plan.others, 0));
  state.levelDiagonal = array<f64>(plan.others);
  state.kept = zeros<u8>(size);
}

/** Bytes that `reserveState` takes, and a little more. */
export function stateBytes(count: i32, leads: i32, columns: i32, others: i32): u64 {
  const size = <u64>(columns + others);
  return 8 * <u64>(2 * columns + 8) * <u64>(count + leads) + 16 * size * size + 128 * size;
}

/** Column j: the rows of the plan, less their weighted mean. */
export function takeColumn(state: Logit, j: i32, x: StaticArray<f64>): void {
  const plan = state.plan;
  const order = plan.order;
  const from = j * plan.rows;
  const to = j * plan.count;
  let sum: f64 = 0;
  for (let i = 0; i < plan.count; i++) sum += state.weight[i] * x[from + order[i]];
  const mean = sum / state.totalWeight;
  for (let i = 0; i < plan.count; i++) state.x[to + i] = x[from + order[i]] - mean;
  state.means[j] = mean;
}
