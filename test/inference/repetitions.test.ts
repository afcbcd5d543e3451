import { expect, it } from "vitest";
import { aggregateRepetitions, median } from "../../src/inference/repetitions.js";
import { splitShare } from "../../src/inference/splitShare.js";

const repeated = [
  { coef: 1, se: 0.3 },
  { coef: 2, se: 0.1 },
  { coef: 4, se: 0.2 },
];

it("the median of an even number is the mean of the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

it("stata-median: median estimate, V = median(V_m + (t_m - t)^2)", () => {
  // 0.09 + 1, 0.01 + 0, 0.04 + 4
  expect(aggregateRepetitions(repeated, "stata-median", 100)).toEqual({ coef: 2, se: Math.sqrt(1.09) });
});

it("stata-mean: mean estimate, V the harmonic mean", () => {
  const mean = 7 / 3;
  const terms = repeated.map(({ coef, se }) => 1 / (se * se + (coef - mean) * (coef - mean)));
  const { coef, se } = aggregateRepetitions(repeated, "stata-mean", 100);
  expect(coef).toBeCloseTo(mean, 14);
  expect(se).toBeCloseTo(Math.sqrt(3 / terms.reduce((a, b) => a + b)), 14);
});

it("r: the spread over repetitions is divided by n", () => {
  expect(aggregateRepetitions(repeated, "r", 100).se).toBeCloseTo(Math.sqrt((100 * 0.04 + 4) / 100), 14);
});

it("doubleml: from the median of the upper limits", () => {
  const uppers = [1 + 0.3 * 1.96, 2 + 0.1 * 1.96, 4 + 0.2 * 1.96];
  expect(aggregateRepetitions(repeated, "doubleml", 100).se).toBeCloseTo((median(uppers) - 2) / 1.96, 14);
});

it("one repetition is itself, whatever the rule", () => {
  for (const rule of ["stata-median", "stata-mean", "r", "doubleml"] as const) {
    expect(aggregateRepetitions([{ coef: 1, se: 0.3 }], rule, 100)).toEqual({ coef: 1, se: 0.3 });
  }
});

it("the share of the split is that in what is reported: of the mean it is less than of the median, and settled by fewer repetitions", () => {
  const spread = [{ coef: 1, se: 1 }, { coef: 2, se: 1 }, { coef: 3, se: 1 }];
  const [ofMean, ofMedian] = [splitShare(spread, "stata-mean")!, splitShare(spread, "stata-median")!];
  // Variance 1 over 3 repetitions beside an error of 1: 1/3 / (1/3 + 1).
  expect(ofMean.sentence).toBe("The random split of the folds makes 25.0 % of the variance of the mean over 3 repetitions; about 19 repetitions would bring it to 5 %.");
  expect(ofMedian.sentence).toMatch(/makes 34\.4 % of the variance of the median over 3 repetitions; about 30 repetitions/);
  expect(splitShare(spread, "doubleml")).toEqual(ofMedian);
});
