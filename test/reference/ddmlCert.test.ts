import { describe, expect, it } from "vitest";
import { hasShared, sharedData, sharedJson, skipReason } from "../helpers/shared.js";
import { readPanel, runOn } from "../helpers/study.js";

interface CertCase {
  readonly data: string;
  readonly model: string;
  readonly outcome: string;
  readonly treatment: string;
  readonly controls: readonly string[];
  readonly coef: number;
  readonly se: number;
  readonly stata_with_constant?: Readonly<Record<string, number>>;
}

const cases = hasShared ? sharedJson<{ cases: readonly CertCase[] }>("ddml_cert.json").cases.filter((one) => one.model === "plr") : [];

/** Stata prints so many decimals; the last may be rounded. */
const PRINTED = 0.6e-5;

describe.skipIf(!hasShared)(`ddml's certification, PLR with OLS nuisances (${hasShared ? `${cases.length} data sets` : skipReason})`, () => {
  it.each(cases)("$data: DoubleML's digits without a constant, Stata's with one", async (one) => {
    const panel = await readPanel(sharedData(`cert/${one.data.replace(".dta", ".csv")}`), one.data, {});
    const base = { outcome: one.outcome, treatment: one.treatment, controls: one.controls, learner: "ols", folds: { column: "fold" } };
    const kinds = Object.keys(one.stata_with_constant ?? {}).filter((kind) => kind !== "coef");
    const columns = [{ constant: false, errors: "hc0" }, ...kinds.map((errors) => ({ errors }))];
    const [plain, ...withConstant] = await runOn(panel, { base, tables: [{ id: "t", columns }] });
    expect(Math.abs((plain?.estimate?.coef ?? NaN) / one.coef - 1)).toBeLessThan(1e-7);
    expect(Math.abs((plain?.estimate?.se ?? NaN) / one.se - 1)).toBeLessThan(1e-7);
    withConstant.forEach((row, i) => {
      const kind = kinds[i] ?? "";
      const stata = one.stata_with_constant ?? {};
      expect(Math.abs((row.estimate?.coef ?? NaN) - (stata["coef"] ?? NaN))).toBeLessThan(digits(stata["coef"]));
      expect(Math.abs((row.estimate?.se ?? NaN) - (stata[kind] ?? NaN)), kind).toBeLessThan(digits(stata[kind]));
    });
  });
});

/** Half a unit of the last decimal that the reference gives. */
function digits(value: number | undefined): number {
  const decimals = (String(value).split(".")[1] ?? "").length;
  return Math.max(PRINTED * 10 ** (5 - decimals), 1e-9);
}
