import { liesWithin } from "./checks.js";
import { isDetermined, isIdle } from "./determinedControls.js";
import { type Feature, isProduct } from "./features.js";
import type { FoldPlan } from "./folds.js";
import { hashNumbers } from "./keys.js";
import { createMemo } from "./memo.js";
import type { Context } from "./nuisances.js";
import type { Effect } from "./task.js";

/**
 * The effects by which all residuals together are demeaned. Each fold's g has a level of its own; it falls out only
 * if some effect lies within the folds, else the fold joins as an effect. So do those of `freeByFold`.
 */
export function absorbedBy(context: Context, folds: FoldPlan): readonly Effect[] {
  const { effects } = context;
  const extra = freeByFold(context, folds);
  const covered = extra.length > 0 || levelsOf(effects).some((effect) => liesWithin(effect.codes, folds.folds));
  return covered ? [...effects, ...extra] : [...effects, foldTimes(folds, null)];
}

/**
 * Fold x effect for each effect along which the folds' g may move as they like, as the loss removes it: where a control is constant
 * within the effect's levels, or effects determine one together, as unit and year do age, and learners make more of it than itself. Slopes
 * take no level.
 */
export function freeByFold({ specification, effects, raw, determined }: Context, folds: FoldPlan): readonly Effect[] {
  const levels = levelsOf(effects);
  const fixing = (feature: Feature): readonly Effect[] => levels.filter((effect) => isConstantWithin(feature.values, effect));
  const isJoint = !isIdle(specification) && raw.some((feature) => !isProduct(feature) && fixing(feature).length === 0 && isDetermined(feature, effects, determined));
  const free = levels.filter((effect) => isJoint || raw.some((feature) => isConstantWithin(feature.values, effect)));
  return free.filter((effect) => !liesWithin(effect.codes, folds.folds)).map((effect) => foldTimes(folds, effect));
}

function levelsOf(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter((effect) => effect.slope === undefined);
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
