import type { LearnerSource, TunedSource } from "../study/specification.js";
import type { OptionValue } from "../learners/learner.js";
import { hashJson } from "./keys.js";

/** A learner with one cell of the grid, and how the result calls it. */
export interface Candidate {
  readonly label: string;
  readonly source: LearnerSource;
}

/** The cells of a tuning grid, in the order of its lists; of these `draws` that the seed puts first. */
export function candidatesOf({ learner, grid, draws }: TunedSource, seed: number): readonly Candidate[] {
  const cells = Object.entries(grid).reduce<readonly Readonly<Record<string, OptionValue>>[]>(
    (all, [option, values]) => all.flatMap((cell) => values.map((value) => ({ ...cell, [option]: value }))),
    [{}],
  );
  const candidates = cells.map((cell): Candidate => ({
    label: Object.entries(cell).map(([option, value]) => `${option} ${Array.isArray(value) ? value.join(" ") : String(value)}`).join(", "),
    source: { ...learner, options: { ...learner.options, ...cell } },
  }));
  if (draws === null || draws >= candidates.length) return candidates;
  const order = candidates.map((candidate) => hashJson([seed, candidate.source.options]));
  const chosen = new Set([...order].sort().slice(0, draws));
  return candidates.filter((_, i) => chosen.has(order[i] ?? ""));
}
