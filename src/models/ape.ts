import {
  copiesOf, type Model, type ModelSetting, type Nuisance, observed, OUTCOME, type ScoreInputs, treatmentAt,
} from "./model.js";

/**
 * Average partial effects of a continuous treatment, Y = g(D, X) + U, g(D, X) = E[Y | D, X] (interactive form).
 * theta = mean of m(g) + alpha(D, X) (Y - g(D, X)), alpha the Riesz representer of m: E[m(f)] = E[alpha f] for every f.
 * Chernozhukov, Newey and Singh (2022), Econometrica 90, equation 2.7; Hirshberg and Wager (2021), Annals of Statistics 49.
 *
 * derivative: m(g) = (g(D + h, X) - g(D - h, X)) / 2h with h = `step`, so that the estimand is the average derivative
 * smoothed over [D - h, D + h], equal to it where g is quadratic in D; a derivative of trees would be 0 or infinite.
 * alpha is that of the same difference, by Riesz regression.
 * shift: m(g) = g(D + s, X) - g(D, X) with s = `shift`; alpha(d, x) = f(d - s | x) / f(d | x) - 1 = p / (1 - p) - 1, p(d, x)
 * the probability that (d, x) is a shifted row among as many as observed, held within [clip, 1 - clip]. p is by logit
 * unless told otherwise, right where D | X is normal: the odds of deep forests are wild.
 * With unit means (`cre`) the treatment's own mean is among the controls and is not moved.
 */
export const ape = Object.freeze<Model>({
  name: "ape",
  about: "Average partial effects of a continuous treatment that may interact with the controls: the average derivative, or the effect of a shift (Chernozhukov, Newey and Singh 2022).",
  scores: ["derivative", "shift"],
  effectsScore: null,
  finalStage: "signal",
  takes: { treatments: "one", instruments: "none", mediators: "none" },
  binary: [],
  options: ["step", "shift", "clip"],
  roles: (score: string) => [{ name: "g" }, score === "derivative" ? { name: "a", learner: "riesz" } : { name: "m", propensity: true, learner: "logit" }],
  nuisances({ score, step, shift }: ModelSetting): readonly Nuisance[] {
    const variable = treatmentAt(0);
    const by = score === "derivative" ? [step, -step] : [shift];
    const own = { beside: [variable], copies: { variable, by } };
    const slope = 1 / (2 * step);
    return [
      { name: "g", role: "g", target: observed(OUTCOME), ...own },
      score === "derivative"
        ? { name: "a", role: "a", target: { kind: "functional", weights: [0, slope, -slope] }, ...own }
        : { name: "m", role: "m", target: { kind: "moved" }, ...own },
    ];
  },
  systems(setting: ModelSetting, inputs: ScoreInputs) {
    const [g, ...moved] = copiesOf(inputs, "g") as [Float64Array, Float64Array, Float64Array];
    const { alpha } = representer(setting, inputs);
    const effect = setting.score === "derivative"
      ? g.map((_, i) => ((moved[0][i] ?? NaN) - (moved[1][i] ?? NaN)) / (2 * setting.step))
      : g.map((value, i) => (moved[0][i] ?? NaN) - value);
    const signal = inputs.outcome.map((y, i) => (effect[i] ?? NaN) + (alpha[i] ?? NaN) * (y - (g[i] ?? NaN)));
    const ones = new Float64Array(signal.length).fill(1);
    return [{ names: setting.treatments, y: signal, x: [ones], z: [ones] }];
  },
  representer,
});

/** alpha at the rows as observed. */
function representer({ score, clip }: ModelSetting, inputs: ScoreInputs): { readonly alpha: Float64Array; readonly clipped: number | null } {
  if (score === "derivative") return { alpha: copiesOf(inputs, "a")[0] as Float64Array, clipped: null };
  const [m] = copiesOf(inputs, "m") as [Float64Array];
  const alpha = m.map((predicted) => {
    const p = Math.min(Math.max(predicted, clip), 1 - clip);
    return p / (1 - p) - 1;
  });
  return { alpha, clipped: m.filter((predicted) => predicted < clip || predicted > 1 - clip).length / m.length };
}
