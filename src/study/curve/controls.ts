import type { InputError } from "../../errors.js";
import type { Json } from "../../json.js";
import { escaped } from "../lines.js";
import { record, type Written } from "../written.js";

/** One option of a dimension: its label, and what it sets. */
export interface CurveOption {
  readonly label: string;
  readonly part: Written;
  /** Where it is written, from the dimension on, such as `/sets/few`. */
  readonly pointer: string;
}

/** More sets of controls than these make no curve that anybody reads. */
const MOST = 20_000;

/** Whether `controls` names what is always in, and sets or subsets beside it. */
export function isControlSets(written: Json): boolean {
  const { sets, subsets } = record(written);
  return sets !== undefined || subsets !== undefined;
}

/**
 * The options of `controls: { always, sets }` (each set with what is always in), or of `controls: { always, subsets, upTo }`:
 * every subset of the members, the smaller first, a member being a column or a labelled group of columns.
 */
export function controlOptions(written: Written, refuse: (pointer: string, message: string) => InputError): readonly CurveOption[] {
  const always = (written["always"] ?? []) as readonly string[];
  const option = (label: string, names: readonly string[], pointer: string): CurveOption => ({ label, part: { controls: [...new Set([...always, ...names])] }, pointer });
  if (written["sets"] !== undefined) {
    return Object.entries(record(written["sets"])).map(([label, names]) => option(label, names as readonly string[], `/sets/${escaped(label)}`));
  }
  const members = (written["subsets"] as readonly Json[]).flatMap(membersOf);
  const upTo = Number(written["upTo"] ?? members.length);
  const count = countSubsets(members.length, Math.min(upTo, members.length));
  if (count > MOST) throw refuse("/subsets", `${members.length} members have ${count} subsets of up to ${upTo}; a curve takes ${MOST}. Lower \`upTo\`, or put columns together under one label.`);
  return subsetsOf(members, upTo).map((subset) => option(subset.length === 0 ? "none" : subset.map(({ label }) => label).join(" + "), subset.flatMap(({ names }) => names), "/subsets"));
}

interface Member {
  readonly label: string;
  readonly names: readonly string[];
}

function membersOf(written: Json): readonly Member[] {
  if (typeof written === "string") return [{ label: written, names: [written] }];
  return Object.entries(record(written)).map(([label, names]) => ({ label, names: names as readonly string[] }));
}

/** Sizes ascending; of one size in the order of the members. */
function subsetsOf<T>(members: readonly T[], upTo: number): readonly (readonly T[])[] {
  const bySize: (readonly (readonly number[])[])[] = [[[]]];
  for (let size = 1; size <= Math.min(upTo, members.length); size++) {
    bySize.push((bySize[size - 1] ?? []).flatMap((subset) => Array.from({ length: members.length - 1 - (subset.at(-1) ?? -1) }, (_, i) => [...subset, (subset.at(-1) ?? -1) + 1 + i])));
  }
  return bySize.flat().map((subset) => subset.map((m) => members[m] as T));
}

function countSubsets(members: number, upTo: number): number {
  let [sum, ways] = [1, 1];
  for (let size = 1; size <= upTo; size++) {
    ways = (ways * (members - size + 1)) / size;
    sum += ways;
  }
  return sum;
}
