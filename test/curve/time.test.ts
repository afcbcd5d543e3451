import { it } from "vitest";
import { curveInference } from "../../src/curve/inference.js";
import { madeCurve } from "../helpers/curve.js";
import { builds } from "../kernels/builds.js";
it("t", () => {
  const eff = (n: number): number[] => Array.from({ length: n }, (_, i) => 0.1 * i / n);
  for (const [k] of [[16], [160]] as const) {
    const { rows, scores } = madeCurve({ effects: { learner: eff(4), sample: eff(4), controls: eff(k), folds: eff(2), degree: eff(2), outcome: eff(2) }, clusters: 282 });
    const at = performance.now();
    const r = curveInference(builds[0]!.kernels, rows, scores, { draws: 1000, multiplier: "normal", seed: 1, level: 0.95 })!;
    console.log(rows.size, performance.now() - at, JSON.stringify(r.families[0]), r.critical, JSON.stringify(r.spread));
  }
}, 600000);
