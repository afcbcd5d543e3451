import { array } from "../core/arena";
import { BLOCK, Peers, placeOf } from "./peers";

/** Peers that one full pricing finds at most, the best of each of so many stretches. */
export const CANDIDATES: i32 = 16;

/**
 * Minimise the costs of the extra columns so that peers and extra columns add up to the right side, all at least 0:
 * min c'z, A L + E z = b. Peers cost nothing and have entries in the first rows only.
 *
 * Variables are numbered: the extra columns, one artificial variable a row, whose sum the first phase minimises, the peers.
 */
@unmanaged
export class Program {
  peers: Peers;
  /** Peers that are priced before the others: the first so many. */
  preferred: i32;
  rows: i32;
  extras: i32;
  /** f64[extras][rows] */
  columns: StaticArray<f64>;
  /** f64[extras] */
  costs: StaticArray<f64>;
  /** f64[rows] */
  rhs: StaticArray<f64>;
  /** f64[rows of the peers]: what their rows are multiplied by. */
  scales: StaticArray<f64>;
  /** Costs are those of the first phase. */
  first: bool;
  /** i32[rows]: the basic variables. */
  basis: StaticArray<i32>;
  /** f64[rows][rows]: the inverse of their columns. */
  inverse: StaticArray<f64>;
  /** f64[rows]: their values. */
  x: StaticArray<f64>;
  /** f64[rows]: the rows' prices. */
  prices: StaticArray<f64>;
  /** f64[rows of the peers]: prices times scales. */
  weights: StaticArray<f64>;
  /** f64[rows]: the entering column in terms of the basis. */
  direction: StaticArray<f64>;
  /** f64[rows] and f64[rows][rows]: scratch. */
  column: StaticArray<f64>;
  matrix: StaticArray<f64>;
  /** i32[CANDIDATES]: peers that may enter. */
  candidates: StaticArray<i32>;
  candidateCount: i32;
  pivots: i32;
  /** Pivots without progress since the last with. */
  stalled: i32;
  /** By how much, relative to its terms, the worst reduced cost of the last full pricing is below 0. */
  worst: f64;
}

/** Bytes that a program takes. */
export function programBytes(rows: i32): u64 {
  return offsetof<Program>() + 8 * (2 * <u64>rows * rows + 8 * <u64>rows) + 4 * <u64>CANDIDATES + 64 * 12;
}

/** A program without numbers as yet. Its bytes must be there. */
export function newProgram(
  peers: Peers, preferred: i32, rows: i32, extras: i32, columns: StaticArray<f64>, costs: StaticArray<f64>, rhs: StaticArray<f64>,
): Program {
  const program = changetype<Program>(array<u8>(offsetof<Program>()));
  program.peers = peers;
  program.preferred = preferred;
  program.rows = rows;
  program.extras = extras;
  program.columns = columns;
  program.costs = costs;
  program.rhs = rhs;
  program.scales = array<f64>(peers.rows);
  program.basis = array<i32>(rows);
  program.inverse = array<f64>(rows * rows);
  program.x = array<f64>(rows);
  program.prices = array<f64>(rows);
  program.weights = array<f64>(peers.rows);
  program.direction = array<f64>(rows);
  program.column = array<f64>(rows);
  program.matrix = array<f64>(rows * rows);
  program.candidates = array<i32>(CANDIDATES);
  return program;
}

/** The number of peer j as a variable. */
@inline
export function variableOf(program: Program, j: i32): i32 {
  return program.extras + program.rows + j;
}

/** The number of variables. */
@inline
export function variableCount(program: Program): i32 {
  return variableOf(program, program.peers.count);
}

/** Whether a variable is artificial; that of row r is number extras + r. */
@inline
export function isArtificial(program: Program, variable: i32): bool {
  return variable >= program.extras && variable < program.extras + program.rows;
}

/** The peer that a variable stands for; negative for the others. */
@inline
export function peerOf(program: Program, variable: i32): i32 {
  return variable - program.extras - program.rows;
}

/** What a variable costs in the present phase. */
@inline
export function costOf(program: Program, variable: i32): f64 {
  if (program.first) return isArtificial(program, variable) ? 1 : 0;
  return variable < program.extras ? program.costs[variable] : 0;
}

/** Writes a variable's column, f64[rows], to `program.column`. */
export function loadColumn(program: Program, variable: i32): void {
  const rows = program.rows;
  const extras = program.extras;
  const column = program.column;
  if (variable < extras) {
    for (let r = 0; r < rows; r++) column[r] = program.columns[variable * rows + r];
  } else if (variable < extras + rows) {
    // Of the sign of its right side, so that its value is not negative.
    for (let r = 0; r < rows; r++) column[r] = variable != extras + r ? 0 : program.rhs[r] < 0 ? -1 : 1;
  } else {
    const peers = program.peers;
    const at = placeOf(peers, peerOf(program, variable));
    for (let r = 0; r < peers.rows; r++) column[r] = program.scales[r] * peers.values[at + r * BLOCK];
    for (let r = peers.rows; r < rows; r++) column[r] = 0;
  }
}
