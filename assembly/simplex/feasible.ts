import { INFEASIBLE, OK } from "../core/status";
import { pivot, setDirection } from "./basis";
import { iterate } from "./iterate";
import { isArtificial, loadColumn, Program, variableCount } from "./program";

/** A value above minus this counts as not negative, and artificial ones whose sum is below as 0. */
const FEASIBLE: f64 = 1e-9;
/** An element below this does not make a basis. */
const PIVOT: f64 = 1e-7;

const EPSILON: f64 = 2.220446049250313e-16;

/** Whether no value of the basis is negative by more than a little, or than the rounding of the basis explains. */
export function isFeasible(program: Program): bool {
  for (let i = 0; i < program.rows; i++) {
    if (!(program.x[i] >= -FEASIBLE) && !(program.x[i] >= -roundingOf(program, i))) return false;
  }
  return true;
}

/**
 * How far a relative error of rows * epsilon in the basis' elements may move a value: rows epsilon |B^-1| |B| |x| (Skeel
 * 1979, Journal of the ACM 26). Large among nearly parallel peers, such as rows that agree to seven digits.
 */
function roundingOf(program: Program, i: i32): f64 {
  const rows = program.rows;
  let bound: f64 = 0;
  for (let k = 0; k < rows; k++) {
    loadColumn(program, program.basis[k]);
    let sum: f64 = 0;
    for (let r = 0; r < rows; r++) sum += Math.abs(program.inverse[i * rows + r] * program.column[r]);
    bound += sum * Math.abs(program.x[k]);
  }
  return rows * EPSILON * bound;
}

/** The first phase: minimises the sum of the artificial variables, and replaces those that are left in the basis at 0. */
export function makeFeasible(program: Program): i32 {
  if (!hasArtificial(program)) return OK;
  program.first = true;
  const status = iterate(program);
  program.first = false;
  if (status != OK) return status;
  let sum: f64 = 0;
  for (let i = 0; i < program.rows; i++) if (isArtificial(program, program.basis[i])) sum += program.x[i];
  if (sum > FEASIBLE) return INFEASIBLE;
  for (let i = 0; i < program.rows; i++) if (isArtificial(program, program.basis[i])) replace(program, i);
  return OK;
}

function hasArtificial(program: Program): bool {
  for (let i = 0; i < program.rows; i++) if (isArtificial(program, program.basis[i])) return true;
  return false;
}

/** Puts any column that can stand there in the place of an artificial one; where there is none, its row says nothing and it stays 0. */
function replace(program: Program, at: i32): void {
  program.x[at] = 0;
  for (let variable = 0; variable < variableCount(program); variable++) {
    if (isArtificial(program, variable)) continue;
    setDirection(program, variable);
    if (Math.abs(program.direction[at]) < PIVOT) continue;
    pivot(program, at, variable);
    return;
  }
}
