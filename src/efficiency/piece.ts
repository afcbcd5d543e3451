import type { Kernels } from "../kernels/instance.js";
import { type ResamplePiece, resamplePiece } from "./resample.js";
import { type MeasurePiece, measurePiece, type SlacksBased } from "./slacksBased.js";

/** What a pool does for efficiency. Plain data. */
export type EfficiencyPiece = MeasurePiece | ResamplePiece;

/** What a piece gives back. */
export type EfficiencyResult<P extends EfficiencyPiece> = P extends MeasurePiece ? readonly SlacksBased[] : Float64Array;

/** Runs pieces somewhere, many at once. */
export type RunEfficiency = <P extends EfficiencyPiece>(piece: P) => Promise<EfficiencyResult<P>>;

/** Runs one piece. Pure: the same piece gives the same bits wherever it runs. */
export function runEfficiencyPiece<P extends EfficiencyPiece>(kernels: Kernels, piece: P): EfficiencyResult<P> {
  return (piece.kind === "measure" ? measurePiece(kernels, piece) : resamplePiece(kernels, piece)) as EfficiencyResult<P>;
}
