import type { Production } from "../production.js";
import { columnsOf } from "../production.js";
import { type Entry, type ModelProgram, programBuilder, type ProgramBuilder, sumOfWeights } from "../program.js";
import type { Technology } from "../technology.js";
import { type Model, type Own, peersTarget } from "./model.js";

/** How far a unit goes for a step of 1, by column and unit: inputs and undesirable outputs down, outputs up. */
export type Direction = Production;

/**
 * The directional distance function: most beta so that x - beta gx, y + beta gy, b - beta gb can be made (Chambers, Chung,
 * Faere 1996; with undesirable outputs Chung, Faere, Grosskopf 1997). 0 on the frontier; negative for units beyond it.
 */
export function directional(technology: Technology, direction: Direction, excludesSelf = false): Model {
  const steps = columnsOf(direction);
  const free = (builder: ProgramBuilder, entries: readonly Entry[]): void => {
    builder.column(-1, ...entries);
    builder.column(1, ...entries.map(([row, value]): Entry => [row, -value]));
  };
  return {
    technology, positive: false, excludesSelf,
    program: (own) => directionalProgram(technology, own, steps.map((column) => column[own.unit] ?? NaN), free),
    score: (objective) => -objective, ratio: (score) => 1 / (1 + score), target: peersTarget,
  };
}

/**
 * The non-radial directional distance: most sum of w_c beta_c, one beta of at least 0 a column (Zhou, Ang, Wang 2012,
 * EJOR 221). weights: by column; columns of weight 0 stay.
 */
export function nonRadialDirectional(technology: Technology, direction: Direction, weights: readonly number[]): Model {
  const steps = columnsOf(direction);
  const apart = (builder: ProgramBuilder, entries: readonly Entry[]): void => {
    weights.forEach((weight, column) => {
      if (weight > 0) builder.column(-weight, ...entries.filter(([row]) => technology.bounds[row]?.column === column));
    });
  };
  return {
    technology, positive: false, excludesSelf: false,
    program: (own) => directionalProgram(technology, own, steps.map((column) => column[own.unit] ?? NaN), apart),
    score: (objective) => -objective, ratio: (score) => 1 / (1 + score), target: peersTarget,
  };
}

/** `addSteps`: adds the columns of the betas, given what a common one would have in each row. */
function directionalProgram(
  technology: Technology, { values, divisors }: Own, steps: readonly number[],
  addSteps: (builder: ProgramBuilder, entries: readonly Entry[]) => void,
): ModelProgram {
  const { bounds, returns } = technology;
  const builder = programBuilder(technology, 0);
  const unitOf = (column: number): number => divisors[column] ?? NaN;
  const slacks = bounds.map(({ slack }, row) => builder.slack(row, slack, 0));
  const peer = sumOfWeights(technology, builder, bounds.findIndex(({ column }) => (values[column] ?? 0) > 0));
  addSteps(builder, bounds.map(({ kind, column }, row): Entry => [row, ((kind === "output" ? -1 : 1) * (steps[column] ?? NaN)) / unitOf(column)]));
  const rhs = bounds.map(({ column }, row): Entry => [row, (values[column] ?? NaN) / unitOf(column)]);
  const one: readonly Entry[] = returns === "crs" ? [] : [[bounds.length, 1]];
  return builder.build(null, [...rhs, ...one], [...slacks.map((slack, row): Entry => [row, slack]), ...peer]);
}
