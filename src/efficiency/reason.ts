import type { SimplexStatus } from "../kernels/simplex.js";

/** How a measure fails. */
export type Failure = Exclude<SimplexStatus, "optimal">;

/** Why a unit has no score, in a sentence. others: units that it is compared with, itself aside. */
export function explain(failure: Failure, excludesSelf: boolean, others: number): string {
  switch (failure) {
    case "infeasible":
      if (excludesSelf && others === 0) return "There is no other unit to compare it with: super-efficiency needs one.";
      return excludesSelf
        ? "The other units together cannot make what this one makes, whatever it gives up in this direction: its super-efficiency has no value. Constant returns, no orientation or variant C may have one."
        : "The peers cannot make what this unit makes, however it is moved: its score has no value against this frontier.";
    case "unbounded":
      return "The measure has no bound: the direction moves nothing, or the unit's inputs or outputs are all 0.";
    case "failed":
      return "The linear program could not be solved to its proof: rescale the columns, or leave out nearly identical units.";
  }
}
