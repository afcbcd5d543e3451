import { escaped } from "../lines.js";
import { record, type Written } from "../written.js";
import { type Dimension, dimensionAt, type Label, optionAt, type RefuseAt } from "./dimensions.js";

/** The cross product of a curve's dimensions without what is excluded. */
export interface Cross {
  /** How many combinations are kept. */
  readonly size: number;
  /** By dimension, the options of kept combination `i`. */
  choices(i: number): Uint16Array;
  /** Which kept combination has these options; -1: none. */
  find(choices: ArrayLike<number>): number;
}

/** Combinations before anything is excluded: 4 bytes each. */
const MOST = 10_000_000;

/** Dimensions that move together, as one. */
interface Axis {
  readonly dimensions: readonly number[];
  readonly length: number;
  /** How many combinations the axes behind it have. */
  readonly stride: number;
}

/** Crosses the dimensions, the last running fastest; `link` and `exclude` as the study has them. Cost: a few steps a combination and exclusion. */
export function crossOf(dimensions: readonly Dimension[], curve: Written, refuse: RefuseAt): Cross {
  const axes = axesOf(dimensions, (curve["link"] ?? []) as readonly (readonly string[])[], refuse);
  const total = axes.reduce((product, { length }) => product * length, 1);
  if (total > MOST) throw refuse("/vary", `the curve has ${total} combinations, and ${MOST} are the most. Leave out dimensions, or link some.`);
  const choicesAt = (combination: number): Uint16Array => {
    const choices = new Uint16Array(dimensions.length);
    for (const { dimensions: own, length, stride } of axes) for (const d of own) choices[d] = Math.floor(combination / stride) % length;
    return choices;
  };
  const excluded = exclusions(dimensions, (curve["exclude"] ?? []) as readonly Written[], refuse);
  const kept = keptOf(total, excluded, choicesAt);
  if (kept.length === 0) throw refuse("/exclude", "everything is excluded. Leave out an exclusion.");
  return {
    size: kept.length,
    choices: (i) => choicesAt(kept[i] ?? 0),
    find(choices) {
      if (axes.some(({ dimensions: [first = 0, ...others] }) => others.some((d) => choices[d] !== choices[first]))) return -1;
      return place(kept, axes.reduce((sum, { dimensions: [first = 0], stride }) => sum + (choices[first] ?? 0) * stride, 0));
    },
  };
}

function axesOf(dimensions: readonly Dimension[], links: readonly (readonly string[])[], refuse: RefuseAt): readonly Axis[] {
  const linked = links.map((names, l) => names.map((name) => dimensionAt(dimensions, name, `/link/${l}`, refuse)));
  linked.forEach((own, l) => {
    const [first, ...others] = own.map((d) => dimensions[d] as Dimension);
    const odd = others.find(({ options }) => options.length !== first?.options.length);
    if (first !== undefined && odd !== undefined) throw refuse(`/link/${l}`, `\`${first.name}\` has ${first.options.length} options and \`${odd.name}\` ${odd.options.length}; what moves together has as many.`);
    const again = own.find((d) => linked.some((other, o) => o !== l && other.includes(d)));
    if (again !== undefined) throw refuse(`/link/${l}`, `\`${dimensions[again]?.name ?? ""}\` is linked twice. Put all that move with it into one list.`);
  });
  const groups = dimensions.flatMap((_, d) => {
    const own = linked.find((one) => one.includes(d));
    if (own === undefined) return [[d]];
    return Math.min(...own) === d ? [own] : [];
  });
  let stride = 1;
  return groups.toReversed().map((own): Axis => {
    const length = dimensions[own[0] ?? 0]?.options.length ?? 1;
    stride *= length;
    return { dimensions: own, length, stride: stride / length };
  }).toReversed();
}

/** Each: by dimension the options that it names, as a set. */
type Exclusion = readonly (readonly [dimension: number, options: ReadonlySet<number>])[];

function exclusions(dimensions: readonly Dimension[], written: readonly Written[], refuse: RefuseAt): readonly Exclusion[] {
  return written.map((one, e) => Object.entries(record(one)).map(([name, labels]) => {
    const at = `/exclude/${e}/${escaped(name)}`;
    const d = dimensionAt(dimensions, name, at, refuse);
    const own = (Array.isArray(labels) ? labels : [labels]) as readonly Label[];
    return [d, new Set(own.map((label) => optionAt(dimensions[d] as Dimension, label, at, refuse)))] as const;
  }));
}

function keptOf(total: number, excluded: readonly Exclusion[], choicesAt: (combination: number) => Uint16Array): Uint32Array {
  const kept = new Uint32Array(total);
  let next = 0;
  for (let combination = 0; combination < total; combination++) {
    const choices = excluded.length === 0 ? null : choicesAt(combination);
    if (choices === null || !excluded.some((one) => one.every(([d, options]) => options.has(choices[d] ?? -1)))) kept[next++] = combination;
  }
  return kept.slice(0, next);
}

/** Where a value stands in an ascending list; -1: nowhere. */
function place(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === value ? low : -1;
}
