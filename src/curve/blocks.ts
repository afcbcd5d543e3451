import type { Plan, Planner } from "../plan/plan.js";
import type { CurveTable } from "../study/curve/table.js";
import { specified, type Undefined } from "./specified.js";

/** Specifications of a curve that are planned, fitted and estimated together. */
export interface CurveBlock {
  /** How many it has, those included whose options do not go together. */
  readonly size: number;
  /** Of the plan's specifications, in its order: their numbers in the curve. */
  readonly numbers: readonly number[];
  readonly plan: Plan;
  /** Specifications whose options do not go together, and why. */
  readonly refused: readonly Undefined[];
}

/** Specifications of a block. */
const BLOCK = 256;

/** Plans the specifications numbered in `order` block by block, each when it is asked for. */
export function* curveBlocks(table: CurveTable, order: Uint32Array, planner: Planner): Generator<CurveBlock, undefined> {
  for (let start = 0; start < order.length; start += BLOCK) {
    const block = order.subarray(start, start + BLOCK);
    const { known, specifications, refused } = specified(table, block);
    yield { size: block.length, numbers: known, plan: planner(specifications), refused };
  }
}
