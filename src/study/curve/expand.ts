import { InputError } from "../../errors.js";
import type { Json } from "../../json.js";
import { escaped, placeOf } from "../lines.js";
import { type ColumnPlace, resolve, type TablePlace } from "../resolve.js";
import { specificationProperties } from "../schema.js";
import type { Specification } from "../specification.js";
import { record, text, type Written } from "../written.js";
import { clashOf, partsOf } from "./combine.js";
import { type Cross, crossOf } from "./cross.js";
import { type Dimension, dimensionAt, type Label, optionAt, readDimensions, type RefuseAt, setBy } from "./dimensions.js";
import { CURVE_OMITS } from "./omitted.js";
import { type CurveTable, OTHER } from "./table.js";

/** An included specification: what it is made of, its own options over that, and where it is written. */
interface Included {
  readonly label: string | null;
  /** As the specification it is made of has them, and as it counts in the curve. */
  readonly from: Uint16Array;
  readonly choices: Uint16Array;
  readonly part: Written;
  readonly pointer: string;
}

/** A table with `curve` as a curve. Every option is tried in one specification; throws an InputError where one cannot be. */
export function expandCurve(table: Written, at: TablePlace): Omit<CurveTable, "inference"> {
  const id = text(table["id"]) ?? "";
  const written = record(table["curve"]);
  const refuse: RefuseAt = (pointer, message) => new InputError(`${placeOf(at.source, `/tables/${at.index}/curve${pointer}`)}: ${message}`);
  const dimensions = readDimensions(written, (name) => Object.hasOwn(specificationProperties(), name), refuse);
  const clash = clashOf(dimensions);
  if (clash !== null) {
    throw refuse(`/vary/${escaped(clash.second.name)}`, `\`${clash.first.name}\` and \`${clash.second.name}\` both set \`${clash.option}\`, so one would overrule the other. Put the two into one dimension.`);
  }
  const cross = crossOf(dimensions, written, refuse);
  const preferred = preferredOf(dimensions, cross, written["preferred"], refuse);
  const included = ((written["include"] ?? []) as readonly Written[]).map((one, i) => includedOf(one, `/include/${i}`, { dimensions, cross, preferred, refuse }));
  const size = cross.size + included.length;
  const choices = (i: number): Uint16Array => included[i - cross.size]?.choices ?? cross.choices(i);
  const shared = { ...at.base, ...record(table["base"]) };
  const place = (i: number, option: string): string => placeOfOption({ at, dimensions, included: included[i - cross.size], choices: choices(i), option });
  const specification = (i: number): Specification => {
    const extra = included[i - cross.size];
    const own = { ...partsOf(dimensions, extra?.from ?? cross.choices(i)), ...extra?.part, ...(extra?.label == null ? {} : { label: extra.label }) };
    const column: ColumnPlace = { ...at, id, column: i, place: (option) => place(i, option) };
    return resolve(withoutOmitted({ ...shared, ...own }), column);
  };
  const covering = coveringOf(dimensions, cross, preferred ?? 0, refuse);
  const curve: Omit<CurveTable, "inference"> = Object.freeze({
    kind: "curve", id, title: text(table["title"]) ?? id, size, preferred, choices, specification, place,
    dimensions: dimensions.map(({ name, group, options }) => ({ name, group, options: options.map(({ label }) => label) })),
    covering: [...covering, ...included.map((_, i) => cross.size + i)],
    sets: dimensions.map(setBy),
  });
  curve.covering.forEach(specification);
  return curve;
}

/** What a curve's rows do not report is not computed. */
function withoutOmitted(options: Written): Written {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !CURVE_OMITS.includes(key)));
}

function preferredOf(dimensions: readonly Dimension[], cross: Cross, written: Json | undefined, refuse: RefuseAt): number | null {
  if (written === undefined) return null;
  const named = namedChoices(dimensions, record(written), "/preferred", refuse);
  const several = dimensions.findIndex(({ options }, d) => named[d] === undefined && options.length > 1 && !isLinkedTo(dimensions, cross, named, d));
  if (several >= 0) throw refuse("/preferred", `\`preferred\` names no option of \`${dimensions[several]?.name ?? ""}\`, so it is several specifications. Name one option of each dimension.`);
  const found = complete(dimensions, cross, named);
  if (found < 0) throw refuse("/preferred", "there is no such specification: it is excluded, or the options of linked dimensions do not go together.");
  return found;
}

/** Whether a dimension's option follows from those that are named: it has one in all kept combinations with these. */
function isLinkedTo(dimensions: readonly Dimension[], cross: Cross, named: readonly (number | undefined)[], d: number): boolean {
  const own = new Set<number>();
  for (let i = 0; i < cross.size && own.size < 2; i++) {
    const choices = cross.choices(i);
    if (dimensions.every((_, other) => named[other] === undefined || named[other] === choices[other])) own.add(choices[d] ?? 0);
  }
  return own.size <= 1;
}

/** The first kept combination with the options that are named; -1: none. */
function complete(dimensions: readonly Dimension[], cross: Cross, named: readonly (number | undefined)[]): number {
  if (dimensions.every((_, d) => named[d] !== undefined)) return cross.find(named as readonly number[]);
  for (let i = 0; i < cross.size; i++) {
    const choices = cross.choices(i);
    if (named.every((option, d) => option === undefined || option === choices[d])) return i;
  }
  return -1;
}

function namedChoices(dimensions: readonly Dimension[], written: Written, pointer: string, refuse: RefuseAt): (number | undefined)[] {
  const named = dimensions.map((): number | undefined => undefined);
  for (const [name, label] of Object.entries(written)) {
    const at = `${pointer}/${escaped(name)}`;
    const d = dimensionAt(dimensions, name, at, refuse);
    named[d] = optionAt(dimensions[d] as Dimension, label as Label, at, refuse);
  }
  return named;
}

interface Including {
  readonly dimensions: readonly Dimension[];
  readonly cross: Cross;
  readonly preferred: number | null;
  readonly refuse: RefuseAt;
}

function includedOf({ label, from, ...part }: Written, pointer: string, { dimensions, cross, preferred, refuse }: Including): Included {
  const named = namedChoices(dimensions, record(from), `${pointer}/from`, refuse);
  const others = preferred === null ? null : cross.choices(preferred);
  const lacking = dimensions.findIndex((_, d) => named[d] === undefined && others === null);
  if (lacking >= 0) throw refuse(pointer, `what is included is made of the preferred specification, and none is named. Add \`preferred\`, or name an option of each dimension under \`from\`: \`${dimensions[lacking]?.name ?? ""}\` lacks.`);
  const own = Uint16Array.from(dimensions, (_, d) => named[d] ?? others?.[d] ?? 0);
  const choices = own.map((option, d) => (setBy(dimensions[d] as Dimension).some((key) => part[key] !== undefined) ? OTHER : option));
  return { label: text(label) ?? null, from: own, choices, part, pointer };
}

/** The preferred (or first) combination with each option in turn; where that is excluded, the first that has the option. */
function coveringOf(dimensions: readonly Dimension[], cross: Cross, centre: number, refuse: RefuseAt): readonly number[] {
  const numbers = new Set([centre]);
  const lacking = new Map<string, readonly [dimension: number, option: number]>();
  const base = cross.choices(centre);
  dimensions.forEach(({ options }, d) => {
    for (const option of options.keys()) {
      const swapped = base.map((own, other) => (other === d ? option : own));
      const found = cross.find(swapped);
      if (found >= 0) numbers.add(found);
      else lacking.set(`${d}.${option}`, [d, option]);
    }
  });
  const cover = (i: number): void => cross.choices(i).forEach((option, d) => lacking.delete(`${d}.${option}`));
  for (const i of numbers) cover(i);
  for (let i = 0; i < cross.size && lacking.size > 0; i++) {
    if (!cross.choices(i).some((option, d) => lacking.has(`${d}.${option}`))) continue;
    numbers.add(i);
    cover(i);
  }
  for (const [d, option] of lacking.values()) {
    const { name, options } = dimensions[d] as Dimension;
    throw refuse("/exclude", `no specification has \`${name}: ${options[option]?.label ?? ""}\`; all are excluded. Leave the option out, or exclude less.`);
  }
  return [...numbers].sort((a, b) => a - b);
}

interface OptionPlace {
  readonly at: TablePlace;
  readonly dimensions: readonly Dimension[];
  readonly included: Included | undefined;
  readonly choices: Uint16Array;
  readonly option: string;
}

/** The line of what is included, of the last dimension that sets an option, of the table's base, or of the study's. */
function placeOfOption({ at, dimensions, included, choices, option }: OptionPlace): string {
  const key = option.split(".")[0] ?? "";
  const own = `/tables/${at.index}`;
  const tail = option.replaceAll(".", "/");
  const varied = dimensions.flatMap(({ name, options }, d) => {
    const chosen = options[(included?.from ?? choices)[d] ?? 0];
    if (chosen?.part[key] === undefined) return [];
    return [`${own}/curve${chosen.pointer}${name === key ? tail.slice(key.length) : `/${tail}`}`];
  });
  const extra = included?.part[key] === undefined ? [] : [`${own}/curve${included.pointer}/${tail}`];
  const bases = [`${own}/base`, "/base"].filter((base) => at.source.lines.has(`${base}/${key}`)).map((base) => `${base}/${tail}`);
  const pointer = extra[0] ?? varied.at(-1) ?? bases[0];
  return pointer === undefined ? placeOf(at.source, `${own}/curve`) : `${placeOf(at.source, pointer)}, \`${option}\``;
}
