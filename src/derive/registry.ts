import type { DeriveStep, RowsStep } from "./step.js";
import { dea } from "./steps/dea.js";
import { distance } from "./steps/distance.js";
import { exp, expression, interaction, log, ratio, standardize } from "./steps/elementary.js";
import { index } from "./steps/index.js";
import { difference, lag, lead } from "./steps/lag.js";
import { malmquist } from "./steps/malmquist.js";
import { sbm } from "./steps/sbm.js";
import { winsorize } from "./steps/winsorize.js";

/** The steps that may stand under `prepare`. */
export const prepareSteps: Readonly<Record<string, RowsStep>> = Object.freeze({ winsorize, standardize, index });

/** Every step of `derive`, by its name. */
export const deriveSteps: Readonly<Record<string, DeriveStep>> = Object.freeze(
  Object.fromEntries([index, sbm, dea, malmquist, winsorize, log, exp, lag, lead, difference, ratio, interaction, standardize, distance, expression].map((step) => [step.name, step])),
);
