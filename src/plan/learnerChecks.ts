import { EstimationError, listed } from "../errors.js";
import type { Design } from "../kernels/design.js";
import type { Learner, Options } from "../learners/learner.js";
import { hasMissing } from "../learners/missing.js";
import type { Nuisance } from "../models/model.js";
import { demeans, type Encoding, type NuisanceSource, type Specification, type TunedSource } from "../study/specification.js";
import { variableAt, type Variables } from "./task.js";

/** Throws where probabilities are asked of a target that has none. */
export function checkClasses(
  encode: Encoding, learner: Learner, options: Options, { role, target }: Nuisance, variables: Variables,
): void {
  if (!learner.classifies(options)) return;
  if (encode === "effects") {
    throw new EstimationError("not-defined", `\`${learner.name}\` predicts probabilities, which the within loss of \`encode: effects\` does not have. ${otherwise(learner)}`);
  }
  if (demeans(encode) || encode === "fd") {
    throw new EstimationError("not-defined", `\`${learner.name}\` predicts probabilities of 1 against 0, but \`encode: ${encode}\` changes \`${role}\`'s target. ${otherwise(learner)}`);
  }
  if (target.kind === "residual" || target.kind === "nested") {
    throw new EstimationError("no-classes", `\`${learner.name}\` predicts probabilities, but \`${role}\` is fitted to ${target.kind === "nested" ? "predictions" : "the outcome less the effect times the treatment"}. Give \`${role}\` a learner of numbers.`);
  }
  if (target.kind === "level" || target.kind === "moved" || target.kind === "functional") return;
  const { name, values } = variableAt(variables, target.variable);
  const other = values.find((value) => value !== 0 && value !== 1);
  if (other === undefined) return;
  throw new EstimationError("no-classes", `\`${learner.name}\` predicts probabilities of 1 against 0, but \`${name}\` has the value ${other}. Give \`${role}\` a learner of numbers.`);
}

/** Throws where a representer is asked of a learner that fits none, or the reverse. */
export function checkRepresenter(learner: Learner, { role, target }: Nuisance): void {
  if ((learner.represents === true) === (target.kind === "functional")) return;
  const mend = learner.represents === true ? "It fits Riesz representers alone: name another learner." : "It is a Riesz representer, no regression: use `riesz`.";
  throw new EstimationError("no-representer", `\`${learner.name}\` cannot fit the nuisance \`${role}\`. ${mend}`);
}

/** Throws where a source has no predictions for moved treatments, or would be judged by a loss that is not its own. */
export function checkCopies(source: NuisanceSource, { role, target }: Nuisance): void {
  if (source.kind === "column" && target.kind === "variable") {
    throw new EstimationError("not-defined", `A column cannot stand for \`${role}\`: its predictions at moved treatments are needed, too. Name a learner.`);
  }
  if (target.kind === "functional" && (source.kind === "stack" || source.kind === "tuned")) {
    throw new EstimationError("not-defined", `\`${role}\` is a Riesz representer, which cannot be stacked or tuned by squared errors. Use \`riesz\`.`);
  }
}

/** Throws where a column holds one prediction a row, and each fold's is needed. */
export function checkByFold(source: NuisanceSource, { role }: Nuisance): void {
  if (source.kind === "column") throw new EstimationError("not-defined", `A column cannot stand for \`${role}\`: each fold predicts all rows. Name a learner.`);
}

function otherwise({ options }: Learner): string {
  return `Use ${options["classify"] === undefined ? "" : "it without `classify`, "}another learner, or another encoding.`;
}

/** Demeaned features cannot be missing: a missing cell would make its whole unit missing. */
export function checkMissing({ encode, missing }: Specification, design: Design): void {
  if (!demeans(encode) || missing !== "keep" || !design.features.some(hasMissing)) return;
  throw new EstimationError("missing-within", "`encode: ${encode}` demeans the controls, which cannot be missing then. Use `encode: effects`, or `missing: drop`.");
}

/** Options that set how far a fit goes. */
const ROUNDS = ["trees", "stages", "maxIter"];

/** Under the within loss the best predictor is far too smooth for the effect: rounds are not to be chosen by it. */
export function checkTuning(encode: Encoding, { grid }: TunedSource): void {
  const rounds = Object.keys(grid).filter((option) => ROUNDS.includes(option));
  if (encode !== "effects" || rounds.length === 0) return;
  throw new EstimationError("tuned-rounds", `Under \`encode: effects\` ${listed(rounds)} must not be tuned: the fit that predicts best is too smooth, and its estimate is biased. Look at the path of the estimate instead.`);
}
