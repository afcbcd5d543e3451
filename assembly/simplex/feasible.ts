import { INFEASIBLE, OK, SINGULAR } from "../core/status";
import { pivot, refresh, setDirection } from "./basis";
import { iterate } from "./iterate";
import { loadColumn, Program, variableOf } from "./program";

/** A value above minus this counts as not negative, and an artificial one below as 0. */
const FEASIBLE: f64 = 1e-9;
/** An element below this does not make a basis. */
const PIVOT: f64 = 1e-7;

/** Position of the least value of the basis. */
function lowest(program: Program): i32 {
  let at = 0;
  for (let i = 1; i < program.rows; i++) if (program.x[i] < program.x[at]) at = i;
  return at;
}

/** Whether no value of the basis is negative. */
export function isFeasible(program: Program): bool {
  return program.x[lowest(program)] >= -FEASIBLE;
}

/**
 * From any basis to a feasible one. One artificial variable, whose direction is -1 wherever the basis is negative, takes
 * the place of the most negative value: all are then at least 0, and it is minimised (Chvatal 1983, chapter 3).
 */
export function makeFeasible(program: Program): i32 {
  if (!refresh(program)) return SINGULAR;
  if (isFeasible(program)) return OK;
  const artificial = program.artificial;
  for (let r = 0; r < program.rows; r++) artificial[r] = 0;
  for (let i = 0; i < program.rows; i++) {
    if (!(program.x[i] < 0)) continue;
    loadColumn(program, program.basis[i]);
    for (let r = 0; r < program.rows; r++) artificial[r] -= program.column[r];
  }
  program.first = true;
  setDirection(program, program.extras);
  pivot(program, lowest(program), program.extras);
  const status = iterate(program);
  program.first = false;
  return status == OK ? withoutArtificial(program) : status;
}

/** The artificial variable leaves for any column that can stand for it; where there is none, its row says nothing. */
function withoutArtificial(program: Program): i32 {
  let at = 0;
  while (at < program.rows && program.basis[at] != program.extras) at++;
  if (at == program.rows) return OK;
  if (program.x[at] > FEASIBLE) return INFEASIBLE;
  program.x[at] = 0;
  for (let v = 0; v < variableOf(program, program.peers.count); v++) {
    if (v == program.extras) continue;
    setDirection(program, v);
    if (Math.abs(program.direction[at]) < PIVOT) continue;
    pivot(program, at, v);
    return OK;
  }
  return OK;
}
