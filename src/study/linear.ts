import { learners } from "../learners/registry.js";
import type { NuisanceSource } from "./specification.js";

/** Whether predictions of a source are linear in the controls it is given; those of a column count as given. */
export function isLinear(source: NuisanceSource): boolean {
  switch (source.kind) {
    case "column":
      return true;
    case "learner":
      return learners[source.name]?.linear === true;
    case "tuned":
      return isLinear(source.learner);
    case "stack":
      return source.learners.every(isLinear);
  }
}
