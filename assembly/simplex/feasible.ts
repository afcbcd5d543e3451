import { INFEASIBLE, OK } from "../core/status";
import { pivot, setDirection } from "./basis";
import { iterate } from "./iterate";
import { isArtificial, Program, variableCount } from "./program";

/** A value above minus this counts as not negative, and artificial ones whose sum is below as 0. */
const FEASIBLE: f64 = 1e-9;
/** An element below this does not make a basis. */
const PIVOT: f64 = 1e-7;

/** Whether no value of the basis is negative. */
export function isFeasible(program: Program): bool {
  for (let i = 0; i < program.rows; i++) if (!(program.x[i] >= -FEASIBLE)) return false;
  return true;
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
