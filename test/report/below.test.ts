import { expect, it } from "vitest";
import { belowCells, belowPair, legendOf } from "../../src/report/below.js";
import { DEFAULT_OUTPUT, type Below } from "../../src/study/output.js";

const NINETY = [{ level: "90 %", columns: ["(1)"] }];
const effect = { coef: 0.5, se: 0.25, t: 2, p: 0.0455, ci: [0.01, 0.99] as const };
const cells = (...below: Below[]): readonly string[] => belowCells(below).map((text) => text(effect, 2));
const legend = (...below: Below[]): readonly string[] => legendOf({ ...DEFAULT_OUTPUT, below }, NINETY);

it("the first stands in parentheses, others by name, intervals in brackets", () => {
  expect(cells("se", "ci")).toEqual(["(0.25)", "[0.01, 0.99]"]);
  expect(cells("ci", "t", "p")).toEqual(["[0.01, 0.99]", "(2.00)", "p = 0.045"]);
  expect(cells("se", "t")).toEqual(["(0.25)", "t = 2.00"]);
  expect(belowCells(["se", "p"]).map((text) => text({ ...effect, p: 1e-9 }, 2))[1]).toBe("p < 0.001");
  expect(belowPair(["t", "p", "ci"]).map((text) => text({ coef: 1, se: 0.5 }, 2))).toEqual(["(2.00)"]);
});

it("the legend says what stands there, and nothing of what does not", () => {
  expect(legend("se", "ci")).toEqual(["Standard errors in parentheses, 90 % confidence intervals in brackets. * p < 0.10, ** p < 0.05, *** p < 0.01."]);
  expect(legend("ci")).toEqual(["90 % confidence intervals in brackets. * p < 0.10, ** p < 0.05, *** p < 0.01."]);
  expect(legendOf({ ...DEFAULT_OUTPUT, below: [], stars: [] }, NINETY)).toEqual([]);
  expect(legendOf({ ...DEFAULT_OUTPUT, below: [], stars: [0.001] }, NINETY)).toEqual(["* p < 0.001."]);
});
