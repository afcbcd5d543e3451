/**
 * Romano and Wolf's (2005) step-down p values of very many estimates, as inference/joint/stepDown.ts has them of a few,
 * from one draw at a time. K numbers are kept, not K B.
 */
export interface StepDownCount {
  /** Takes one draw of all t statistics, by estimate. O(K). Gives the largest |t|. */
  readonly add: (t: Float64Array) => number;
  /** By estimate: adjusted p values, multiples of 1 / draws. */
  readonly pValues: () => Float64Array;
}

/** t: the statistics of the data. */
export function createStepDown(t: Float64Array): StepDownCount {
  const size = t.map(Math.abs);
  const ascending = Uint32Array.from(size, (_, k) => k).sort((a, b) => (size[a] ?? NaN) - (size[b] ?? NaN) || b - a);
  const reached = new Float64Array(t.length);
  let draws = 0;
  return {
    add(drawn) {
      draws++;
      let most = 0;
      for (let j = 0; j < ascending.length; j++) {
        const k = ascending[j] ?? 0;
        most = Math.max(most, Math.abs(drawn[k] ?? NaN));
        if (most >= (size[k] ?? NaN)) reached[k] = (reached[k] ?? NaN) + 1;
      }
      return most;
    },
    pValues() {
      const p = new Float64Array(t.length);
      let before = 0;
      for (let j = ascending.length - 1; j >= 0; j--) {
        const k = ascending[j] ?? 0;
        p[k] = before = Math.max(before, (reached[k] ?? NaN) / draws);
      }
      return p;
    },
  };
}
