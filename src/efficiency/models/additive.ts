import { columnsOf, type Production } from "../production.js";
import { type Entry, type ModelProgram, programBuilder, sumOfWeights } from "../program.js";
import type { Technology } from "../technology.js";
import { type Model, type Own, peersTarget } from "./model.js";

/**
 * What slacks are multiplied by: 1 (Charnes et al. 1985); 1 over the unit's own value (measure of inefficiency
 * proportions); 1 over the standard deviation (Lovell and Pastor 1995); 1 over the range and the number of columns
 * (range adjusted, Cooper, Park, Pastor 1999); the same with the range on the side of the move (bounded adjusted, Cooper,
 * Pastor, Borras, Aparicio, Pastor 2011).
 */
export type AdditiveWeights = "ones" | "mip" | "normalized" | "ram" | "bam";

/**
 * The additive measure: largest weighted sum of slacks, 0 for efficient units. Undesirable outputs count as inputs.
 * `production` are all units, whose spread the weights are made of. Under other than variable returns the bounded
 * measure keeps targets within what is observed: inputs above the least, outputs below the largest.
 */
export function additive(technology: Technology, weights: AdditiveWeights, production: Production): Model {
  const spreads = columnsOf(production).map(spreadOf);
  const bounded = weights === "bam" && technology.returns !== "vrs";
  return {
    technology, positive: weights === "mip", excludesSelf: false,
    program: (own) => additiveProgram(technology, own, spreads.map((spread, c) => weightOf(weights, technology, c, own.values[c] ?? NaN, spread)), bounded ? spreads : null),
    score: (objective) => -objective,
    ratio: (score) => 1 - score,
    target: peersTarget,
  };
}

interface Spread {
  readonly least: number;
  readonly most: number;
  /** Standard deviation, of n - 1. */
  readonly sd: number;
}

function spreadOf(column: Float64Array): Spread {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const squares = column.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return {
    least: column.reduce((a, b) => Math.min(a, b)), most: column.reduce((a, b) => Math.max(a, b)),
    sd: Math.sqrt(squares / (column.length - 1)),
  };
}

/** The weight of a column's slack in its own units; 0 where nothing can move. */
function weightOf(weights: AdditiveWeights, { bounds }: Technology, column: number, own: number, { least, most, sd }: Spread): number {
  const inverse = (range: number): number => (range > 0 ? 1 / range : 0);
  switch (weights) {
    case "ones":
      return 1;
    case "mip":
      return inverse(own);
    case "normalized":
      return inverse(sd);
    case "ram":
      return inverse(most - least) / bounds.length;
    case "bam":
      return inverse(bounds[column]?.kind === "output" ? most - own : own - least) / bounds.length;
  }
}

/** Slacks are in multiples of the divisors, as their rows are. */
function additiveProgram(technology: Technology, { values, divisors }: Own, weights: readonly number[], limits: readonly Spread[] | null): ModelProgram {
  const { bounds, returns } = technology;
  const builder = programBuilder(technology, limits === null ? 0 : bounds.length);
  const unitOf = (column: number): number => divisors[column] ?? NaN;
  const limitRow = (row: number): number => builder.peerRows + row;
  const slacks = bounds.map(({ column, slack }, row) =>
    builder.slack(row, slack, -(weights[column] ?? NaN) * unitOf(column), ...(limits === null ? [] : [[limitRow(row), 1] as const])));
  const peer = sumOfWeights(technology, builder, values.findIndex((value) => value > 0));
  if (limits !== null) bounds.forEach((_, row) => builder.slack(limitRow(row), 1, 0));
  const rhs = bounds.map(({ column }, row) => [row, (values[column] ?? NaN) / unitOf(column)] as const);
  const ends = (limits ?? []).map(({ least, most }, c) => {
    const own = values[c] ?? NaN;
    return [limitRow(c), (bounds[c]?.kind === "output" ? most - own : own - least) / unitOf(c)] as const;
  });
  const one = returns === "crs" ? [] : [[bounds.length, 1] as const];
  return builder.build(null, [...rhs, ...one, ...ends], [...slacks.map((slack, row): Entry => [row, slack]), ...peer]);
}
