import { describe, expect, it } from "vitest";
import { hasShared, sharedData, sharedJson, skipReason } from "../helpers/shared.js";
import { readPanel, runOn } from "../helpers/study.js";

interface CertCase {
  readonly data: string;
  readonly model: string;
  readonly score: string | null;
  readonly outcome: string;
  readonly treatment: string;
  readonly instrument: string | null;
  readonly controls: readonly string[];
  readonly coef: number;
  readonly se: number;
  readonly no_always_takers?: true;
  readonly stata_with_constant?: Readonly<Record<string, number>>;
  readonly python_full_sample_p_hat?: { readonly coef: number; readonly se?: number };
}

const cases = hasShared ? sharedJson<{ cases: readonly CertCase[] }>("ddml_cert.json").cases : [];

/** Stata prints so many decimals; the last may be rounded. */
const PRINTED = 0.6e-5;

describe.skipIf(!hasShared)(`ddml's certification (${hasShared ? `${cases.length} estimates on three data sets` : skipReason})`, () => {
  it.each(cases)("$data, $model $score: DoubleML's digits, and the variants of Stata and Python", async (one) => {
    const panel = await readPanel(sharedData(`cert/${one.data.replace(".dta", ".csv")}`), one.data, {});
    const kinds = Object.keys(one.stata_with_constant ?? {}).filter((kind) => kind !== "coef");
    const wholeSample = one.python_full_sample_p_hat;
    const columns = [plain(one), ...kinds.map((errors) => ({ errors })), ...(wholeSample === undefined ? [] : [{ treatedShare: "sample" }])];
    const [own, ...variants] = await runOn(panel, { base: baseOf(one), tables: [{ id: "t", columns }] });
    expect(Math.abs((own?.estimate?.coef ?? NaN) / one.coef - 1)).toBeLessThan(1e-7);
    expect(Math.abs((own?.estimate?.se ?? NaN) / one.se - 1)).toBeLessThan(1e-7);
    kinds.forEach((kind, i) => {
      const stata = one.stata_with_constant ?? {};
      const { estimate } = variants[i] ?? {};
      expect(Math.abs((estimate?.coef ?? NaN) - (stata["coef"] ?? NaN))).toBeLessThan(digits(stata["coef"]));
      expect(Math.abs((estimate?.se ?? NaN) - (stata[kind] ?? NaN)), kind).toBeLessThan(digits(stata[kind]));
    });
    if (wholeSample === undefined) return;
    const python = variants.at(-1)?.estimate;
    expect(Math.abs((python?.coef ?? NaN) - wholeSample.coef)).toBeLessThan(digits(wholeSample.coef));
    if (wholeSample.se !== undefined) expect(Math.abs((python?.se ?? NaN) - wholeSample.se)).toBeLessThan(digits(wholeSample.se));
  });
});

/** Least squares for outcomes, logit for propensities, none clipped. */
function baseOf(one: CertCase): object {
  const learner = one.model === "irm" ? { g: "ols", m: "logit" } : one.model === "iivm" ? { g: "ols", r: "logit", m: "logit" } : "ols";
  return {
    model: one.model, outcome: one.outcome, treatment: one.treatment, controls: one.controls, learner, folds: { column: "fold" },
    clip: 1e-12, treatedShare: "fold", alwaysTakers: one.no_always_takers !== true,
    ...(one.score === null ? {} : { score: one.score }),
    ...(one.instrument === null ? {} : { instrument: one.instrument }),
  };
}

function plain({ model }: CertCase): object {
  return model === "irm" || model === "iivm" ? {} : { constant: false, errors: "hc0" };
}

/** Half a unit of the last decimal that the reference gives. */
function digits(value: number | undefined): number {
  const decimals = (String(value).split(".")[1] ?? "").length;
  return Math.max(PRINTED * 10 ** (5 - decimals), 1e-9);
}
