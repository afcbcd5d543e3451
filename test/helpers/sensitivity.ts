import { finalStage } from "../../src/inference/finalStage.js";
import { armResiduals } from "../../src/inference/sensitivity/arms.js";
import { regressionOf, elementsOf, type Regression, type SensitivityElements } from "../../src/inference/sensitivity/elements.js";
import { irm } from "../../src/models/irm.js";
import { type EffectWeights, effectRiesz, linearRiesz } from "../../src/inference/sensitivity/riesz.js";

/** Columns of one estimate, each by row. */
export type Columns = Readonly<Record<string, Float64Array>>;

/** The root of the sum of squares: DoubleML's standard error, HC0. */
export const hc0 = (influence: Float64Array): number => Math.sqrt(influence.reduce((sum, value) => sum + value * value, 0));

/** A column by name. */
export function column(columns: Columns, name: string): Float64Array {
  const values = columns[name];
  if (values === undefined) throw new Error(`No column ${name}.`);
  return values;
}

/** a - b. */
export const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

const rooted = (values: Float64Array, weights: Float64Array | null): Float64Array => (weights === null ? values : values.map((value, i) => value * Math.sqrt(weights[i]!)));

/** PLR from y, d, l, m, and g for iv-type, as an estimate has it. */
export function plrElements(columns: Columns, weights: Float64Array | null = null): SensitivityElements {
  const v = rooted(less(column(columns, "d"), column(columns, "m")), weights);
  const ivType = columns["g"] !== undefined;
  const left = rooted(less(column(columns, "y"), column(columns, ivType ? "g" : "l")), weights);
  const stage = finalStage(left, [ivType ? rooted(column(columns, "d"), weights) : v], [v]);
  return elementsOf(regressionOf(stage), linearRiesz([v], weights), weights);
}

/** An estimate from its score: theta = mean(psi_b) / mean(w). */
function scored(psi: Float64Array, given: Float64Array, weights: Float64Array | null): Pick<Regression, "coef" | "influence"> {
  const stage = finalStage(rooted(psi, weights), [rooted(given, weights)], [rooted(new Float64Array(psi.length).fill(1), weights)]);
  return regressionOf(stage);
}

/** Effect weights of IRM, as its model has them. */
function effectWeights(score: EffectScore, columns: Columns, weights: Float64Array | null): EffectWeights {
  const [outcome, d, g0, g1, m] = ["y", "d", "g0", "g1", "m"].map((name) => column(columns, name)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const setting = {
    score, treatments: ["d"], instruments: [], mediators: [], otherTreatments: "joint", levels: [], clip: 0, normalizeIpw: false, treatedShare: "sample",
    alwaysTakers: true, neverTakers: true, step: 0, shift: 0,
  } as const;
  const total = weights?.reduce((sum, value) => sum + value, 0) ?? NaN;
  const own = weights?.map((value) => (value * d.length) / total) ?? null; // the models' weights have mean one
  const inputs = { outcome, treatments: [d], instruments: [], mediators: [], predictions: { g0, g1, m }, folds: new Int32Array(d.length), weights: own };
  const { given, expected } = irm.comparisons!(setting, inputs)[0]!;
  return { given, expected };
}

/** Whose mean effect: everyone's, that of the treated, that of the untreated. */
type EffectScore = "ATE" | "ATTE" | "ATU";

/** IRM from y, d, g0, g1 and m, its elements and effect weights. */
export function irmElements(score: EffectScore, columns: Columns, weights: Float64Array | null = null): { readonly elements: SensitivityElements; readonly effect: EffectWeights } {
  const effect = effectWeights(score, columns, weights);
  const riesz = effectRiesz({ treated: column(columns, "d"), propensity: column(columns, "m") }, effect, weights);
  return { elements: elementsOf(irmRegression(effect, columns, weights), riesz, weights), effect };
}

/** A mean effect (d on y) with what its outcome regression leaves. */
export function irmRegression(effect: EffectWeights, columns: Columns, weights: Float64Array | null = null): Regression {
  const [y, d, g0, g1, m] = ["y", "d", "g0", "g1", "m"].map((name) => column(columns, name)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const psi = y.map((value, i) => effect.given[i]! * (g1[i]! - g0[i]!) + effect.expected[i]! * (d[i] === 1 ? (value - g1[i]!) / m[i]! : -(value - g0[i]!) / (1 - m[i]!)));
  return { ...scored(psi, effect.given, weights), residuals: armResiduals(y, d, { g0, g1 }, weights) };
}
