import { array, mark, release } from "../core/arena";
import { hasRoom } from "../core/room";
import { INFEASIBLE, NO_MEMORY, OK } from "../core/status";
import { setPrices } from "./basis";
import { isFeasible, makeFeasible } from "./feasible";
import { iterate } from "./iterate";
import { BLOCK, Peers, placeOf, putBack, takeOut } from "./peers";
import { costOf, loadColumn, newProgram, peerOf, Program, programBytes, variableOf } from "./program";

/** Numbers before the values and prices of a solution: objective, error of the primal and of the dual, gap. */
const HEAD: i32 = 4;
/** Both phases at most: the second may lose by rounding what the first has found. */
const ROUNDS: i32 = 3;

/**
 * Solves `jobs` linear programs that differ in the scales of the peers' rows and in the peers that they start from or
 * leave out: min c'z, S A L + E z = b, L, z >= 0. Dantzig's primal simplex method with an explicit inverse.
 *
 * shape: rows, extras, jobs. columns: f64[extras][rows], costs: f64[extras], rhs: f64[rows]. start: i32[rows], the extra
 * columns of the first basis, -1 for one peer. scales: f64[jobs][rows of the peers]. from: i32[jobs], that peer, -1 for
 * the nearest one. without: i32[jobs], a peer that is left out, -1 for none.
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
  const program = newProgram(peers, rows, shape[1], columns, costs, rhs);
  const kept = array<f64>(peers.rows);
  for (let job = 0; job < shape[2]; job++) {
    for (let r = 0; r < peers.rows; r++) program.scales[r] = scales[job * peers.rows + r];
    if (without[job] >= 0) takeOut(peers, without[job], kept);
    const peer = from[job] >= 0 ? from[job] : nearest(program, without[job]);
    setStart(program, start, max(0, peer));
    const status = peer < 0 ? INFEASIBLE : bothPhases(program);
    writeSolution(program, status, numbers, job * (HEAD + 2 * rows), words, job * (2 + rows));
    if (without[job] >= 0) putBack(peers, without[job], kept);
  }
  release(position);
  return OK;
}

function setStart(program: Program, start: StaticArray<i32>, peer: i32): void {
  for (let i = 0; i < program.rows; i++) program.basis[i] = start[i] < 0 ? variableOf(program, peer) : start[i];
  memory.fill(changetype<usize>(program.inverse), 0, (<usize>program.rows * program.rows) << 3);
  memory.fill(changetype<usize>(program.x), 0, <usize>program.rows << 3);
  program.first = false;
  program.pivots = 0;
  program.worst = 0;
}

/** The peer whose scaled values are nearest to 1, by the sum of distances; the first of equals, -1 where all are left out. */
function nearest(program: Program, without: i32): i32 {
  const peers = program.peers;
  let best = -1;
  let least = Infinity;
  for (let j = 0; j < peers.count; j++) {
    if (j == without) continue;
    const at = placeOf(peers, j);
    let distance: f64 = 0;
    for (let r = 0; r < peers.rows; r++) distance += Math.abs(program.scales[r] * peers.sizes[j] * peers.values[at + r * BLOCK] - 1);
    if (distance < least) {
      least = distance;
      best = j;
    }
  }
  return best;
}

function bothPhases(program: Program): i32 {
  let status = OK;
  for (let round = 0; round < ROUNDS; round++) {
    status = makeFeasible(program);
    if (status != OK) return status;
    status = iterate(program);
    if (status != OK || isFeasible(program)) return status;
  }
  return status;
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
