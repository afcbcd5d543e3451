import { type Entry, type ModelProgram, programBuilder, sumOfWeights } from "../program.js";
import type { Technology } from "../technology.js";
import { type Model, peersTarget } from "./model.js";

/** Wanted and undesirable outputs that only fall together. */
export interface NonSeparable {
  /** By column in the order of `columnsOf`: whether it is one of them; inputs are not. */
  readonly together: readonly boolean[];
  /** The least share alpha that they may fall to, 0 to 1. */
  readonly leastShare: number;
}

/**
 * The slacks-based measure where some outputs cannot be reduced apart (Tone 2004, GRIPS I-2003-0005, eq. 30 to 32): these
 * fall by one factor alpha, at least `leastShare`, which counts in the denominator as 1 - alpha for each of them.
 * Columns of the program in multiples of t: A = t alpha.
 */
export function nonSeparable(technology: Technology, { together, leastShare }: NonSeparable): Model {
  const program = nonSeparableProgram(technology, together, leastShare);
  return {
    technology, positive: true, excludesSelf: false,
    program: () => program, score: (objective) => objective, ratio: (score) => score, target: peersTarget,
  };
}

function nonSeparableProgram(technology: Technology, together: readonly boolean[], leastShare: number): ModelProgram {
  const { bounds, returns } = technology;
  const builder = programBuilder(technology, 3);
  const [most, least, norm] = [builder.peerRows, builder.peerRows + 1, builder.peerRows + 2];
  const joint = bounds.map(({ column }) => together[column] === true);
  const inputs = bounds.filter(({ kind }) => kind === "input").length;
  const outputs = bounds.length - inputs;
  const jointShare = joint.filter(Boolean).length / outputs;
  const slacks = bounds.map(({ kind, slack }, row) => {
    if (kind === "input") return builder.slack(row, slack, -1 / inputs);
    return joint[row] === true ? builder.slack(row, slack, 0) : builder.slack(row, slack, 0, [norm, 1 / outputs]);
  });
  const peer = sumOfWeights(technology, builder, 0);
  const shared = joint.flatMap((is, row): readonly Entry[] => (is ? [[row, -1]] : []));
  const alpha = builder.column(0, ...shared, [most, 1], [least, 1], [norm, -jointShare]);
  builder.slack(least, -1, 0);
  const apart = joint.flatMap((is, row): readonly Entry[] => (is ? [] : [[row, -1]]));
  const sum: readonly Entry[] = returns === "crs" ? [] : [[bounds.length, -1]];
  const total = builder.column(1, ...apart, ...sum, [most, -1], [least, -leastShare], [norm, 1 + jointShare]);
  builder.slack(most, 1, 0);
  return builder.build(total, [[norm, 1]], [...slacks.map((slack, row): Entry => [row, slack]), ...peer, [most, alpha], [norm, total]]);
}
