import {
  instrumentAt, type Model, type ModelSetting, type Nuisance, numberedName, observed, OUTCOME, predictionOf, residualOf, type ScoreInputs, treatmentAt,
} from "./model.js";

/**
 * Partially linear instrumental variables, Y = theta D + g(X) + U, Z = m(X) + V, E[U | X, Z] = 0.
 * Chernozhukov et al. (2018), Econometrics Journal 21, equations 4.7 and 4.8.
 *
 * partialling-out: two-stage least squares of Y - l on D - r with the instruments Z - m, r(X) = E[D|X].
 * iv-type: two-stage least squares of Y - g on D with the instruments V; of one, theta = sum(V (Y - g)) / sum(V D). g is fitted
 * to Y - theta_0 D, theta_0 from partialling-out. As g holds theta_0's error times -r, the slope of the score is
 * -sum(V (D - r)): the two slopes are the same in large samples, but with sum(V D) errors are too small by as much as m leaves of
 * r in V (a quarter with the lasso and 500 rows: bench/README.md). DoubleML's is sum(V D), and under `convention: doubleml`
 * ours; under `effects`, too, where undersmoothed m and r err together.
 */
export const pliv = Object.freeze<Model>({
  name: "pliv",
  about: "Partially linear instrumental variables (Chernozhukov et al. 2018), with one or several instruments.",
  scores: ["partialling-out", "iv-type"],
  effectsScore: "iv-type",
  finalStage: "residual",
  takes: { treatments: "several", instruments: "several", mediators: "none" },
  binary: [],
  options: [],
  roles: (score: string) => [{ name: "l" }, { name: "r" }, { name: "m" }, ...(score === "iv-type" ? [{ name: "g", otherwise: "l" }] : [])],
  nuisances({ score, treatments, instruments }: ModelSetting): readonly Nuisance[] {
    const r = treatments.map((_, j) => numberedName("r", treatments, j));
    const m = instruments.map((_, q) => numberedName("m", instruments, q));
    const shared: readonly Nuisance[] = [
      { name: "l", role: "l", target: observed(OUTCOME) },
      ...r.map((name, j): Nuisance => ({ name, role: "r", target: observed(treatmentAt(j)) })),
      ...m.map((name, q): Nuisance => ({ name, role: "m", target: observed(instrumentAt(q)) })),
    ];
    if (score === "partialling-out") return shared;
    const partialled = r.map((nuisance, j) => ({ variable: treatmentAt(j), nuisance }));
    const through = m.map((nuisance, q) => ({ variable: instrumentAt(q), nuisance }));
    return [...shared, { name: "g", role: "g", target: { kind: "residual", outcome: { variable: OUTCOME, nuisance: "l" }, treatments: partialled, instruments: through } }];
  },
  systems({ score, treatments, instruments }: ModelSetting, inputs: ScoreInputs) {
    const v = instruments.map((_, q) => residualOf(inputs, numberedName("m", instruments, q), inputs.instruments[q]));
    if (score === "iv-type") {
      const predicted = treatments.map((_, j) => predictionOf(inputs, numberedName("r", treatments, j)));
      return [{ names: treatments, y: residualOf(inputs, "g", inputs.outcome), x: inputs.treatments, z: v, predicted }];
    }
    const w = treatments.map((_, j) => residualOf(inputs, numberedName("r", treatments, j), inputs.treatments[j]));
    return [{ names: treatments, y: residualOf(inputs, "l", inputs.outcome), x: w, z: v }];
  },
});
