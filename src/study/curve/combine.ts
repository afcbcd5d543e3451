import type { Json } from "../../json.js";
import { record, type Written } from "../written.js";
import { type Dimension, setBy } from "./dimensions.js";

/**
 * What two options say, together: conditions of `where` must both hold, and mappings such as `learner: { l: rf }` and
 * `learner: { m: ols }` become one. Null: they say different things of the same.
 */
function joined(key: string, a: Json | undefined, b: Json): Json | null {
  if (a === undefined) return b;
  if (key === "where") return `(${a as string}) & (${b as string})`;
  if (!isMapping(a) || !isMapping(b)) return null;
  const [own, other] = [record(a), record(b)];
  return Object.keys(other).some((inner) => own[inner] !== undefined) ? null : { ...own, ...other };
}

function isMapping(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The options that a combination of choices sets, beside the base. */
export function partsOf(dimensions: readonly Dimension[], choices: ArrayLike<number>): Written {
  const together: Record<string, Json> = {};
  dimensions.forEach(({ options }, d) => {
    for (const [key, value] of Object.entries(options[choices[d] ?? 0]?.part ?? {})) together[key] = joined(key, together[key], value) ?? value;
  });
  return together;
}

/** Two dimensions of which one would overrule the other, and the option that both set; null: there are none. */
export function clashOf(dimensions: readonly Dimension[]): { readonly first: Dimension; readonly second: Dimension; readonly option: string } | null {
  for (const [i, second] of dimensions.entries()) {
    for (const first of dimensions.slice(0, i)) {
      for (const option of setBy(first)) {
        const [a, b] = [valuesOf(first, option), valuesOf(second, option)];
        if (a.some((one) => b.some((other) => joined(option, one, other) === null))) return { first, second, option };
      }
    }
  }
  return null;
}

function valuesOf({ options }: Dimension, option: string): readonly Json[] {
  return options.flatMap(({ part }) => (part[option] === undefined ? [] : [part[option]]));
}
