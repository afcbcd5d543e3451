import type { LearnerSource, NuisanceSource, Specification } from "../../study/specification.js";
import { factorsOf } from "./factors.js";

/** The learner that stands for a nuisance in code for others; of a stack or a grid, its members. */
export function learnersIn(source: NuisanceSource): readonly LearnerSource[] {
  switch (source.kind) {
    case "learner":
      return [source];
    case "tuned":
      return [source.learner];
    case "stack":
      return source.learners.flatMap(learnersIn);
    case "column":
      return [];
  }
}

/** What the peers cannot do as this specification does, in words; the code does the nearest thing. */
export function departures({ encode, factors, prepare, errors, convention, nuisances, fixedEffects, weights, missing }: Specification): readonly string[] {
  const kinds = Object.values(nuisances).map((source) => source.kind);
  return [
    ...(encode === "effects" ? ["the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds"] : []),
    ...(encode === "cre" || encode === "cre-normal" || encode === "fd" ? [`${encode} is written out by hand`] : []),
    ...(factors !== null ? ["interactive effects (factors) are left out"] : []),
    ...(fixedEffects.some((name) => factorsOf(name).slope !== null) ? ["slopes of fixed effects are left out"] : []),
    ...(errors.kind === "cluster" && (errors.correction === "cr2" || errors.correction === "cr3") ? [`standard errors are clustered without ${errors.correction}`] : []),
    ...(errors.kind === "conley" || errors.kind === "driscoll-kraay" ? [`standard errors are not ${errors.kind === "conley" ? "Conley's" : "Driscoll and Kraay's"}`] : []),
    ...(convention !== null ? [`convention ${convention} is DoubleML's own`] : []),
    ...(weights !== null ? ["observation weights enter the final stage alone, where they can"] : []),
    ...prepare.filter(({ step }) => step === "index").map(({ name }) => `the index ${name} must be made first (prepare)`),
    ...(missing === "keep" ? ["rows with missing controls are dropped"] : []),
    ...(kinds.includes("tuned") ? ["the grid is not searched: the learner's own options stand"] : []),
    ...(kinds.includes("column") ? ["given predictions are fitted by least squares"] : []),
  ];
}
