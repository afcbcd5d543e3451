import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { biasEstimate, sensitivityBounds } from "../../src/inference/sensitivity/bounds.js";
import { doublemlElements } from "../../src/inference/sensitivity/doubleml.js";
import type { SensitivityElements } from "../../src/inference/sensitivity/elements.js";
import type { EffectWeights } from "../../src/inference/sensitivity/riesz.js";
import { robustnessValues } from "../../src/inference/sensitivity/robustness.js";
import { createSpecial } from "../../src/kernels/special.js";
import { type Columns, hc0, irmElements, plrElements } from "../helpers/sensitivity.js";
import { hasShared, sharedJson, skipReason } from "../helpers/shared.js";

interface SensitivityCase {
  readonly name: string;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly expected: { readonly theta: number; readonly se: number; readonly sensitivity?: Readonly<Record<"cf_y" | "cf_d" | "rho" | "level" | "rv" | "rva" | "theta_lower" | "theta_upper" | "ci_lower" | "ci_upper", number>> };
}

const cases = hasShared ? sharedJson<{ cases: readonly SensitivityCase[] }>("inference.json").cases.filter((one) => one.expected.sensitivity) : [];
const relative = (a: number, b: number): number => Math.abs(a / b - 1);
const special = createSpecial((await createEngine()).kernels);

/** The files give some ten digits; both sides sum the same numbers in another order. */
const TOLERANCE = 1e-9;
/** DoubleML's robustness values come from scipy's bounded minimiser, which stops within 1e-5 (its default xatol). */
const MINIMISER = 1e-5;

describe.skipIf(!hasShared)(`sensitivity from given nuisances (${hasShared ? "DoubleML 0.11.4" : skipReason})`, () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", (name, { arrays, expected }) => {
    const { elements, effect } = elementsOfCase(name, arrays);
    const wanted = expected.sensitivity!;
    const found = biasEstimate(doublemlElements(elements, effect, null), hc0);
    const quantile = special.normalQuantile(wanted.level);
    const { lower, upper } = sensitivityBounds([found], { cfY: wanted.cf_y, cfD: wanted.cf_d, rho: wanted.rho }, quantile);
    expect(relative(elements.coef, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(hc0(elements.influence), expected.se)).toBeLessThan(TOLERANCE);
    expect(relative(lower.coef, wanted.theta_lower)).toBeLessThan(TOLERANCE);
    expect(relative(upper.coef, wanted.theta_upper)).toBeLessThan(TOLERANCE);
    expect(relative(lower.limit, wanted.ci_lower)).toBeLessThan(TOLERANCE);
    expect(relative(upper.limit, wanted.ci_upper)).toBeLessThan(TOLERANCE);
    const { rv, rva } = robustnessValues([found], { effect: 0, rho: wanted.rho, quantile });
    expect(Math.abs(rv - wanted.rv)).toBeLessThan(MINIMISER);
    expect(Math.abs(rva - wanted.rva)).toBeLessThan(MINIMISER);
  });

  it("there are cases", () => expect(cases.length).toBeGreaterThanOrEqual(5));
});

function elementsOfCase(name: string, arrays: SensitivityCase["arrays"]): { readonly elements: SensitivityElements; readonly effect: EffectWeights | null } {
  const columns: Columns = Object.fromEntries(Object.entries(arrays).map(([key, values]) => [key.replace("_hat", ""), Float64Array.from(values)]));
  if (name.startsWith("plr")) return { elements: plrElements(columns), effect: null };
  const clipped = columns["m"]!.map((m) => Math.min(Math.max(m, 0.01), 0.99));
  const m = name.endsWith("True") ? normalised(clipped, columns["d"]!) : clipped;
  return irmElements(name.includes("ATTE") ? "ATTE" : "ATE", { ...columns, m });
}

/** DoubleML's normalize_ipw: the inverse probabilities of each arm have mean one. */
function normalised(m: Float64Array, d: Float64Array): Float64Array {
  const mean = (of: (value: number, i: number) => number): number => m.reduce((sum, value, i) => sum + of(value, i), 0) / m.length;
  const treated = mean((value, i) => d[i]! / value);
  const untreated = mean((value, i) => (1 - d[i]!) / (1 - value));
  return m.map((value, i) => (d[i] === 1 ? value * treated : 1 - (1 - value) * untreated));
}
