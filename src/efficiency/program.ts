import { PEER, type Program } from "../kernels/simplex.js";
import { peerRows, type Technology } from "./technology.js";

/** A program with a first basis for units that are no peers themselves, and what its peers' weights are to be divided by. */
export interface ModelProgram extends Program {
  /** As `start`, for a unit that is measured against others only. */
  readonly startAway: Int32Array;
  /** The extra column t of Charnes and Cooper's transformation; null: there is none. */
  readonly total: number | null;
}

/** One element of an extra column: row, value. */
export type Entry = readonly [row: number, value: number];

/** Writes a program column by column. */
export interface ProgramBuilder {
  /** Rows of the peers; those that a model adds come after. */
  readonly peerRows: number;
  /** Adds a column and says its number. */
  readonly column: (cost: number, ...entries: readonly Entry[]) => number;
  /** Adds the slack of a bound, at a cost. */
  readonly slack: (row: number, cost: number, ...entries: readonly Entry[]) => number;
  /** `start`: by row; what a unit that is its own peer changes in it is in `own`. */
  readonly build: (total: number | null, rhs: readonly Entry[], start: readonly number[], own: readonly Entry[]) => ModelProgram;
}

/** A program of the technology's rows and `more` rows of the model's own. */
export function programBuilder(technology: Technology, more: number): ProgramBuilder {
  const rows = peerRows(technology) + more;
  const columns: Float64Array[] = [];
  const costs: number[] = [];
  const dense = (entries: readonly Entry[]): Float64Array => {
    const values = new Float64Array(rows);
    for (const [row, value] of entries) values[row] = value;
    return values;
  };
  const column = (cost: number, ...entries: readonly Entry[]): number => {
    costs.push(cost);
    return columns.push(dense(entries)) - 1;
  };
  return {
    peerRows: peerRows(technology),
    column,
    slack: (row, cost, ...entries) => column(cost, [row, technology.bounds[row]?.slack ?? NaN], ...entries),
    build: (total, rhs, start, own) => {
      const away = Int32Array.from(start);
      const first = away.slice();
      for (const [row, variable] of own) first[row] = variable;
      return { rows, columns, costs: Float64Array.from(costs), rhs: dense(rhs), start: first, startAway: away, total };
    },
  };
}

/** What stands in the first basis for the row of the weights' sum and, for a unit that is its own peer, for that peer. */
export interface Sums {
  readonly start: readonly number[];
  readonly own: readonly Entry[];
}

/**
 * The row of the weights' sum, where returns to scale are not constant: a slack where the sum is bounded, and a peer in the
 * first basis. Under constant returns the peer takes the place of the slack of row `free`, which must be scaled to 1.
 */
export function sumsOf({ bounds, returns }: Technology, builder: ProgramBuilder, free: number): Sums {
  const row = bounds.length;
  switch (returns) {
    case "crs":
      return { start: [], own: free < 0 ? [] : [[free, PEER]] };
    case "vrs":
      return { start: [PEER], own: [] };
    case "nirs":
      return { start: [builder.column(0, [row, 1])], own: [[row, PEER]] };
    case "ndrs":
      return { start: [builder.column(0, [row, -1])], own: [[row, PEER]] };
  }
}
