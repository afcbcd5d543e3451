import type { PlannedSpecification } from "../plan/plan.js";
import { checksOf } from "./checks.js";
import { type Core, coreOf } from "./core.js";
import type { InferenceContext } from "./stage.js";

/** What one of thousands of specifications says: its first effect, and whether that is to be trusted. */
export interface Brief extends Pick<Core, "effect" | "clusters" | "solutions" | "setting"> {
  readonly n: number;
  readonly warnings: readonly string[];
}

/** The estimate of `estimate`, to the digit, without what only a table or a figure of single rows needs. */
export function estimateBriefly(planned: PlannedSpecification, fitted: InferenceContext): Brief {
  const core = coreOf(planned, fitted);
  const { effect, clusters, solutions, setting } = core;
  return { effect, clusters, solutions, setting, n: planned.sample.rows.length, warnings: checksOf(planned, core, fitted, null).warnings };
}
