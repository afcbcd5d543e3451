import { EstimationError } from "../errors.js";

/** One column of a composite index. */
export interface Indicator {
  readonly name: string;
  /** One number an observation, NaN where missing. */
  readonly values: Float64Array;
  /** 1: more is more of what the index measures; -1: less is. */
  readonly direction: 1 | -1;
}

/** Rows in which every indicator has a number, ascending. */
export function completeRows(indicators: readonly Indicator[]): Uint32Array {
  const count = indicators[0]?.values.length ?? 0;
  return Uint32Array.from({ length: count }, (_, row) => row).filter((row) => indicators.every(({ values }) => Number.isFinite(values[row])));
}

/** Refuses indicators that say nothing: none, a name twice, too few observations. Throws an EstimationError. */
export function checkIndicators(indicators: readonly Indicator[], rows: Uint32Array): void {
  const names = indicators.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new EstimationError("indicator-twice", `\`${twice}\` is an indicator twice: it would count double without being seen to. Name it once, or give it a weight.`);
  if (names.length === 0) throw new EstimationError("no-indicators", "An index needs at least one column.");
  if (rows.length < 2) throw new EstimationError("no-observations", `${rows.length === 0 ? "No row has" : "One row alone has"} a number in all of ${names.map((name) => `\`${name}\``).join(", ")}: an index compares rows.`);
}
