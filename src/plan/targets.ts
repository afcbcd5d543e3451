import type { EffectFree, Nuisance } from "../models/model.js";
import { byCopy, copyFloats } from "./copies.js";
import { hashJson, hashNumbers } from "./keys.js";
import type { Context, NuisancePlace } from "./nuisances.js";
import { shareFloats } from "./shared.js";
import { type Effect, type Partialled, type Predictions, type TaskTarget, variableAt } from "./task.js";

/** What is drawn at random depends on what kind of thing is predicted, so that a rescaled outcome draws the same trees. */
export function targetWord(target: Nuisance["target"]): string {
  if (target.kind !== "variable") return target.kind;
  return target.variable.of === "mediator" ? "outcome" : target.variable.of; // it is the treatment's outcome, and elsewhere maybe a table's
}

/** What a task is fitted to, the hash of what determines it, and the tasks whose predictions it needs. */
export interface PlannedTarget {
  readonly taskTarget: TaskTarget;
  readonly targetKey: string;
  readonly needs: readonly string[];
}

/** A nuisance's target over the rows of its design, copies included. */
export function targetOf(context: Context, nuisance: Nuisance, at: NuisancePlace): PlannedTarget {
  const { target, copies } = nuisance;
  const { times } = at;
  const rows = context.sample.rows.length;
  const column = (values: Float64Array, targetKey = hashNumbers(values)): PlannedTarget => ({ taskTarget: { kind: "column", values }, targetKey, needs: [] });
  switch (target.kind) {
    case "residual":
      return residualTarget(context, target, at);
    case "nested": {
      const predictions = predictionsAt(at, target.nuisance);
      return { taskTarget: { kind: "predicted", predictions }, targetKey: predictions.key, needs: predictions.kind === "task" ? [predictions.key] : [] };
    }
    case "variable": {
      const { values, key } = variableAt(context.variables, target.variable);
      return column(times === 1 ? values : copyFloats(values, times), key);
    }
    case "level":
      return column(shareFloats(variableAt(context.variables, target.variable).values.map((value) => (value === target.level ? 1 : 0))));
    case "moved":
      return column(byCopy([0, ...(copies?.by ?? []).map(() => 1)], rows));
    case "functional":
      return column(byCopy(target.weights, rows));
  }
}

/** What predictions leave of a target. */
export function leftOf({ taskTarget, targetKey, needs }: PlannedTarget, predictions: Predictions): PlannedTarget {
  return {
    taskTarget: { kind: "left", of: taskTarget, predictions },
    targetKey: hashJson({ target: targetKey, less: predictions.key }),
    needs: [...new Set([...needs, ...(predictions.kind === "task" ? [predictions.key] : [])])],
  };
}

function residualTarget({ variables, weights, means }: Context, target: EffectFree, at: NuisancePlace): PlannedTarget {
  const partialled = (part: EffectFree["treatments"][number]): Partialled & { readonly key: string } => {
    const { values, key } = variableAt(variables, part.variable);
    return { values, key, predictions: predictionsAt(at, part.nuisance) };
  };
  const outcome = partialled(target.outcome);
  const treatments = target.treatments.map(partialled);
  const instruments = target.instruments?.map(partialled) ?? null;
  const all = [outcome, ...treatments, ...(instruments ?? [])];
  const keysOf = (parts: readonly (Partialled & { readonly key: string })[]): string[][] => parts.map(({ key, predictions }) => [key, predictions.key]);
  return {
    taskTarget: { kind: "residual", outcome, treatments, instruments, absorbed: at.absorbed, means, weights: weights?.values ?? null },
    targetKey: hashJson({
      outcome: keysOf([outcome]), treatments: keysOf(treatments), instruments: instruments === null ? null : keysOf(instruments),
      absorbed: sortedKeys(at.absorbed), means: means?.key ?? null, weights: weights?.key ?? null,
    }),
    needs: all.flatMap(({ predictions }) => (predictions.kind === "task" ? [predictions.key] : [])),
  };
}

/** Of a nuisance that was planned before. */
function predictionsAt(at: NuisancePlace, nuisance: string): Predictions {
  const predictions = at.predictions[nuisance];
  if (predictions === undefined) throw new Error(`A target needs the nuisance ${nuisance}.`);
  return predictions;
}

/** Keys of effects in an order of their own. */
export function sortedKeys(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.key).sort();
}
