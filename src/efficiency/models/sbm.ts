import type { Orientation } from "../production.js";
import { type Entry, type ModelProgram, programBuilder, sumOfWeights } from "../program.js";
import type { Technology } from "../technology.js";
import { type Model, peersTarget } from "./model.js";

/** How much columns count, by column in the order of `columnsOf`; only their ratios among inputs, and among all outputs, matter. */
export type Weights = readonly number[];

/**
 * The slacks-based measure, with undesirable outputs (Tone 2001, EJOR 130; Tone 2004, GRIPS I-2003-0005, eq. 43):
 * least (1 - mean_i w_i s_i / x_i) / (1 + mean_r w_r s_r / y_r), the second mean over wanted and undesirable outputs;
 * input-oriented the numerator alone, output-oriented the denominator. 0 to 1.
 *
 * By Charnes and Cooper's transformation with t, S = t s / own value: min t - mean w S_x so that t + mean w S_y = 1,
 * and for each bound peers + slack = t. A unit is its own peer: a feasible basis for nothing.
 */
export function sbm(technology: Technology, orientation: Orientation, weights?: Weights): Model {
  const program = sbmProgram(technology, orientation, weights);
  return {
    technology, positive: true, excludesSelf: false,
    program: () => program, score: (objective) => objective, ratio: (score) => score, target: peersTarget,
  };
}

function sbmProgram(technology: Technology, orientation: Orientation, weights: Weights | undefined): ModelProgram {
  const { bounds } = technology;
  const builder = programBuilder(technology, 1);
  const norm = builder.peerRows;
  const shares = sharesOf(technology, weights);
  const slacks = bounds.map(({ kind, slack }, row) => {
    const share = shares[row] ?? NaN;
    if (kind === "input") return builder.slack(row, slack, orientation === "output" ? 0 : -share);
    return builder.slack(row, slack, 0, [norm, orientation === "input" ? 0 : share]);
  });
  const peer = sumOfWeights(technology, builder, 0);
  const ones = Array.from({ length: norm }, (_, row) => [row, -1] as const);
  const total = builder.column(1, ...ones, [norm, 1]);
  const own = slacks.map((slack, row): Entry => [row, slack]);
  return builder.build(total, [[norm, 1]], [...own, ...peer, [norm, total]]);
}

/** By bound, w_i / sum of w: of inputs, and of wanted and undesirable outputs together. */
export function sharesOf(technology: Technology, weights: Weights | undefined): readonly number[] {
  const { bounds } = technology;
  const weightOf = (column: number): number => weights?.[column] ?? 1;
  const sum = (input: boolean): number => bounds.filter(({ kind }) => (kind === "input") === input).reduce((total, { column }) => total + weightOf(column), 0);
  const [inputs, outputs] = [sum(true), sum(false)];
  return bounds.map(({ kind, column }) => weightOf(column) / (kind === "input" ? inputs : outputs));
}
