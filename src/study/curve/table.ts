import type { BootstrapSetting, Specification } from "../specification.js";

/** Types of choices (Del Giudice and Gangestad 2021): as good as each other, of unknown rank, or about other rows or effects. */
export const CHOICE_GROUPS = ["equivalent", "uncertain", "different sample"] as const;

/** One of these types. */
export type ChoiceGroup = (typeof CHOICE_GROUPS)[number];

/** One choice that a curve varies. */
export interface CurveDimension {
  readonly name: string;
  /** Null: nobody said. */
  readonly group: ChoiceGroup | null;
  /** The labels, in the order of the study. */
  readonly options: readonly string[];
}

/** In place of an option's index: an included specification has something else there than the dimension's options. */
export const OTHER = 0xffff;

/**
 * A specification curve: thousands of specifications, made when they are asked for. Their order is that of the cross
 * product, the last dimension running fastest, and then of what is included.
 */
export interface CurveTable {
  readonly kind: "curve";
  readonly id: string;
  readonly title: string;
  readonly dimensions: readonly CurveDimension[];
  /** How all specifications are judged together. */
  readonly inference: BootstrapSetting;
  /** How many specifications. */
  readonly size: number;
  /** 0-based number of the preferred specification; null: none is named. */
  readonly preferred: number | null;
  /** Numbers of a few specifications in which each option, and all that is included, stands at least once, ascending. */
  readonly covering: readonly number[];
  /** By dimension: the options of a specification that it sets. */
  readonly sets: readonly (readonly string[])[];
  /** Number `i`, from 0; its id is `curve1.1` for the first. Throws an InputError where its options do not go together. Cost: some 20 microseconds. */
  readonly specification: (i: number) => Specification;
  /** By dimension: the index of its option, or `OTHER`. */
  readonly choices: (i: number) => Uint16Array;
  /** Where an option of number `i` is written, for messages. */
  readonly place: (i: number, option: string) => string;
}

/** What an option is called; of what is included and is none of the options, `(other)`. */
export function optionLabel({ options }: CurveDimension, index: number): string {
  return options[index] ?? ELSEWHERE;
}

/** In place of a label, where an included specification has none of the options. */
export const ELSEWHERE = "(other)";
