import { allOf, type Columns } from "../kernels/design.js";
import { createRecent } from "../kernels/recent.js";
import type { WithinJob } from "./learner.js";

/** Doubles that a thread remembers: 64 MB. */
const ROOM = 8e6;

const recent = createRecent<readonly Float64Array[]>(ROOM);

/**
 * Columns that were made of a job's design and its fold, whatever the target: the nuisances of a study are often fitted on
 * the same controls and folds, one after another. `name` says which; `count` numbers in all. Nobody may write to them. Too
 * many to be remembered, and those of a design without a key, are handed through as they are made.
 */
export function remembered({ design, fold }: Pick<WithinJob, "design" | "fold">, name: string, count: number, make: () => Columns): Columns {
  return fold === undefined || design.key === "" || count > ROOM ? make() : recent(`${name} ${design.key} ${fold}`, count, () => allOf(make()));
}
