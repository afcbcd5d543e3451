import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";

/**
 * A linear program but for the scales of its peers' rows: minimise costs'z so that S A L + E z = rhs, L, z >= 0.
 * A has a column a peer and stands in the first rows; peers cost nothing.
 */
export interface Program {
  readonly rows: number;
  /** By extra column, by row. */
  readonly columns: readonly Float64Array[];
  /** By extra column. */
  readonly costs: Float64Array;
  /** By row. */
  readonly rhs: Float64Array;
  /**
   * By row: a first basis, of values not negative: numbers of extra columns, ARTIFICIAL for a variable of the row's own,
   * which the first phase makes 0, and PEER at most once.
   */
  readonly start: Int32Array;
}

/** Stands in a first basis for the peer that a program starts from. */
export const PEER = -1;
/** Stands in a first basis for the row's artificial variable. */
export const ARTIFICIAL = -2;

/** What one program has of its own. */
export interface Job {
  /** By row of the peers, positive: what the row is multiplied by. */
  readonly scales: Float64Array;
  /** The peer in the first basis; null where there is none. */
  readonly from: number | null;
  /** A peer that is left out. */
  readonly without: number | null;
}

/** How far a solution is from its proof. All are 0 but for rounding where the status is `optimal`. */
export interface Certificate {
  /** The largest difference between a row's sides, or the most negative value. */
  readonly primal: number;
  /** The most negative reduced cost of any column, as a share of 1 and its terms. */
  readonly dual: number;
  /** Difference of the two objectives. */
  readonly gap: number;
}

/** How a program ended; `failed`: the limit of pivots was reached or a basis became singular. */
export type SimplexStatus = "optimal" | "infeasible" | "unbounded" | "failed";

/** A basic solution: the least costs where it is `optimal`, where the search ended where not. */
export interface Solution {
  readonly status: SimplexStatus;
  readonly objective: number;
  readonly pivots: number;
  readonly certificate: Certificate;
  /** By extra column: its value. */
  readonly extras: Float64Array;
  /** Peers in the basis, ascending, with their values. */
  readonly peers: readonly { readonly peer: number; readonly weight: number }[];
  /** By row: what a unit of its right side costs. */
  readonly prices: Float64Array;
}

/** Peers that lie in a kernel's memory. */
export interface ResidentPeers {
  readonly count: number;
  /** Rows of the peers. */
  readonly rows: number;
  /** Solves a program for each job, in one call. The bits of a solution depend on its program and job alone. */
  readonly solve: (program: Program, jobs: readonly Job[]) => readonly Solution[];
}

/** The statuses of assembly/core/status.ts that come with a solution. */
const STATUSES: ReadonlyMap<number, SimplexStatus> = new Map([[0, "optimal"], [5, "infeasible"], [6, "unbounded"]]);
/** Numbers of a solution before its values: objective and certificate. */
const HEAD = 4;

/**
 * Copies peers into the kernels: call it inside `heap.scope` and use it there. values: by row, by peer, not negative.
 * preferred: so many of the first peers are tried before the others, for speed alone.
 * A program costs two or three passes over the values, 0.2 ns each number, and a few microseconds. Throws an
 * EstimationError when memory is full. Source: assembly/simplex/solve.ts.
 */
export function placePeers(kernels: Kernels, values: readonly Float64Array[], preferred = 0): ResidentPeers {
  const { exports, heap } = kernels;
  const count = values[0]?.length ?? 0;
  const flat = new Float64Array(values.length * count);
  values.forEach((row, r) => flat.set(row, r * count));
  const at = exports.simplexPeers(count, values.length, heap.copyIn(flat)) >>> 0;
  if (at === 0) throw memoryFull(`${count} peers`);
  const solve = (program: Program, jobs: readonly Job[]): readonly Solution[] =>
    heap.scope(() => {
      const { rows, columns } = program;
      const width = HEAD + 2 * rows;
      const numbers = heap.reserve(Float64Array, jobs.length * width);
      const words = heap.reserve(Int32Array, jobs.length * (2 + rows));
      const status = exports.simplexSolve(
        at as Pointer, heap.copyIn(Int32Array.of(rows, columns.length, jobs.length, preferred)),
        heap.copyIn(flatten(columns, rows)), heap.copyIn(program.costs), heap.copyIn(program.rhs), heap.copyIn(program.start),
        heap.copyIn(flatten(jobs.map((job) => job.scales), values.length)),
        heap.copyIn(Int32Array.from(jobs, (job) => job.from ?? -1)), heap.copyIn(Int32Array.from(jobs, (job) => job.without ?? -1)),
        numbers, words,
      );
      if (status !== 0) throw memoryFull(`a linear program of ${rows} rows`);
      const allNumbers = heap.copyOut(Float64Array, numbers, jobs.length * width);
      const allWords = heap.copyOut(Int32Array, words, jobs.length * (2 + rows));
      return jobs.map((_, i) => solutionOf(program, allNumbers.subarray(i * width, (i + 1) * width), allWords.subarray(i * (2 + rows), (i + 1) * (2 + rows))));
    });
  return { count, rows: values.length, solve };
}

function flatten(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(parts.length * length);
  parts.forEach((part, i) => all.set(part, i * length));
  return all;
}

function solutionOf({ rows, columns }: Program, numbers: Float64Array, words: Int32Array): Solution {
  const [objective = NaN, primal = NaN, dual = NaN, gap = NaN] = numbers;
  const [status = 0, pivots = 0] = words;
  const extras = new Float64Array(columns.length);
  const peers: { peer: number; weight: number }[] = [];
  words.subarray(2).forEach((variable, i) => {
    const value = Math.max(0, numbers[HEAD + i] ?? NaN);
    if (variable < 0) peers.push({ peer: -1 - variable, weight: value });
    else if (variable < columns.length) extras[variable] = value;
  });
  peers.sort((a, b) => a.peer - b.peer);
  return {
    status: STATUSES.get(status) ?? "failed", objective, pivots, certificate: { primal, dual, gap },
    extras, peers, prices: numbers.slice(HEAD + rows),
  };
}
