import { EstimationError } from "../errors.js";
import { criticWeights } from "./critic.js";
import { type EntropyRow, entropyTable } from "./entropy.js";
import { checkIndicators, completeRows, type Indicator } from "./indicator.js";
import { type Normalisation, normalised } from "./normalise.js";
import { type Principal, principalWeights } from "./principal.js";
import { closeness } from "./topsis.js";
import { winsorized } from "./winsor.js";

/** Where weights come from. */
export type Weighting = "entropy" | "critic" | "pca" | "equal" | "given";

/** How a composite index is made. */
export interface CompositeOptions {
  readonly method: Weighting;
  /** By indicator, of `given`: not negative; they are scaled to sum 1. */
  readonly weights: readonly number[] | null;
  readonly normalise: Normalisation;
  /** Added to normalised values, so that none is 0. */
  readonly offset: number;
  /** Percentiles that values are held within first, such as [1, 99]. */
  readonly winsor: readonly [lower: number, upper: number] | null;
  /** Whether the scale, and whether the weights, are those of all observations or of each period. */
  readonly scaleBy: "all" | "period";
  readonly weighBy: "all" | "period";
  /** `sum`: weighted mean; `topsis`: closeness to the best row. */
  readonly aggregate: "sum" | "topsis";
  /** Of `pca`. */
  readonly components: "first" | "kaiser";
}

/** The study's way: pooled min-max, an offset of 0.00001, pooled entropy weights, their weighted sum. */
export const ENTROPY_INDEX: CompositeOptions = Object.freeze({
  method: "entropy", weights: null, normalise: "min-max", offset: 1e-5, winsor: null, scaleBy: "all", weighBy: "all", aggregate: "sum", components: "first",
});

/** What the weights of one set of rows rest on. */
export interface Weights {
  /** The period whose weights these are; null for those of all rows. */
  readonly period: number | null;
  readonly rows: number;
  /** By indicator. */
  readonly weights: readonly number[];
  readonly entropy: readonly EntropyRow[] | null;
  readonly principal: Principal | null;
}

/** A composite index. */
export interface Composite {
  /** One number an observation; NaN where an indicator is missing. */
  readonly values: Float64Array;
  /** One for all, or one a period. */
  readonly weights: readonly Weights[];
  /** Observations with all indicators. */
  readonly complete: number;
}

/** What an index is made with: the kernels' logarithm, and codes of periods where the options ask for them. */
export interface CompositeContext {
  readonly log: (x: number) => number;
  readonly periods: Int32Array | null;
}

/** A composite index of indicators. Throws an EstimationError that says what to mend. Cost: a few passes over the values. */
export function compositeIndex(given: readonly Indicator[], options: CompositeOptions, { log, periods }: CompositeContext): Composite {
  const rows = completeRows(given);
  checkIndicators(given, rows);
  const indicators = options.winsor === null ? given : given.map((one) => ({ ...one, values: winsorized(one.values, ...(options.winsor ?? [0, 100])) }));
  const pieces = (by: "all" | "period"): readonly Piece[] => (by === "all" ? [{ period: null, rows }] : byPeriod(rows, periods));
  const scaled = indicators.map(() => new Float64Array(given[0]?.values.length ?? 0).fill(NaN));
  for (const piece of pieces(options.scaleBy)) {
    indicators.forEach((indicator, c) => normalised(indicator, piece.rows, options.normalise).forEach((value, i) => ((scaled[c] as Float64Array)[piece.rows[i] ?? -1] = value + options.offset)));
  }
  const values = new Float64Array(given[0]?.values.length ?? 0).fill(NaN);
  const weights = pieces(options.weighBy).map((piece) => {
    const columns = scaled.map((column) => Float64Array.from(piece.rows, (row) => column[row] ?? NaN));
    const found = { period: piece.period, rows: piece.rows.length, ...weightsOf(columns, indicators.map(({ name }) => name), options, log) };
    const index = options.aggregate === "topsis" ? closeness(columns, found.weights) : weightedSum(columns, found.weights);
    index.forEach((value, i) => (values[piece.rows[i] ?? -1] = value));
    return found;
  });
  return { values, weights, complete: rows.length };
}

interface Piece {
  readonly period: number | null;
  readonly rows: Uint32Array;
}

function byPeriod(rows: Uint32Array, periods: Int32Array | null): readonly Piece[] {
  if (periods === null) throw new EstimationError("no-time", "Scales or weights by period need to know the periods: name the column of time.");
  const levels = [...new Set([...rows].map((row) => periods[row] ?? NaN))].sort((a, b) => a - b);
  const pieces = levels.map((period) => ({ period, rows: rows.filter((row) => periods[row] === period) }));
  if (pieces.some((piece) => piece.rows.length === 1)) throw new EstimationError("one-row", "A period has one row alone with all indicators, and scales or weights by period compare its rows. Take them over all rows, or leave that period out.");
  return pieces;
}

function weightsOf(columns: readonly Float64Array[], names: readonly string[], options: CompositeOptions, log: (x: number) => number): Pick<Weights, "weights" | "entropy" | "principal"> {
  const none = { entropy: null, principal: null };
  switch (options.method) {
    case "entropy": {
      const entropy = entropyTable(columns, names, log);
      return { ...none, entropy, weights: entropy.map(({ weight }) => weight) };
    }
    case "critic":
      return { ...none, weights: criticWeights(columns) };
    case "pca": {
      const principal = principalWeights(columns, options.components);
      return { ...none, principal, weights: principal.weights };
    }
    case "equal":
      return { ...none, weights: columns.map(() => 1 / columns.length) };
    case "given":
      return { ...none, weights: scaledToOne(options.weights ?? [], columns.length) };
  }
}

function scaledToOne(weights: readonly number[], count: number): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length !== count) throw new EstimationError("weights", `There are ${count} indicators and ${weights.length} given weights: give one each, in their order.`);
  if (!(total > 0) || weights.some((weight) => !(weight >= 0))) throw new EstimationError("weights", "Given weights must not be negative, and not all 0.");
  return weights.map((weight) => weight / total);
}

function weightedSum(columns: readonly Float64Array[], weights: readonly number[]): Float64Array {
  return Float64Array.from(columns[0] ?? [], (_, i) => columns.reduce((sum, column, c) => sum + (weights[c] ?? NaN) * (column[i] ?? NaN), 0));
}
