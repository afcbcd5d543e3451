import { type ChoiceGroup, type CurveRows, OTHER } from "./rows.js";

/** What the specifications of a family have in common. */
export type FamilyName =
  | { readonly kind: "all" }
  /** Choices of one type vary, all others are as in the preferred specification. */
  | { readonly kind: "group"; readonly group: ChoiceGroup }
  | { readonly kind: "option"; readonly dimension: string; readonly option: string };

/** Specifications that are summarised together. */
export interface Family {
  readonly name: FamilyName;
  /** Places in the list of those that are judged, ascending; one at least. */
  readonly members: Uint32Array;
}

const GROUPS: readonly ChoiceGroup[] = ["equivalent", "uncertain", "different sample"];

/**
 * The families of a curve: all; by type of choice (Del Giudice and Gangestad 2021, whose advice is never to mix them);
 * by option of each dimension. A type needs a preferred specification, which says what the other choices are, and two
 * members; a dimension two options. judged: numbers of the specifications that have an estimate.
 */
export function familiesOf(rows: CurveRows, judged: Uint32Array): readonly Family[] {
  const all: Family = { name: { kind: "all" }, members: judged.map((_, place) => place) };
  return [all, ...GROUPS.flatMap((group) => groupFamily(rows, judged, group)), ...rows.dimensions.flatMap((_, d) => optionFamilies(rows, judged, d))];
}

function groupFamily(rows: CurveRows, judged: Uint32Array, group: ChoiceGroup): readonly Family[] {
  const { dimensions, preferred } = rows;
  const varied = dimensions.filter((one) => one.group === group).length;
  if (preferred === null || varied === 0 || varied === dimensions.length) return [];
  const isAsPreferred = (i: number): boolean => dimensions.every((one, d) => one.group === group ? optionAt(rows, i, d) !== OTHER : optionAt(rows, i, d) === optionAt(rows, preferred, d));
  const members = placesOf(judged, isAsPreferred);
  return members.length < 2 ? [] : [{ name: { kind: "group", group }, members }];
}

function optionFamilies(rows: CurveRows, judged: Uint32Array, d: number): readonly Family[] {
  const { name = "", options = [] } = rows.dimensions[d] ?? {};
  const found = options.map((option, o): Family => ({ name: { kind: "option", dimension: name, option }, members: placesOf(judged, (i) => optionAt(rows, i, d) === o) }));
  const present = found.filter(({ members }) => members.length > 0);
  return present.length < 2 ? [] : present;
}

/** The option of a specification in a dimension, or `OTHER`. */
export function optionAt({ choices, dimensions }: Pick<CurveRows, "choices" | "dimensions">, i: number, d: number): number {
  return choices[i * dimensions.length + d] ?? OTHER;
}

function placesOf(judged: Uint32Array, isMember: (i: number) => boolean): Uint32Array {
  return judged.map((_, place) => place).filter((place) => isMember(judged[place] ?? 0));
}
