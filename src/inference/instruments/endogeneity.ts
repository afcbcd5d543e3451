import type { Special } from "../../kernels/special.js";
import { finalStage } from "../finalStage.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { type FTest, fTest } from "./fTest.js";
import { type InstrumentalVariables, withoutConstant } from "./system.js";

/**
 * Whether least squares would do: the first stage's residuals, added to the second stage, have no effect. Durbin, Wu
 * and Hausman's test in its regression form, with errors of the setting's kind; the square of a t for one treatment.
 * `setting.parameters` counts the second stage; the test has J more. Independent instruments. Cost O(n Q^2).
 * Source: Wooldridge (2010), section 6.3.1, equation 6.37; Stata's `estat endogenous` after ivregress.
 */
export function endogeneity(system: InstrumentalVariables, setting: ErrorSetting, special: Special): FTest {
  const { y, x, z } = withoutConstant(system);
  const regressors = [...x, ...x.map((column) => finalStage(column, z, z).residuals)];
  const stage = finalStage(y, regressors, regressors);
  return fTest(stage, x.length, x.length, { ...setting, parameters: setting.parameters + x.length }, special);
}
