import { expect, it } from "vitest";
import { overlapOf } from "../../src/inference/diagnostics/overlap.js";
import type { Effect } from "../../src/inference/repetitions.js";
import { curveTable, groupTable, predictorTable } from "../../src/report/heterogeneity.js";
import { balanceTable, overlapNotes, overlapTable } from "../../src/report/overlap.js";
import { alignRows } from "../../src/report/text.js";

const effect: Effect = { coef: 1.23456, se: 0.5, t: 2.46912, p: 0.0135, ci: [0.25458, 2.21454] };

it("effects by group: a line each, the test and the reasons below", () => {
  const { rows, notes } = groupTable("t", "By zone", {
    groups: [{ label: "east", n: 1200, effect: { ...effect, freedom: null }, error: null }, { label: "west", n: 1, effect: null, error: "It has one row." }],
    equal: { statistic: 3.21, df: 1, freedom: null, p: 0.0732 }, warnings: ["Few."],
  }, 0.95);
  expect(alignRows(rows).split("\n").map((line) => line.replace(/[━─]+/, "-"))).toEqual([
    "-", "Group   Rows         Effect    s.e.     95 % interval", "-",
    "east   1,200       1.2346**  0.5000  [0.2546, 2.2145]", "west       1  not estimated", "-",
  ]);
  expect(notes).toEqual(["* p < 0.10, ** p < 0.05, *** p < 0.01.", "Equal effects: chi-square(1) = 3.21, p = 0.0732.", "west: It has one row.", "Warning: Few."]);
});

it("the predictor and its curve", () => {
  const predictor = predictorTable("t", "T", { n: 9, coefficients: [{ name: "constant", ...effect }], heterogeneity: { statistic: 8, df: 2, freedom: 7, p: 0.0766 } }, 0.9);
  expect(predictor.rows[1]).toEqual(["Effect along", "Effect", "s.e.", "90 % interval"]);
  expect(predictor.rows[3]).toEqual(["constant", "1.2346**", "0.5000", "[0.2546, 2.2145]"]);
  expect(predictor.notes[1]).toBe("The effect is the same everywhere: F(2, 7) = 4.00, p = 0.0766.");
  const curve = curveTable("t", "T", "income", { quantile: 2.8, points: [{ at: 1, ...effect, band: [-0.16544, 2.63456] }] }, 0.95);
  expect(curve.rows[3]).toEqual(["1.000", "1.2346**", "0.5000", "[0.2546, 2.2145]", "[-0.1654, 2.6346]"]);
  expect(curve.notes[1]).toBe("The band covers the whole curve with 95 % probability: 2.800 standard errors to each side.");
});

it("overlap: short lines, and tables of as many lines as there are numbers", () => {
  const treatment = Float64Array.from({ length: 40 }, (_, i) => i % 2);
  const overlap = overlapOf({ treatment, propensity: treatment.map((_, i) => (i < 4 ? 0.001 : 0.5)), clip: 0.01, weights: null, controls: [{ name: "x", values: treatment.map((_, i) => i) }] });
  expect(overlapNotes("d", overlap)).toEqual([
    "Propensities of d: untreated 0.001 to 0.500, treated 0.001 to 0.500; 10.0 % clipped.",
    "Rows and their effective size after weighting: 20 untreated worth 20, 20 treated worth 3.",
  ]);
  expect(overlap.warnings[0]).toMatch("Overlap is poor: 10 % of the propensities were clipped.");
  expect(overlapTable("t", "T", overlap).rows.slice(4, 6)).toEqual([["Least", "0.001", "0.001"], ["1 %", "0.001", "0.001"]]);
  expect(balanceTable("t", "T", overlap).rows[3]?.[0]).toBe("x");
});
