import type { Plan, Planner } from "../plan/plan.js";
import type { CurveTable } from "../study/curve/table.js";
import { specified } from "./specified.js";

/** Specifications of a curve that are planned, fitted and estimated together. */
export interface CurveBlock {
  /** How many it has, those included whose options do not go together. */
  readonly size: number;
  /** Of the plan's specifications, in its order: their numbers in the curve. */
  readonly numbers: readonly number[];
  readonly plan: Plan;
}

/** Specifications of a block. */
const BLOCK = 256;

/**
 * Plans the specifications numbered in `order` block by block, each when it is asked for. `refuse` is told of those whose
 * options do not go together.
 */
export function* curveBlocks(
  table: CurveTable, order: Uint32Array, planner: Planner, refuse: (i: number, error: { readonly code: string; readonly message: string }) => void,
): Generator<CurveBlock> {
  for (let start = 0; start < order.length; start += BLOCK) {
    const block = order.subarray(start, start + BLOCK);
    const { known, specifications } = specified(table, block, refuse);
    yield { size: block.length, numbers: known, plan: planner(specifications) };
  }
}
