import { liesWithin } from "./checks.js";
import type { FoldPlan } from "./folds.js";
import { hashNumbers } from "./keys.js";
import { createMemo } from "./memo.js";
import type { Context } from "./nuisances.js";
import type { Effect } from "./task.js";

/**
 * The effects by which all residuals together are demeaned. Each fold's g has a level of its own; it falls out only
 * if some effect lies within the folds, else the fold joins as an effect. A control that is constant within the
 * levels of an effect lets g move by any function of that effect, so there fold x effect joins. Slopes take no level.
 */
export function absorbedBy(context: Context, folds: FoldPlan): readonly Effect[] {
  const { effects, raw } = context;
  const levels = effects.filter((effect) => effect.slope === undefined);
  const joins = levels.filter((effect) => raw.some((feature) => isConstantWithin(feature.values, effect)) && !liesWithin(effect.codes, folds.folds));
  const extra = joins.map((effect) => foldTimes(folds, effect));
  const covered = joins.length > 0 || levels.some((effect) => liesWithin(effect.codes, folds.folds));
  return covered ? [...effects, ...extra] : [...effects, foldTimes(folds, null)];
}

const constant = createMemo<boolean>();

function isConstantWithin(values: Float64Array, { codes, levels, key }: Effect): boolean {
  return constant(values, key, () => {
    const first = new Float64Array(levels).fill(NaN);
    return codes.every((code, row) => {
      const value = values[row] ?? NaN;
      if (Number.isNaN(first[code])) first[code] = value;
      return first[code] === value || Number.isNaN(value);
    });
  });
}

function foldTimes(folds: FoldPlan, effect: Effect | null): Effect {
  const numbers = new Map<number, number>();
  const codes = Int32Array.from(folds.folds, (fold, row) => {
    const pair = fold + folds.k * (effect?.codes[row] ?? 0);
    let number = numbers.get(pair);
    if (number === undefined) numbers.set(pair, (number = numbers.size));
    return number;
  });
  const name = effect === null ? "fold" : `fold*${effect.name}`;
  return { name, codes, levels: numbers.size, labels: [], key: hashNumbers(codes) };
}
