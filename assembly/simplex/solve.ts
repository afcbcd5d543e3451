import { array, mark, release } from "../core/arena";
import { hasRoom } from "../core/room";
import { INFEASIBLE, NOT_CONVERGED, NO_MEMORY, OK, UNBOUNDED } from "../core/status";
import { setPrices } from "./basis";
import { isFeasible, makeFeasible } from "./feasible";
import { iterate } from "./iterate";
import { Peers, putBack, takeOut } from "./peers";
import { costOf, loadColumn, newProgram, peerOf, Program, programBytes, variableOf } from "./program";

/** Numbers before the values and prices of a solution: objective, error of the primal and of the dual, gap. */
const HEAD: i32 = 4;
/** What stands in a first basis for the peer that a program starts from, and for the artificial variable of the row. */
const PEER: i32 = -1;
const ARTIFICIAL: i32 = -2;

/**
 * Solves `jobs` linear programs that differ in the scales of the peers' rows and in the peers that they start from or
 * leave out: min c'z, S A L + E z = b, L, z >= 0. Dantzig's primal simplex method with an explicit inverse.
 *
 * shape: rows, extras, jobs, peers that are priced first. columns: f64[extras][rows], costs: f64[extras], rhs: f64[rows]. start: i32[rows], the extra
 * columns of a feasible basis of both phases, PEER for one peer, ARTIFICIAL for the row's artificial variable. scales:
 * f64[jobs][rows of the peers]. from: i32[jobs], that peer. without: i32[jobs], a peer that is left out, -1 for none.
 *
 * numbers: f64[jobs][4 + 2 rows], objective, largest error of a row or negative value, largest reduced cost below 0
 * relative to its terms, gap between primal and dual, the values of the basis, the rows' prices. words: i32[jobs][2 + rows],
 * status, pivots, the basis (extra columns as they are numbered, peer j as -1 - j).
 *
 * Cost: a full pricing (2 n flops a row, as a rule two or three), and rows^2 a pivot, rows^3 a full pricing.
 */
export function simplexSolve(
  peers: Peers, shape: StaticArray<i32>, columns: StaticArray<f64>, costs: StaticArray<f64>, rhs: StaticArray<f64>,
  start: StaticArray<i32>, scales: StaticArray<f64>, from: StaticArray<i32>, without: StaticArray<i32>,
  numbers: StaticArray<f64>, words: StaticArray<i32>,
): i32 {
  const rows = shape[0];
  if (!hasRoom(programBytes(rows) + 8 * <u64>peers.rows)) return NO_MEMORY;
  const position = mark();
  const program = newProgram(peers, shape[3], rows, shape[1], columns, costs, rhs);
  const kept = array<f64>(peers.rows);
  for (let job = 0; job < shape[2]; job++) {
    for (let r = 0; r < peers.rows; r++) program.scales[r] = scales[job * peers.rows + r];
    if (without[job] >= 0) takeOut(peers, without[job], kept);
    setStart(program, start, from[job]);
    const status = solve(program);
    writeSolution(program, status, numbers, job * (HEAD + 2 * rows), words, job * (2 + rows));
    if (without[job] >= 0) putBack(peers, without[job], kept);
  }
  release(position);
  return OK;
}

/** Inverse and values are cleared: a program without a solution has numbers of its own, too. */
function setStart(program: Program, start: StaticArray<i32>, peer: i32): void {
  for (let i = 0; i < program.rows; i++) program.basis[i] = firstVariable(program, i, start[i], peer);
  memory.fill(changetype<usize>(program.inverse), 0, (<usize>program.rows * program.rows) << 3);
  memory.fill(changetype<usize>(program.x), 0, <usize>program.rows << 3);
  program.first = false;
  program.pivots = 0;
  program.worst = 0;
}

function firstVariable(program: Program, row: i32, start: i32, peer: i32): i32 {
  if (start == ARTIFICIAL) return program.extras + row;
  return start == PEER ? variableOf(program, peer) : start;
}

/** From the given basis; where rounding has led astray, from nothing but artificial variables. */
function solve(program: Program): i32 {
  const status = bothPhases(program);
  if (status == INFEASIBLE || status == UNBOUNDED || (status == OK && isFeasible(program))) return status;
  for (let i = 0; i < program.rows; i++) program.basis[i] = program.extras + i;
  const again = bothPhases(program);
  return again == OK && !isFeasible(program) ? NOT_CONVERGED : again;
}

function bothPhases(program: Program): i32 {
  const status = makeFeasible(program);
  return status == OK ? iterate(program) : status;
}

function writeSolution(program: Program, status: i32, numbers: StaticArray<f64>, at: i32, words: StaticArray<i32>, word: i32): void {
  const rows = program.rows;
  setPrices(program);
  let objective: f64 = 0;
  let dual: f64 = 0;
  for (let i = 0; i < rows; i++) {
    objective += costOf(program, program.basis[i]) * program.x[i];
    dual += program.prices[i] * program.rhs[i];
  }
  numbers[at] = objective;
  numbers[at + 1] = primalError(program);
  numbers[at + 2] = program.worst;
  numbers[at + 3] = Math.abs(objective - dual);
  words[word] = status;
  words[word + 1] = program.pivots;
  for (let i = 0; i < rows; i++) {
    const peer = peerOf(program, program.basis[i]);
    numbers[at + HEAD + i] = peer < 0 ? program.x[i] : program.x[i] / program.peers.sizes[peer];
    numbers[at + HEAD + rows + i] = program.prices[i];
    words[word + 2 + i] = peer < 0 ? program.basis[i] : -1 - peer;
  }
}

/** The largest difference of a row's two sides, or the most negative value. */
function primalError(program: Program): f64 {
  const rows = program.rows;
  const sums = program.direction;
  let error: f64 = 0;
  for (let r = 0; r < rows; r++) sums[r] = -program.rhs[r];
  for (let i = 0; i < rows; i++) {
    error = Math.max(error, -program.x[i]);
    loadColumn(program, program.basis[i]);
    for (let r = 0; r < rows; r++) sums[r] += program.x[i] * program.column[r];
  }
  for (let r = 0; r < rows; r++) error = Math.max(error, Math.abs(sums[r]));
  return error;
}
