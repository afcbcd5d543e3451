import { expect, it } from "vitest";
import type { FirstStage } from "../../src/inference/instruments/firstStage.js";
import { fewGroupsWarnings, weakWarnings } from "../../src/inference/instruments/weak.js";
import { instrumentLines, setText } from "../../src/report/instruments.js";

const test = (f: number) => ({ f, df1: 1, df2: 40, p: 0.0123 });
const strong: FirstStage = {
  coefficients: [0.5], partialR2: 0.1234, f: test(31), robust: test(28.44), conditional: null,
  effective: { f: 28.44, df: 1, critical: [{ bias: 0.05, value: 37.42 }, { bias: 0.1, value: 23.11 }] },
};

it("sets in words", () => {
  expect(setText([[0.02, 0.31]], 2)).toBe("[0.02, 0.31]");
  expect(setText([[-Infinity, -0.4], [1.2, Infinity]], 1)).toBe("(-inf, -0.4] and [1.2, inf)");
  expect(setText([[-Infinity, Infinity]], 1)).toBe("the whole line");
  expect(setText([[3, Infinity]], 1)).toBe("[3.0, inf)");
  expect(setText([], 1)).toBe("empty");
});

it("lines of the notes", () => {
  const checks = {
    firstStages: [strong], endogeneity: test(4.5),
    andersonRubin: { set: [], level: 0.95, statistic: 9, df: 2, freedom: null, p: 0.0111 },
    overidentification: { test: "hansen", statistic: 7.5, df: 1, p: 0.0062 },
  } as const;
  expect(instrumentLines(checks, ["educ"], "clustered", 3)).toEqual([
    "First stage: F 31.0, clustered 28.4, effective 28.4 (23.1 for a bias of 10 %); partial R2 0.123.",
    "Anderson-Rubin 95 % set: empty (no effect fits all instruments: one at least is not valid); no effect: p 0.011.",
    "Hansen J: 7.50, 1 degree of freedom, p 0.006.",
    "Endogeneity of the treatment: F(1, 40) 4.50, p 0.012.",
  ]);
  const several = { ...checks, firstStages: [strong, { ...strong, effective: null, conditional: test(6) }], andersonRubin: null, overidentification: null, endogeneity: null };
  expect(instrumentLines(several, ["a", "b"], "hc1", 3).slice(1)).toEqual(["First stage of b: F 31.0, hc1 28.4, conditional 6.0; partial R2 0.123.", "Anderson-Rubin set: there is none for several treatments."]);
});

it("weak instruments are said to be weak, strong ones are not", () => {
  expect(weakWarnings(["educ"], [strong])).toEqual([]);
  const [effective] = weakWarnings(["educ"], [{ ...strong, effective: { ...strong.effective!, f: 12.3 } }]);
  expect(effective).toBe("The instruments are weak for `educ` (effective F 12.3, below 23.1 for a bias of at most 10 %): the estimate's interval is not to be trusted; the Anderson-Rubin set holds whatever the instruments' strength.");
  const [conditional] = weakWarnings(["educ"], [{ ...strong, effective: null, conditional: test(4) }]);
  expect(conditional).toContain("conditional first-stage F 4.0, below 10");
  expect(weakWarnings(["educ"], [{ ...strong, robust: test(NaN), effective: null }])).toHaveLength(1);
});

it("a set without bounds is not put down to strong instruments, but to few clusters", () => {
  const whole = { set: [[-Infinity, Infinity]], level: 0.95, statistic: 30, df: 6, freedom: 6, p: 0.2 } as const;
  expect(fewGroupsWarnings(whole, [strong])).toEqual([expect.stringContaining("too few clusters or periods to judge 6 instruments")]);
  expect(fewGroupsWarnings({ ...whole, set: [[0, 1]] }, [strong])).toEqual([]);
  expect(fewGroupsWarnings({ ...whole, freedom: null }, [strong])).toEqual([]);
  expect(fewGroupsWarnings(whole, [{ ...strong, effective: null, robust: test(4) }])).toEqual([]);
});
