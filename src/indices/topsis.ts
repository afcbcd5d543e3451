/**
 * Closeness to the ideal (TOPSIS; Hwang and Yoon 1981): d- / (d+ + d-), the distances of a row's weighted values to the
 * largest and the least of each column, divided by the column's length (its root sum of squares). columns: normalised by
 * direction. 0 to 1; 1 for a row that is best in all.
 */
export function closeness(columns: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const shares = columns.map((column, c) => (weights[c] ?? NaN) / (Math.sqrt(column.reduce((sum, value) => sum + value * value, 0)) || 1));
  const best = columns.map((column) => column.reduce((a, b) => Math.max(a, b)));
  const worst = columns.map((column) => column.reduce((a, b) => Math.min(a, b)));
  const distance = (row: number, to: readonly number[]): number => Math.sqrt(columns.reduce((sum, column, c) => {
    const gap = (shares[c] ?? NaN) * ((column[row] ?? NaN) - (to[c] ?? NaN));
    return sum + gap * gap;
  }, 0));
  return Float64Array.from(columns[0] ?? [], (_, row) => {
    const [far, near] = [distance(row, worst), distance(row, best)];
    return far / (far + near);
  });
}
