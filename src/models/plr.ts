import { type LinearScore, type Model, type Nuisance, residual, type ScoreInputs } from "./model.js";

const L: Nuisance = { role: "l", target: "outcome" };
const M: Nuisance = { role: "m", target: "treatment" };
const G: Nuisance = { role: "g", target: "residual" };

/**
 * Partially linear regression, Y = theta D + g(X) + U, D = m(X) + V.
 * Robinson (1988), Econometrica 56; Chernozhukov et al. (2018), Econometrics Journal 21, equations 4.3 and 4.4.
 *
 * partialling-out: theta = sum(V (Y - l)) / sum(V^2), l(X) = E[Y|X].
 * iv-type: theta = sum(V (Y - g)) / sum(V D), g fitted to Y - theta_0 D, theta_0 from partialling-out.
 */
export const plr: Model = Object.freeze({
  name: "plr",
  about: "Partially linear regression (Robinson 1988; Chernozhukov et al. 2018).",
  scores: ["partialling-out", "iv-type"],
  effectsScore: "iv-type",
  nuisances: (score: string): readonly Nuisance[] => (score === "iv-type" ? [L, M, G] : [L, M]),
  score(score: string, inputs: ScoreInputs): LinearScore {
    const v = residual(inputs, "m");
    if (score === "iv-type") return { y: residual(inputs, "g"), x: inputs.treatment, z: v };
    return { y: residual(inputs, "l"), x: v, z: v };
  },
});
