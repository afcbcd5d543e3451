import { createDemeaner } from "../kernels/demean.js";
import { groupAt } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import type { FitJob, Notes, Range, WithinJob } from "../learners/learner.js";
import { withIndicators } from "../learners/missing.js";
import { trainWeights } from "../learners/weights.js";
import { learners } from "../learners/registry.js";
import type { Within } from "../plan/task.js";

/** The unit of work: one fold of one task, or a part of it. Plain data that can be posted to any worker. */
export interface Piece {
  readonly learner: string;
  readonly job: FitJob;
  /** Null under the within loss, which is never cut. */
  readonly range: Range | null;
  readonly within: Within | null;
}

/** What a piece gives back. */
export interface PieceResult {
  readonly checkpoints: readonly number[];
  /** Of the held-out rows; one array a checkpoint. */
  readonly predictions: readonly Float64Array[];
  readonly notes: Notes;
}

/** Runs one piece. Pure: the same piece gives the same bits wherever it runs. */
export function runPiece(kernels: Kernels, piece: Piece): PieceResult {
  const learner = learners[piece.learner];
  if (learner === undefined) throw new Error(`No learner ${piece.learner}.`);
  const { range, within } = piece;
  const job = learner.takesMissing === true ? piece.job : withIndicators(piece.job);
  if (range !== null) {
    const { predictions, notes } = learner.fit(kernels, job, range);
    return { checkpoints: [0], predictions: [predictions], notes };
  }
  if (within === null) throw new Error("A piece has a range or a within loss.");
  const effects = within.effects.map((effect) => groupAt(effect, job.train));
  const weights = trainWeights(job) ?? undefined;
  const demeaned: WithinJob["demeaned"] = (work) => kernels.heap.scope(() => work(createDemeaner(kernels, effects, { weights }).demean));
  return learner.fitWithin(kernels, { ...job, ...within, demeaned });
}
