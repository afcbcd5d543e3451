import type { CurveTable } from "../study/curve/table.js";

/** Options of a specification, those first on which most of its work hangs: rows, then folds, then features. */
const SLOW: readonly (readonly string[])[] = [
  ["where", "prepare", "missing", "weights"],
  ["fixedEffects", "encode", "factors"],
  ["folds", "seed", "repetitions"],
  ["degree", "controls"],
  ["learner", "model", "score", "instrument", "treatment", "outcome"],
];
/** What changes no nuisance. */
const FAST = ["errors", "distribution", "convention", "level", "aggregate", "constant", "rounds"];

/**
 * The order in which a curve is estimated: specifications that share nuisances stand together, so that these are at hand.
 * Dimensions that change the rows move slowest, those that change errors alone fastest; what is included comes last.
 * `chosen`: 1 for those that are wanted; all unless given.
 */
export function executionOrder(table: CurveTable, chosen?: ArrayLike<number>): Uint32Array {
  const dimensions = [...table.dimensions.keys()].sort((a, b) => speed(table.sets[a] ?? []) - speed(table.sets[b] ?? []) || a - b);
  const width = dimensions.length;
  const choices = new Uint16Array(table.size * width);
  for (let i = 0; i < table.size; i++) {
    const own = table.choices(i);
    dimensions.forEach((d, place) => (choices[i * width + place] = own[d] ?? 0));
  }
  return Uint32Array.from({ length: table.size }, (_, i) => i).filter((i) => chosen === undefined || chosen[i] === 1).sort((a, b) => {
    for (let place = 0; place < width; place++) {
      const difference = (choices[a * width + place] ?? 0) - (choices[b * width + place] ?? 0);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
}

/** A dimension is as slow as the slowest option that it sets. */
function speed(sets: readonly string[]): number {
  return Math.min(...sets.map((option) => {
    const slow = SLOW.findIndex((options) => options.includes(option));
    return slow >= 0 ? slow : FAST.includes(option) ? SLOW.length + 1 : SLOW.length;
  }), SLOW.length + 1);
}
