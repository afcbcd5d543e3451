import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { finalStage } from "../../src/inference/finalStage.js";
import { standardErrors } from "../../src/inference/errors/covariance.js";
import type { Group } from "../../src/kernels/design.js";
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
  it.each([...cases.keys()].filter((name) => !name.startsWith("ddml")))("%s with given nuisances: DoubleML's estimate, error, t, p and interval", async (name) => {
    const { arrays, expected } = cases.get(name) as InferenceCase;
    const [row] = await runOn(panelOf(arrays), { tables: [{ id: "t", columns: [columnOf(name, arrays)] }] });
    const estimate = row?.estimate;
    expect(row?.error).toBeNull();
    expect(relative(estimate?.coef ?? NaN, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.se ?? NaN, expected.se)).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.t ?? NaN, expected.t)).toBeLessThan(TOLERANCE);
    // p lies far in the tail, where an error of the tenth digit in t is one of the eighth in p.
    expect(relative(estimate?.p ?? NaN, expected.p)).toBeLessThan(1e-7);
    expect(relative(estimate?.ci[0] ?? NaN, expected.ci95[0])).toBeLessThan(TOLERANCE);
    expect(relative(estimate?.ci[1] ?? NaN, expected.ci95[1])).toBeLessThan(TOLERANCE);
  });

  it.each(["HC1", "cluster", "twoway"])("ddml's final stage with a constant, %s: statsmodels' digits", (kind) => {
    const { arrays, expected } = cases.get(`ddml-final-stage/${kind}`) as InferenceCase;
    const y = Float64Array.from(arrays["y_res"] ?? []);
    const d = Float64Array.from(arrays["d_res"] ?? []);
    const codes = Int32Array.from(arrays["cluster"] ?? []);
    const ones = new Float64Array(y.length).fill(1);
    const stage = finalStage(y, [ones, d], [ones, d]);
    const groupOf = (values: Int32Array): Group => ({ codes: values, levels: Math.max(...values) + 1 });
    const clusters = [groupOf(codes), ...(kind === "twoway" ? [groupOf(Int32Array.from(arrays["cluster2"] ?? []))] : [])];
    const errors = standardErrors(stage, kind === "HC1" ? { kind: "hc1", parameters: 2 } : { kind: "cluster", clusters, rule: "cgm", correction: true, parameters: 2 });
    expect(relative(stage.coefficients[1] ?? NaN, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(stage.coefficients[0] ?? NaN, expected.constant)).toBeLessThan(1e-8); // a hundredth of theta: two digits fewer
    expect(relative(errors[1] ?? NaN, expected.se)).toBeLessThan(TOLERANCE);
    expect(relative(errors[0] ?? NaN, expected.constant_se)).toBeLessThan(TOLERANCE);
  });
});

/** The study's column for a case: each given prediction is its role's learner. */
function columnOf(name: string, arrays: InferenceCase["arrays"]): object {
  const [model = "", score = "", last = ""] = name.split("/");
  const given = Object.keys(arrays).filter((key) => key.endsWith("_hat")).map((key) => [key.replace("_hat", ""), { column: key }]);
  const isClustered = arrays["cluster"] !== undefined;
  return {
    model, score: { "partialling out": "partialling-out", "IV-type": "iv-type" }[score] ?? score, outcome: "y", treatment: "d",
    ...(arrays["z"] === undefined ? {} : { instrument: "z" }),
    learner: Object.fromEntries(given) as object, constant: false, normalizeIpw: last === "normalize_ipw=True",
    ...(isClustered ? { errors: { cluster: ["cluster"] }, convention: "doubleml", folds: { column: "fold" } } : { errors: "hc0", folds: { k: 2 } }),
  };
}

it("the normal quantile behind intervals is the one of tables", async () => {
  const special = createSpecial((await createEngine()).kernels);
  expect(special.normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
});
