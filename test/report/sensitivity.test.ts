import { expect, it } from "vitest";
import { robustnessValues } from "../../src/inference/sensitivity/robustness.js";
import { sensitivityBounds } from "../../src/inference/sensitivity/bounds.js";
import type { Sensitivity } from "../../src/inference/sensitivity/sensitivity.js";
import { sensitivityLines } from "../../src/report/sensitivity.js";

const found = { coef: 0.8, maxBias: 2, variance: 0.01, covariance: 0, biasVariance: 0.04 };
const confounding = { cfY: 0.03, cfD: 0.03, rho: 1 };
const summary: Sensitivity = {
  confounding, effect: 0, level: 0.95, set: null, firstStage: null, contour: null, warnings: [],
  robustness: robustnessValues([found], { effect: 0, rho: 1, quantile: 1.645 }),
  bounds: sensitivityBounds([found], confounding, 1.645),
  benchmarks: [{ controls: ["income", "age"], benchmark: { cfY: 0.1234, cfD: 0.05, rho: -0.5, change: -0.25 } }],
};

it("one line each: robustness value, bounds, benchmark", () => {
  // C = 0.4: r = 2 / (1 + sqrt(26)) = .3279; C S = .0609 at the scenario.
  // The limit: .8 - 2 C = 1.645 sqrt(.01 + .04 C^2) has C = .3038: r = .261.
  expect(sensitivityLines(summary, "plr", 2)).toEqual([
    "A confounder that explains 32.8 % of the residual variance of outcome and treatment would bring the estimate to 0 (robustness value; 26.1 % for its one-sided 95 % limit).",
    "At cf_y = 0.03, cf_d = 0.03: [0.74, 0.86]; one-sided 95 % limits [0.57, 1.03].",
    "A confounder as strong as income, age has cf_y = 0.123, cf_d = 0.050, rho = -0.50; leaving out these controls moves the estimate by -0.25.",
  ]);
});

it("what cannot be brought about, what needs nothing, and other models", () => {
  const lineOf = (robustness: Sensitivity["robustness"], model = "plr"): string => sensitivityLines({ ...summary, robustness, effect: 1 }, model, 2)[0]!;
  expect(lineOf({ rv: 1, rva: 1 })).toBe("No confounder would bring the estimate to 1.");
  expect(lineOf({ rv: 0.1, rva: 0 })).toContain("would bring the estimate to 1 (robustness value; its one-sided 95 % limit is there without any)");
  expect(lineOf({ rv: 0.1, rva: 0.05 }, "irm")).toContain("explains 10 % of the residual variance of the outcome and of the variance of the Riesz representer");
  expect(lineOf({ rv: 0.1, rva: 0.05 }, "pliv")).toContain("of outcome and instrument");
});

it("with an instrument: the reduced form and the first stage, and what leaving controls out moves", () => {
  const lines = sensitivityLines({ ...summary, bounds: null, robustness: { rv: 0.1, rva: 0.05 }, firstStage: { rv: 0.4, rva: 0.3 }, set: [[-1, 0.5]] }, "pliv", 2);
  expect(lines).toEqual([
    "A confounder that explains 10 % of the residual variance of outcome and instrument would bring the estimate to 0 (robustness value; 5 % for its one-sided 95 % limit).",
    "One that explains 40 % of the residual variance of treatment and instrument would leave it without a first stage (30 % for its one-sided 95 % limit).",
    "At cf_y = 0.03, cf_d = 0.03: effects not rejected at 95 %: [-1.00, 0.50].",
    "A confounder as strong as income, age has cf_y = 0.123, cf_d = 0.050, rho = -0.50; leaving out these controls moves the reduced form by -0.25.",
  ]);
});
