import { EstimationError } from "../../errors.js";
import { dot } from "../../fit/residuals.js";
import type { Kernels } from "../../kernels/instance.js";
import { type LinearColumns, placeColumns, targetMoments, totalWeight } from "../../kernels/moments.js";
import { solvePositiveDefinite } from "../../learners/positiveDefinite.js";
import type { Arm } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import { isProduct } from "../../plan/features.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { clustersOf } from "../../study/specification.js";
import type { EffectEstimate } from "../effects.js";
import { clusterSums } from "../errors/sums.js";
import type { InferenceContext, SolvedSystem, Stage } from "../stage.js";
import { type Dictionary, dictionaryOf, type DictionaryName } from "./dictionary.js";

/** What least squares of the outcome models' residuals would change in an effect. */
export interface ArmCheck {
  readonly name: string;
  /** What they are regressed on, each with a constant. */
  readonly on: DictionaryName;
  /** By how much the effect would move, and the standard error of that. */
  readonly difference: number;
  readonly se: number;
  readonly tripped: boolean;
}

/** Rows that a function of the dictionary needs, in each arm; at most so many functions, for the cost. */
const ROWS_EACH = 6;
const MOST = 150;

/** Standard errors of the difference, and shares of the effect's own, above which it trips. With the true nuisances: bench/README.md. */
const SURE = 2.5;
const LARGE = 0.5;

/** By which the diagonal grows, so that controls that determine each other, or are constant in an arm, do no harm. */
const RIDGE = 1e-9;

/**
 * Whether the outcome models miss what the propensities do not balance. In each arm their out-of-fold residuals are
 * regressed on functions of the controls; adding the fit to the predictions would move the effect by sum c_i e_i, with
 * c_i = b(x_i)' (sum over the arm of b b')^-1 (sum over all rows of slope b). If the outcome model is right this has mean
 * zero given treatments and controls, whatever the propensity is; its error is the residuals' own (by cluster, where errors
 * are). If only the propensity is right the effect still holds, less precisely. Null without arms, or rows for a dictionary;
 * `ape` has none, as its representer balances such functions itself.
 * Of the first repetition. Throws an EstimationError where the controls' cross-products have no inverse. Cost O(n k^2) an arm for k functions.
 */
export function armChecks(
  planned: PlannedSpecification, { inputs, systems }: Stage, effects: readonly EffectEstimate[], { kernels }: InferenceContext,
): readonly ArmCheck[] | null {
  const { specification, setting } = planned;
  const coefs = systems.map(({ stage }) => stage.coefficients.at(-1) ?? NaN);
  const arms = modelOf(specification.model).arms?.(setting, inputs, coefs);
  if (arms === undefined) return null;
  const fewest = Math.min(...arms.flat().map(({ inside }) => dot(inside, inside)));
  const controls = planned.controls.filter((feature) => !isProduct(feature) && !feature.values.some(Number.isNaN)).map(({ values }) => values);
  const dictionary = dictionaryOf(controls, planned.weights, Math.min(fewest / ROWS_EACH, MOST));
  if (dictionary === null) return null;
  return systems.map((system, s) => checkOf(planned, dictionary, arms[s] ?? [], system, effects[s] as EffectEstimate, kernels));
}

/** One warning for all effects that trip. */
export function armWarnings(checks: readonly ArmCheck[] | null): readonly string[] {
  const tripped = (checks ?? []).filter((check) => check.tripped);
  const [first] = tripped;
  if (first === undefined) return [];
  const moves = tripped.map(({ name, difference, se }) => `${name} by ${difference.toPrecision(3)} (s.e. ${se.toPrecision(2)})`);
  return [`The outcome models miss something: least squares of what they leave in each arm on the ${first.on} would move ${moves.join(", ")}. ` +
    "The estimate rests on the propensity alone: use another learner for `g`, or more features."];
}

function checkOf(
  planned: PlannedSpecification, { on, columns }: Dictionary, arms: readonly Arm[], system: SolvedSystem, effect: EffectEstimate, kernels: Kernels,
): ArmCheck {
  const scale = dot(system.columns.z[0] as Float64Array, system.columns.x[0] as Float64Array);
  const parts = arms.map((arm) => movedBy(arm, columns, planned.weights, kernels));
  const influence = parts.reduce((sum, part) => sum.map((value, i) => value + (part.influence[i] ?? NaN)), new Float64Array(planned.sample.rows.length));
  const [cluster] = clustersOf(planned.specification);
  const sums = cluster === undefined ? influence : clusterSums(influence, planned.sample.levels(cluster));
  const difference = parts.reduce((sum, part) => sum + part.difference, 0) / scale;
  const se = Math.sqrt(dot(sums, sums)) / Math.abs(scale);
  const tripped = Math.abs(difference) > SURE * se && Math.abs(difference) > LARGE * effect.se;
  return { name: system.names[0] ?? "", on, difference, se, tripped };
}

/** sum c_i e_i over an arm, and by row c_i times what is left of e_i, grown by the degrees of freedom that the fit took. */
function movedBy(
  { inside, residual, slope }: Arm, columns: readonly Float64Array[], weights: Float64Array | null, kernels: Kernels,
): { readonly difference: number; readonly influence: Float64Array } {
  const k = 1 + columns.length;
  const rows = Uint32Array.from(inside.keys()).filter((row) => inside[row] === 1);
  const design: LinearColumns = {
    rows: inside.length, features: columns, groups: [], centres: new Float64Array(k - 1), factors: new Float64Array(k - 1).fill(1),
  };
  const products = kernels.heap.scope(() => placeColumns(kernels, design, weights).moments(residual, 0, rows));
  const gram = products.numbers.slice(0, k * k);
  const total = totalWeight(products);
  for (let j = 0; j < k; j++) gram[j * k + j] = (1 + RIDGE) * (gram[j * k + j] ?? NaN) + RIDGE * total;
  const fitted = targetMoments(products).slice();
  const weighted = weights === null ? slope : slope.map((value, i) => value * (weights[i] ?? NaN));
  const direction = Float64Array.from({ length: k }, (_, j) => (j === 0 ? weighted.reduce((sum, value) => sum + value, 0) : dot(columns[j - 1] as Float64Array, weighted)));
  if (!solvePositiveDefinite(gram.slice(), fitted) || !solvePositiveDefinite(gram, direction)) {
    throw new EstimationError("singular-check", "What the outcome models leave in their arms could not be looked at: the controls determine each other there.");
  }
  const [fit, share] = [combined(columns, fitted), combined(columns, direction)];
  const grown = Math.sqrt(rows.length / (rows.length - k));
  const influence = new Float64Array(inside.length);
  let difference = 0;
  for (const row of rows) {
    const c = (weights?.[row] ?? 1) * (share[row] ?? NaN);
    difference += c * (residual[row] ?? NaN);
    influence[row] = c * ((residual[row] ?? NaN) - (fit[row] ?? NaN)) * grown;
  }
  return { difference, influence };
}

/** The constant's coefficient, and the columns times theirs, by row. */
function combined(columns: readonly Float64Array[], [constant = NaN, ...rest]: Float64Array): Float64Array {
  const sum = new Float64Array(columns[0]?.length ?? 0).fill(constant);
  columns.forEach((column, j) => {
    const coefficient = rest[j] ?? NaN;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? NaN) + coefficient * (column[i] ?? NaN);
  });
  return sum;
}
