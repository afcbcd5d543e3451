import { inverted, product } from "../helpers/leastSquares.js";

/** Takes out of columns, at some rows, all that a level or a slope of each level explains: by explicit dummies. */
export type Residuals = (columns: readonly Float64Array[]) => readonly Float64Array[];

/** The written effects as dense columns: `a`, `a*b`, `a#t`. */
export function dummiesOf(columns: Record<string, number[]>, effects: readonly string[]): readonly Float64Array[] {
  return effects.flatMap((effect) => {
    const [levels = "", slope] = effect.split("#");
    const labels = columns["y"]!.map((_, i) => levels.split("*").map((name) => columns[name]![i]).join(" "));
    return [...new Set(labels)].map((label) => Float64Array.from(labels, (own, i) => (own === label ? (slope === undefined ? 1 : columns[slope]![i]!) : 0)));
  });
}

/**
 * Weighted residuals by Gram and Schmidt, twice, over the rows that a mask holds; other rows are zero. Columns come back
 * times the root of the weights. What is left of a dummy below 1e-9 of it is one that the others determine.
 */
export function residualsOf(dummies: readonly Float64Array[], weights: readonly number[], rows: (i: number) => boolean): Residuals {
  const rooted = (column: Float64Array): Float64Array => column.map((value, i) => (rows(i) ? value * Math.sqrt(weights[i]!) : 0));
  const basis: Float64Array[] = [];
  const without = (column: Float64Array): Float64Array => {
    let left = column;
    for (const q of [...basis, ...basis]) {
      const share = product(q, left);
      left = left.map((value, i) => value - share * q[i]!);
    }
    return left;
  };
  for (const dummy of dummies.map(rooted)) {
    const left = without(dummy);
    const size = Math.sqrt(product(left, left));
    if (size > 1e-9 * Math.sqrt(product(dummy, dummy))) basis.push(left.map((value) => value / size));
  }
  return (columns) => columns.map((column) => without(rooted(column)));
}

/** A panel on which everything linear can be computed with explicit dummies. */
export interface Explicit {
  /** M over all rows; columns come back times the root of the weights. */
  readonly demean: Residuals;
  /** Out-of-fold predictions x'b of a target, b from the demeaned training rows of each fold. */
  readonly predict: (target: Float64Array) => Float64Array;
}

/** Least squares on some controls within each fold, with explicit dummies. */
export function explicit(columns: Record<string, number[]>, effects: readonly string[], controls: readonly string[], folds: readonly number[]): Explicit {
  const dummies = dummiesOf(columns, effects);
  const weights = columns["weight"]!;
  const x = controls.map((name) => Float64Array.from(columns[name]!));
  const distinct = [...new Set(folds)];
  const training = new Map(distinct.map((fold) => [fold, residualsOf(dummies, weights, (i) => folds[i] !== fold)]));
  return {
    demean: residualsOf(dummies, weights, () => true),
    predict: (target) => {
      const slopes = new Map(distinct.map((fold) => {
        const [y, ...left] = training.get(fold)!([target, ...x]) as [Float64Array, ...Float64Array[]];
        const inverse = inverted(left.map((a) => left.map((b) => product(a, b))));
        const moments = left.map((a) => product(a, y));
        return [fold, inverse.map((row) => row.reduce((sum, value, j) => sum + value * moments[j]!, 0))] as const;
      }));
      return target.map((_, i) => slopes.get(folds[i]!)!.reduce((sum, b, j) => sum + b * x[j]![i]!, 0));
    },
  };
}

/** theta of sum z (y - x theta) = 0, several treatments; more instruments than treatments: two-stage least squares. */
export function solved(y: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[]): readonly number[] {
  const inverse = inverted(z.map((a) => z.map((b) => product(a, b))));
  const first = x.map((column) => {
    const moments = z.map((a) => product(a, column));
    const coefficients = inverse.map((row) => row.reduce((sum, value, j) => sum + value * moments[j]!, 0));
    return column.map((_, i) => coefficients.reduce((sum, b, j) => sum + b * z[j]![i]!, 0));
  });
  const moments = first.map((fitted) => product(fitted, y));
  return inverted(first.map((fitted) => x.map((column) => product(fitted, column)))).map((row) => row.reduce((sum, value, j) => sum + value * moments[j]!, 0));
}
