import type { KnotSequence } from "./knots.js";

/**
 * Natural cubic splines at some values, without the constant: inner knots + 1 columns, linear outside the range.
 * Values are in units of the range, from its lower end. Cost: O(knots) a value.
 * Source: Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, equations 5.4 and 5.5.
 */
export function naturalSpline({ lower, upper, inner }: KnotSequence): (values: Float64Array) => readonly Float64Array[] {
  const range = upper - lower;
  const knots = [0, ...inner.map((knot) => (knot - lower) / range)];
  const last = knots.at(-1) ?? NaN;
  return (values) => {
    const x = values.map((value) => (value - lower) / range);
    const bends = knots.slice(0, -1).map((knot) => x.map((value) => bend(value, knot) - bend(value, last)));
    return [x, ...bends];
  };
}

/** (x - k)^3 above the knot, made linear above the range's end at 1. */
function bend(x: number, knot: number): number {
  return (cube(x - knot) - cube(x - 1)) / (1 - knot);
}

/** The cube of what is above zero. */
function cube(x: number): number {
  return x > 0 ? x * x * x : 0;
}
