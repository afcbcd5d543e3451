import { dot } from "../../fit/residuals.js";
import type { Special } from "../../kernels/special.js";
import { type FinalStage, finalStage } from "../finalStage.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { type EffectiveF, effectiveF } from "./effectiveF.js";
import { type FTest, fTest } from "./fTest.js";
import { type InstrumentalVariables, withoutConstant } from "./system.js";

/** How the instruments move one treatment. */
export interface FirstStage {
  /** By instrument. */
  readonly coefficients: readonly number[];
  /** Share of the treatment's residual variance that the instruments explain. */
  readonly partialR2: number;
  /** All coefficients are zero: homoskedastic errors. */
  readonly f: FTest;
  /** The same with errors of the setting's kind; equal to `f` where that is homoskedastic. */
  readonly robust: FTest;
  /** One treatment: the effective F; null otherwise. */
  readonly effective: EffectiveF | null;
  /** Several treatments: Sanderson and Windmeijer's F of this one given the others, of the setting's kind; null otherwise. */
  readonly conditional: FTest | null;
}

/**
 * The first stage of each treatment, from a system with independent instruments. `setting.parameters` counts the
 * second stage (treatments, constant, absorbed effects); the first has the instruments in the treatments' place.
 * With hc1 and one instrument the effective F is the robust F. Cost O(n Q^2).
 */
export function firstStages(system: InstrumentalVariables, setting: ErrorSetting, special: Special): readonly FirstStage[] {
  const centred = withoutConstant(system);
  const { x, z } = centred;
  const own = { ...setting, parameters: setting.parameters - x.length + z.length };
  return x.map((treatment, j) => {
    const stage = finalStage(treatment, z, z);
    return {
      coefficients: stage.coefficients,
      partialR2: 1 - dot(stage.residuals, stage.residuals) / dot(treatment, treatment),
      f: fTest(stage, z.length, z.length, { kind: "homoskedastic", parameters: own.parameters }, special),
      robust: fTest(stage, z.length, z.length, own, special),
      effective: x.length === 1 ? effectiveF(stage, treatment, z, own, special) : null,
      conditional: x.length > 1 ? conditionalF(centred, j, own, special) : null,
    };
  });
}

/**
 * The F of a treatment's residual from its two-stage least squares fit on the other treatments, with Q - J + 1 degrees
 * of freedom: whether the instruments tell this treatment's movements from the others'.
 * Source: Sanderson and Windmeijer (2016), Journal of Econometrics 190, equation 14.
 */
function conditionalF({ x, z }: InstrumentalVariables, j: number, setting: ErrorSetting, special: Special): FTest {
  const others = x.filter((_, other) => other !== j);
  const projected = others.map((column) => fitted(column, finalStage(column, z, z)));
  const { residuals } = finalStage(x[j] as Float64Array, others, projected);
  return fTest(finalStage(residuals, z, z), z.length, z.length - others.length, setting, special);
}

function fitted(y: Float64Array, { residuals }: FinalStage): Float64Array {
  return y.map((value, i) => value - (residuals[i] ?? NaN));
}
