/** Bias, spread and coverage over the draws of a cell; shares are of the draws that gave an estimate. */
export function summaryOf(lines, truth) {
  const estimates = lines.filter(({ error }) => error === undefined);
  const mean = (of) => estimates.reduce((sum, one) => sum + of(one), 0) / estimates.length;
  return {
    draws: lines.length,
    failed: lines.length - estimates.length,
    bias: mean(({ coef }) => coef - truth),
    rmse: Math.sqrt(mean(({ coef }) => (coef - truth) ** 2)),
    se: mean(({ se }) => se),
    covers: mean(({ low, high }) => (low <= truth && truth <= high ? 1 : 0)),
    warns: mean(({ warned }) => (warned ? 1 : 0)),
    checks: mean(({ tripped, unsettled }) => (tripped || unsettled ? 1 : 0)),
  };
}
