import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { finalStage } from "../../src/inference/finalStage.js";
import { standardErrors } from "../../src/inference/variance.js";
import { createSpecial } from "../../src/kernels/special.js";
import { hasShared, sharedJson, skipReason } from "../helpers/shared.js";
import { panelOf, runOn } from "../helpers/study.js";

interface InferenceCase {
  readonly name: string;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly expected: { readonly theta: number; readonly se: number; readonly t: number; readonly p: number; readonly ci95: readonly [number, number]; readonly constant: number; readonly constant_se: number };
}

const cases = new Map(hasShared ? sharedJson<{ cases: readonly InferenceCase[] }>("inference.json").cases.map((one) => [one.name, one]) : []);
const relative = (a: number, b: number): number => Math.abs(a / b - 1);

/** The files give some ten digits; both sides sum the same numbers in another order. */
const TOLERANCE = 1e-9;

describe.skipIf(!hasShared)(`inference from given residuals (${hasShared ? "DoubleML 0.11.4, statsmodels" : skipReason})`, () => {
  it("partialling-out with given nuisances: DoubleML's estimate, error, t, p and interval", async () => {
    const { arrays, expected } = cases.get("plr/partialling out") as InferenceCase;
    const panel = panelOf(arrays);
    const [row] = await runOn(panel, {
      tables: [{ id: "t", columns: [{ outcome: "y", treatment: "d", learner: { l: { column: "l_hat" }, m: { column: "m_hat" } }, constant: false, errors: "hc0", folds: { k: 2 } }] }],
    });
    const estimate = row?.estimate;
    expect(relative(estimate?.coef ?? NaN, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.se ?? NaN, expected.se)).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.t ?? NaN, expected.t)).toBeLessThan(TOLERANCE);
    // p lies far in the tail, where an error of the tenth digit in t is one of the eighth in p.
    expect(relative(estimate?.p ?? NaN, expected.p)).toBeLessThan(1e-7);
    expect(relative(estimate?.ci[0] ?? NaN, expected.ci95[0])).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.ci[1] ?? NaN, expected.ci95[1])).toBeLessThan(TOLERANCE);
  });

  it("iv-type with given nuisances: DoubleML's estimate and error", async () => {
    const { arrays, expected } = cases.get("plr/IV-type") as InferenceCase;
    const panel = panelOf(arrays);
    const [row] = await runOn(panel, {
      tables: [{ id: "t", columns: [{ outcome: "y", treatment: "d", score: "iv-type", learner: { l: { column: "l_hat" }, m: { column: "m_hat" }, g: { column: "g_hat" } }, constant: false, errors: "hc0", folds: { k: 2 } }] }],
    });
    expect(relative(row?.estimate?.coef ?? NaN, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(row?.estimate?.se ?? NaN, expected.se)).toBeLessThan(TOLERANCE);
  });

  it.each(["HC1", "cluster"])("ddml's final stage with a constant, %s: statsmodels' digits", (kind) => {
    const { arrays, expected } = cases.get(`ddml-final-stage/${kind}`) as InferenceCase;
    const y = Float64Array.from(arrays["y_res"] ?? []);
    const d = Float64Array.from(arrays["d_res"] ?? []);
    const codes = Int32Array.from(arrays["cluster"] ?? []);
    const ones = new Float64Array(y.length).fill(1);
    const stage = finalStage(y, [ones, d], [ones, d]);
    const clusters = [{ codes, levels: Math.max(...codes) + 1 }];
    const errors = standardErrors(stage, kind === "HC1" ? { kind: "hc1", parameters: 2 } : { kind: "cluster", clusters, rule: "cgm", correction: true, parameters: 2 });
    expect(relative(stage.coefficients[1] ?? NaN, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(stage.coefficients[0] ?? NaN, expected.constant)).toBeLessThan(1e-8); // a hundredth of theta: two digits fewer
    expect(relative(errors[1] ?? NaN, expected.se)).toBeLessThan(TOLERANCE);
    expect(relative(errors[0] ?? NaN, expected.constant_se)).toBeLessThan(TOLERANCE);
  });
});

it("the normal quantile behind intervals is the one of tables", async () => {
  const special = createSpecial((await createEngine()).kernels);
  expect(special.normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
});
