import type { CurveInference } from "./inference.js";
import type { CurveRows } from "./rows.js";

/** A curve that was run: its rows and what they say together. */
export interface CurveFindings {
  readonly id: string;
  readonly title: string;
  readonly rows: CurveRows;
  /** Null: no specification has an estimate with a standard error. */
  readonly inference: CurveInference | null;
}
