import type { Job, Program } from "../../../src/kernels/simplex.js";

/** A column of the program with what it costs. */
interface Column {
  readonly cost: number;
  readonly values: readonly number[];
}

const ROUNDING = 1e-10;

/** All columns that may be used, dense: the peers, scaled, and the extra ones. values: by row, by peer. */
export function columnsOf(program: Program, values: readonly Float64Array[], job: Job): readonly Column[] {
  const peers = [...values[0]!.keys()].filter((j) => j !== job.without);
  const blank = Array.from({ length: program.rows - values.length }, () => 0);
  return [
    ...peers.map((j) => ({ cost: 0, values: [...values.map((row, r) => row[j]! * job.scales[r]!), ...blank] })),
    ...program.columns.map((column, k) => ({ cost: program.costs[k]!, values: [...column] })),
  ];
}

/**
 * The least costs by the textbook: a full tableau, one artificial variable a row, two phases, Bland's rule throughout.
 * Knows nothing of first bases, blocks, candidates or inverses.
 */
export function slowSimplex(program: Program, values: readonly Float64Array[], job: Job): { readonly status: string; readonly objective: number } {
  const columns = columnsOf(program, values, job);
  const { rows, rhs } = program;
  const tableau = Array.from({ length: rows }, (_, r) => {
    const sign = rhs[r]! < 0 ? -1 : 1;
    return [...columns.map((column) => sign * column.values[r]!), ...Array.from({ length: rows }, (_, i) => (i === r ? 1 : 0)), sign * rhs[r]!];
  });
  const basis = Array.from({ length: rows }, (_, r) => columns.length + r);
  const phaseOne = descend(tableau, basis, [...columns.map(() => 0), ...basis.map(() => 1)], columns.length + rows);
  if (phaseOne.objective > 1e-9) return { status: "infeasible", objective: NaN };
  driveOut(tableau, basis, columns.length);
  return descend(tableau, basis, [...columns.map(({ cost }) => cost), ...basis.map(() => 0)], columns.length);
}

/** `usable`: columns from the first that may enter. */
function descend(tableau: number[][], basis: number[], costs: readonly number[], usable: number): { status: string; objective: number } {
  for (;;) {
    const reduced = (j: number): number => costs[j]! - basis.reduce((sum, variable, i) => sum + costs[variable]! * tableau[i]![j]!, 0);
    let entering = 0;
    while (entering < usable && !(reduced(entering) < -ROUNDING)) entering++;
    if (entering === usable) return { status: "optimal", objective: basis.reduce((sum, variable, i) => sum + costs[variable]! * tableau[i]!.at(-1)!, 0) };
    let leaving = -1;
    tableau.forEach((row, i) => {
      if (!(row[entering]! > ROUNDING)) return;
      const [ratio, least] = [row.at(-1)! / row[entering]!, leaving < 0 ? Infinity : tableau[leaving]!.at(-1)! / tableau[leaving]![entering]!];
      if (ratio < least - 1e-13 || (ratio < least + 1e-13 && basis[i]! < basis[leaving]!)) leaving = i;
    });
    if (leaving < 0) return { status: "unbounded", objective: NaN };
    exchange(tableau, basis, leaving, entering);
  }
}

function driveOut(tableau: number[][], basis: number[], real: number): void {
  basis.forEach((variable, i) => {
    if (variable < real) return;
    const at = tableau[i]!.findIndex((value, j) => j < real && Math.abs(value) > 1e-7);
    if (at >= 0) exchange(tableau, basis, i, at);
  });
}

function exchange(tableau: number[][], basis: number[], leaving: number, entering: number): void {
  const factor = 1 / tableau[leaving]![entering]!;
  tableau[leaving] = tableau[leaving]!.map((value) => value * factor);
  tableau.forEach((row, i) => {
    const multiple = row[entering]!;
    if (i !== leaving && multiple !== 0) tableau[i] = row.map((value, j) => value - multiple * tableau[leaving]![j]!);
  });
  basis[leaving] = entering;
}
