import { type Entry, type ModelProgram, programBuilder, sumOfWeights } from "../program.js";
import type { Technology } from "../technology.js";
import { byPattern, type Model, peersTarget } from "./model.js";

/**
 * The radial measures: least share of all inputs that suffices for the outputs (input-oriented, 0 to 1), or the largest
 * multiple of all outputs that the inputs allow (1 or more). Charnes, Cooper, Rhodes 1978 (constant returns), Banker,
 * Charnes, Cooper 1984 (variable). Undesirable outputs count as inputs. Slacks beyond the radial move are not maximised.
 *
 * excludesSelf: super-efficiency (Andersen and Petersen 1993, Management Science 39); no solution is possible then,
 * except input-oriented under constant returns with positive data.
 */
export function radial(technology: Technology, orientation: "input" | "output", excludesSelf = false): Model {
  return {
    technology, positive: false, excludesSelf,
    program: byPattern((unit) => radialProgram(technology, orientation, unit)),
    score: (objective) => (orientation === "input" ? objective : -objective),
    ratio: (score) => (orientation === "input" ? score : 1 / score),
    target: peersTarget,
  };
}

/** unit: 1 by column where the unit's value is positive (and its row divided by it), else 0. */
function radialProgram(technology: Technology, orientation: "input" | "output", unit: readonly number[]): ModelProgram {
  const { bounds, returns } = technology;
  const builder = programBuilder(technology, 0);
  const moves = bounds.map(({ kind }) => (kind === "output") === (orientation === "output"));
  const slacks = bounds.map(({ slack }, row) => builder.slack(row, slack, 0));
  const own = bounds.map(({ column }) => unit[column] ?? NaN);
  const entries = own.flatMap((value, row) => (moves[row] === true ? [[row, -value] as const] : []));
  const factor = builder.column(orientation === "input" ? 1 : -1, ...entries);
  const rhs = own.flatMap((value, row) => (moves[row] === true ? [] : [[row, value] as const]));
  if (returns !== "crs") rhs.push([bounds.length, 1]);
  // The factor is 1 and takes the place of the slack of a bound that moves; the peer, of one that does not. Other slacks are 0.
  const first = own.findIndex((value, row) => moves[row] === true && value > 0);
  const fixed = own.findIndex((value, row) => moves[row] === false && value > 0);
  const peer = sumOfWeights(technology, builder, fixed);
  return builder.build(null, rhs, [...slacks.map((slack, row): Entry => [row, row === first ? factor : slack]), ...peer]);
}
