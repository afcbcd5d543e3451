/** Bias, spread and coverage of a cell from its sums; shares are of the draws that gave an estimate. */
export function summaryOf({ draws, failed, error, square, se, covers, alarms }) {
  const estimates = draws - failed;
  return { draws, failed, bias: error / estimates, rmse: Math.sqrt(square / estimates), se: se / estimates, covers: covers / estimates, alarms: alarms / estimates };
}
