import { EstimationError } from "../../errors.js";
import { weightedMean } from "../../learners/weights.js";
import { bSpline } from "./bSpline.js";
import type { TermChoice } from "../../study/postEstimation.js";
import { evenKnots } from "./knots.js";
import { naturalSpline } from "./naturalSpline.js";

/** Columns along which an effect may differ, one a coefficient. */
export interface Basis {
  readonly names: readonly string[];
  /** Each with one number per row or per point. */
  readonly columns: readonly Float64Array[];
}

/** Values by column: of the sample's rows, or of the points where an effect is asked for. Levels are codes. */
export type Values = Readonly<Record<string, Float64Array>>;

/** One or several functions of columns. What they need of the sample (knots, means) they hold, so they can be had at any point. */
export interface Term {
  readonly names: readonly string[];
  /** Throws an EstimationError for values where a function is not defined. */
  evaluate(values: Values): readonly Float64Array[];
}

export type { TermChoice } from "../../study/postEstimation.js";

/**
 * The functions of a choice, fitted to the sample's values.
 * constant: one. polynomial: powers 1 .. degree of the column, or of the column less its mean under `weights` (null: all one). levels: 0/1 by level, the
 * first left out as the reference. bspline: as patsy's `bs`. natural: natural cubic splines. product: each with each.
 * All but the products leave the constant out, so that it may stand beside them.
 */
export function termOf(choice: TermChoice, sample: Values, weights: Float64Array | null = null): Term {
  switch (choice.kind) {
    case "constant":
      return { names: ["constant"], evaluate: (values) => [new Float64Array(lengthOf(values)).fill(1)] };
    case "polynomial":
      return polynomial(choice.column, choice.degree, choice.centre ? weightedMean(column(sample, choice.column), weights) : 0);
    case "levels":
      return levels(choice.column, choice.labels);
    case "bspline":
      return ofColumn(choice.column, bSpline(evenKnots(column(sample, choice.column), choice.knots, choice.degree - 1), choice.degree), "bs");
    case "natural":
      return ofColumn(choice.column, naturalSpline(evenKnots(column(sample, choice.column), choice.knots, 0)), "ns");
    case "product":
      return product(termOf(choice.of[0], sample, weights), termOf(choice.of[1], sample, weights));
  }
}

/** The columns of several terms at some values. */
export function basisOf(terms: readonly Term[], values: Values): Basis {
  return { names: terms.flatMap((term) => term.names), columns: terms.flatMap((term) => term.evaluate(values)) };
}

function polynomial(name: string, degree: number, centre: number): Term {
  const base = centre === 0 ? name : `(${name} - mean)`;
  const powers = Array.from({ length: degree }, (_, j) => j + 1);
  return {
    names: powers.map((power) => (power === 1 ? base : `${base}^${power}`)),
    evaluate: (values) => powers.map((power) => column(values, name).map((value) => powerOf(value - centre, power))),
  };
}

/** By multiplication: the host's power may differ between machines. */
function powerOf(value: number, power: number): number {
  let result = 1;
  for (let j = 0; j < power; j++) result *= value;
  return result;
}

function levels(name: string, labels: readonly string[]): Term {
  const others = labels.slice(1);
  return {
    names: others.map((label) => `${name} = ${label}`),
    evaluate: (values) => others.map((_, j) => column(values, name).map((code) => (code === j + 1 ? 1 : 0))),
  };
}

function ofColumn(name: string, functions: (values: Float64Array) => readonly Float64Array[], short: string): Term {
  const count = functions(new Float64Array(0)).length;
  return {
    names: Array.from({ length: count }, (_, j) => `${short}(${name}) ${j + 1}`),
    evaluate: (values) => functions(column(values, name)),
  };
}

function product(a: Term, b: Term): Term {
  return {
    names: a.names.flatMap((one) => b.names.map((other) => `${one} x ${other}`)),
    evaluate: (values) => {
      const others = b.evaluate(values);
      return a.evaluate(values).flatMap((one) => others.map((other) => one.map((value, i) => value * (other[i] ?? NaN))));
    },
  };
}

function column(values: Values, name: string): Float64Array {
  const found = values[name];
  if (found === undefined) throw new Error(`No values of ${name}.`);
  if (found.some(Number.isNaN)) {
    throw new EstimationError("missing-moderator", `\`${name}\` has missing values, so the effect along it is not known in their rows. Leave them out by \`where\`.`);
  }
  return found;
}

function lengthOf(values: Values): number {
  return Object.values(values)[0]?.length ?? 0;
}
