import type { Kernels } from "../kernels/instance.js";
import { groupRanges, type Moments, type PenalisedPath, targetMoments, totalWeight } from "../kernels/moments.js";
import { penalisedPath } from "../kernels/penalised.js";
import { type CrossProducts, crossProducts, withinProducts } from "./crossProducts.js";
import { type FitJob, type Fitted, type Notes, numberOption, type Options, type OptionSchema, type WithinFit, type WithinJob } from "./learner.js";
import { predictRows, type StandardDesign } from "./standard.js";
import { meanOver } from "./weights.js";

/** Inner folds where the option leaves them open. */
const FOLDS = 5;

/** Options of every learner that chooses a penalty. */
export const penalisedOptions = {
  standardize: { type: "boolean", default: true, description: "Divide each feature, dummies included, by its standard deviation in the training fold." },
  maxIter: { type: "integer", minimum: 1, default: 1000, description: "Moves of the active-set search at one penalty, where Newton's steps do not settle (max_iter). A settled penalty is solved exactly: there is no tolerance." },
} as const satisfies Readonly<Record<string, OptionSchema>>;

/** One penalty: 1/2 sum w (y - x'b)^2 + lasso sum |b| + ridge/2 sum b^2, b of standardised columns. */
export interface Penalty {
  readonly lasso: number;
  readonly ridge: number;
}

/** The penalties to choose from, strongest first, for a training fold of moments `whole`, on rows of total weight `weight`. */
export type Penalties = (whole: Moments, design: StandardDesign, weight: number) => readonly Penalty[];

/**
 * Fits at the penalty whose mean of the inner folds' mean squared errors is least, as scikit-learn's LassoCV. All fits
 * follow from cross-products: the rows are read once, whatever the number of penalties and folds.
 */
export function fitPenalised(kernels: Kernels, job: FitJob, penalties: Penalties): Fitted {
  const centre = meanOver(job.target, job.train, job.weights);
  const products = crossProducts(kernels, job, centre, foldsOf(job.options));
  const { coefficients, notes } = choose(kernels, products, penalties, job.options);
  return { predictions: predictRows(products.design, raised(coefficients, centre), job.predict), notes };
}

/**
 * The same under the within loss (crossProducts.ts, `withinProducts`). The prediction is x'b of the raw columns less
 * their training means. `endsEarly`: the path is not followed far past its best; its weak penalties take most of the time.
 */
export function fitPenalisedWithin(kernels: Kernels, job: WithinJob, penalties: Penalties, endsEarly = false): WithinFit {
  const { design, train, predict, weights } = job;
  const products = withinProducts(kernels, job, foldsOf(job.options));
  const { coefficients, notes } = choose(kernels, products, penalties, job.options, endsEarly);
  const centres = Float64Array.from(design.features, (feature) => meanOver(feature, train, weights));
  const raw = { ...products.design, columns: { ...products.design.columns, features: design.features, rows: design.rows, centres } };
  const [constant = NaN] = coefficients;
  return { checkpoints: [0], predictions: [predictRows(raw, raised(coefficients, -constant), predict)], notes };
}

/** Inner folds; `folds: null` is ridgecv's way to leave them open, which its preset hands on. */
export function foldsOf(options: Options): number {
  return options["folds"] === null ? FOLDS : numberOption(options, "folds");
}

/** Coefficients with `by` added to the constant. */
export function raised(coefficients: Float64Array, by: number): Float64Array {
  return coefficients.map((value, j) => (j === 0 ? value + by : value));
}

/** Penalties of a path that are tried first where it is to end early, and those past the best after which it does. */
const FIRST = 50;
const PATIENCE = 20;

/** The solution at the penalty that predicts the inner folds best; without inner folds at the least penalty. */
function choose(kernels: Kernels, products: CrossProducts, penalties: Penalties, options: Options, endsEarly = false): { coefficients: Float64Array; notes: Notes } {
  const { design, whole, splits } = products;
  const path = (train: Moments): readonly Penalty[] => penalties(whole, design, totalWeight(train));
  const own = path(whole);
  const judge = (length: number): readonly Judged[] =>
    splits.map(({ train, held }) => ({ ...solvePath(kernels, design, options, path(train).slice(0, length), train, held), weight: totalWeight(held) }));
  let length = endsEarly ? Math.min(FIRST, own.length) : own.length;
  let judged = judge(length);
  while (length < own.length && leastError(judged, length) + PATIENCE >= length) {
    length = Math.min(2 * length, own.length);
    judged = judge(length);
  }
  const best = judged.length === 0 ? own.length - 1 : leastError(judged, length);
  const { coefficients, unsettled } = solvePath(kernels, design, options, own.slice(0, best + 1), whole, null);
  const open = judged.reduce((sum, fit) => sum + fit.unsettled, unsettled);
  return { coefficients: coefficients[best] as Float64Array, notes: convergence(open) };
}

type Judged = PenalisedPath & { readonly weight: number };

/** Solutions along a path of penalties. */
export function solvePath(
  kernels: Kernels, design: StandardDesign, options: Options, penaltyPath: readonly Penalty[], train: Moments, held: Moments | null,
): PenalisedPath {
  return penalisedPath(kernels, {
    train, held, penaltyPath,
    penalties: design.penalties, ranges: groupRanges(design.columns),
    maxIter: numberOption(options, "maxIter"),
  });
}

/** The warning of fits that did not converge. */
export function convergence(unsettled: number): Notes {
  if (unsettled === 0) return {};
  return { warnings: ["A penalised fit did not converge at some penalties within `maxIter`: raise it, or `eps`."] };
}

/** The penalty with the least mean of the inner folds' mean errors; the strongest of equals. */
export function leastError(judged: readonly { readonly errors: Float64Array; readonly weight: number }[], count: number): number {
  let best = 0;
  let least = Infinity;
  for (let a = 0; a < count; a++) {
    const mean = judged.reduce((sum, { errors, weight }) => sum + (errors[a] ?? NaN) / weight, 0) / judged.length;
    if (mean < least) [least, best] = [mean, a];
  }
  return best;
}

/** The penalty above which every coefficient is 0, times the weight of the rows: max_j |x_j'y| / p_j. */
export function largestPenalty(whole: Moments, { penalties }: StandardDesign): number {
  return targetMoments(whole).reduce((most, product, j) => {
    const penalty = penalties[j] ?? 0;
    return penalty > 0 ? Math.max(most, Math.abs(product) / penalty) : most;
  }, 0);
}
