import { Logit } from "./state";

/** Derivatives of the log-likelihood by row; returns the objective: less log-likelihood, plus half the penalties. */
export function assess(state: Logit): f64 {
  let sum: f64 = 0;
  for (let i = 0, n = state.plan.count; i < n; i++) sum += assessRow(state, i);
  return sum + 0.5 * (penalised(state.border, state.borderPenalty) + penalised(state.lead, state.leadPenalty));
}

/** Everything in terms of exp(-|eta|), so that neither probability nor its complement loses digits. */
function assessRow(state: Logit, i: i32): f64 {
  const eta = state.eta[i];
  const weight = state.weight[i];
  const e = Math.exp(-Math.abs(eta));
  const larger = 1 / (1 + e);
  const smaller = e * larger;
  const positive = state.y[i] > 0;
  const agrees = positive == eta >= 0;
  const miss = agrees ? smaller : larger; // probability of the outcome that was not
  state.residual[i] = positive ? weight * miss : -weight * miss;
  state.curvature[i] = weight * smaller * larger;
  state.root[i] = Math.sqrt(state.curvature[i]);
  return weight * (Math.log1p(e) + (agrees ? 0 : Math.abs(eta)));
}

function penalised(coefficients: StaticArray<f64>, penalties: StaticArray<f64>): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < coefficients.length; j++) sum += penalties[j] * coefficients[j] * coefficients[j];
  return sum;
}

/** Adds `share` times the last step to the coefficients and the linear predictor. */
export function move(state: Logit, share: f64): void {
  for (let i = 0, n = state.plan.count; i < n; i++) state.eta[i] += share * state.change[i];
  for (let j = 0; j < state.size; j++) state.border[j] += share * state.borderStep[j];
  for (let a = 0; a < state.plan.leads; a++) state.lead[a] += share * state.leadStep[a];
}
