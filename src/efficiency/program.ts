import { ARTIFICIAL, PEER, type Program } from "../kernels/simplex.js";
import { peerRows, type Technology } from "./technology.js";

/** A program whose `start` is for a unit that is among the peers. */
export interface ModelProgram extends Program {
  /** As `start`, for any unit: slacks where they are not negative, else artificial variables. */
  readonly startAway: Int32Array;
  /** The extra column t of Charnes and Cooper's transformation, which peers' weights are divided by; null: there is none. */
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
  /** Adds the slack of a row: 1 where peers and the rest are at most, -1 where they are at least its right side. */
  readonly slack: (row: number, sign: 1 | -1, cost: number, ...entries: readonly Entry[]) => number;
  /** `own`: by row, what stands in the basis of a unit that is its own peer in place of what stands in that of any unit. */
  readonly build: (total: number | null, rhs: readonly Entry[], own: readonly Entry[]) => ModelProgram;
}

/** A program of the technology's rows and `more` rows of the model's own. */
export function programBuilder(technology: Technology, more: number): ProgramBuilder {
  const rows = peerRows(technology) + more;
  const columns: Float64Array[] = [];
  const costs: number[] = [];
  const slacks = new Map<number, { readonly number: number; readonly sign: 1 | -1 }>();
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
    slack: (row, sign, cost, ...entries) => {
      const number = column(cost, [row, sign], ...entries);
      slacks.set(row, { number, sign });
      return number;
    },
    build: (total, rhs, own) => {
      const sides = dense(rhs);
      const startAway = Int32Array.from(sides, (side, row) => {
        const slack = slacks.get(row);
        return slack !== undefined && slack.sign * side >= 0 ? slack.number : ARTIFICIAL;
      });
      const start = startAway.slice();
      for (const [row, variable] of own) start[row] = variable;
      return { rows, columns, costs: Float64Array.from(costs), rhs: sides, start, startAway, total };
    },
  };
}

/**
 * Adds the slack of the weights' sum where it is bounded, and says where a unit that is its own peer stands in the first
 * basis: in the sum's row, or under constant returns in row `free`, which must be scaled to 1.
 */
export function sumOfWeights({ bounds, returns }: Technology, builder: ProgramBuilder, free: number): readonly Entry[] {
  if (returns === "crs") return free < 0 ? [] : [[free, PEER]];
  if (returns !== "vrs") builder.slack(bounds.length, returns === "nirs" ? 1 : -1, 0);
  return [[bounds.length, PEER]];
}
