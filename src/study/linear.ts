import { learners } from "../learners/registry.js";
import type { NuisanceSource } from "./specification.js";

const BOOSTED = ["gradboost", "histboost"];

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

/** Whether all learners of a source start from squares and products of the controls, whatever `degree` and `interactions` say. */
export function startsLinear(source: NuisanceSource): boolean {
  switch (source.kind) {
    case "column":
      return false;
    case "learner":
      return source.options["start"] === "linear";
    case "tuned":
      return startsLinear(source.learner);
    case "stack":
      return source.learners.every(startsLinear);
  }
}

/** Whether a source is boosted, or has a boosted learner among those it combines. */
export function boosts(source: NuisanceSource): boolean {
  switch (source.kind) {
    case "column":
      return false;
    case "learner":
      return BOOSTED.includes(source.name);
    case "tuned":
      return boosts(source.learner);
    case "stack":
      return source.learners.some(boosts);
  }
}
