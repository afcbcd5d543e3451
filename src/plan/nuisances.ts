import type { Design } from "../kernels/design.js";
import type { Json } from "../json.js";
import type { Learner } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import type { Nuisance } from "../models/model.js";
import { controlsOf, type LearnerSource, type NuisanceSource, type Specification, type StackSource } from "../study/specification.js";
import { liesWithin } from "./checks.js";
import { checkClasses, checkMissing, checkTuning } from "./learnerChecks.js";
import { designOf, type Feature } from "./features.js";
import { type FoldPlan, innerFoldPlan } from "./folds.js";
import { hashJson, hashNumbers, NUMERICS, streamOf } from "./keys.js";
import type { Levels, Sample, Values } from "./sample.js";
import type { Effect, JudgedRows, Predictions, Task, TaskTarget, Variable } from "./task.js";
import { candidatesOf } from "./tune.js";

/** One specification on its sample, while its nuisances are planned. */
export interface Context {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly effects: readonly Effect[];
  readonly units: Int32Array | null;
  readonly weights: Values | null;
  readonly tasks: Map<string, Task>;
  readonly outcome: Variable;
  readonly treatment: Variable;
  readonly raw: readonly Feature[];
  readonly demeaned: readonly Feature[];
  /** Designs made so far, by what they hold. */
  readonly designs: Map<string, Design>;
}

/** Where a nuisance stands. */
export interface NuisancePlace {
  readonly folds: FoldPlan;
  readonly absorbed: readonly Effect[];
  /** Those planned before. */
  readonly predictions: Readonly<Record<string, Predictions>>;
  readonly repetition: number;
  /** The training folds that this one lies within, outermost first: none for the nuisance itself. */
  readonly inner: readonly number[];
}

/** Adds the tasks of a nuisance, unless they are there, and says where its predictions come from. */
export function planNuisance(context: Context, source: NuisanceSource, nuisance: Nuisance, at: NuisancePlace): Predictions {
  const { specification } = context;
  switch (source.kind) {
    case "column":
      return { kind: "given", ...context.sample.numbers(source.column) };
    case "learner":
      return planLearner(context, source, nuisance, at);
    case "stack": {
      const labels = numbered(source.learners.map((one) => (one.kind === "tuned" ? `${one.learner.name} tuned` : one.name)));
      return planStack(context, source, labels, nuisance, at);
    }
    case "tuned": {
      checkTuning(specification.encode, source);
      const candidates = candidatesOf(source, specification.seed);
      const stack: StackSource = { kind: "stack", learners: candidates.map((one) => one.source), type: "regular", final: "singlebest", folds: source.folds };
      return planStack(context, stack, candidates.map((one) => one.label), nuisance, at);
    }
  }
}

function planLearner(context: Context, source: LearnerSource, nuisance: Nuisance, at: NuisancePlace): Predictions {
  const learner = learners[source.name];
  if (learner === undefined) throw new Error(`No learner ${source.name}.`);
  const { specification, effects, weights } = context;
  checkClasses(specification.encode, learner, source.options, nuisance, context);
  const design = designFor(context, learner, nuisance.role);
  checkMissing(specification, design);
  const { taskTarget, targetKey, needs } = targetOf(context, nuisance, at);
  const isWithin = specification.encode === "effects";
  const units = context.units ?? rowNumbers(context.sample.rows.length);
  const together = keptTogether(context, at.folds);
  // Not of the target's values: a rescaled outcome draws the same trees.
  const stream: readonly Json[] | null = learner.random ? [specification.seed, at.repetition, nuisance.target, ...at.inner] : null;
  const key = hashJson({
    numerics: [NUMERICS, learner.numerics],
    learner: source.name,
    options: source.options,
    design: design.key,
    folds: at.folds.key,
    target: targetKey,
    weights: weights?.key ?? null,
    together: together?.key ?? null,
    within: isWithin ? { effects: sortedKeys(effects), units: hashNumbers(units) } : null,
    stream: stream === null ? null : [...streamOf(...stream)],
  });
  if (!context.tasks.has(key)) {
    const word = stream === null ? null : streamOf(...stream);
    const streams = at.folds.held.map((_, fold) => (word === null ? ([0, 0] as const) : streamOf(...word, fold)));
    const within = isWithin ? { effects: effects.map(({ codes, levels }) => ({ codes, levels })), units } : null;
    context.tasks.set(key, {
      kind: "fit", key, learner: source.name, options: source.options, design, folds: at.folds, target: taskTarget,
      weights: weights?.values ?? null, together: together?.codes ?? null, within, streams, needs,
    });
  }
  return { kind: "task", key };
}

/** Every learner fitted as ever, so that others share it; beside it, where weights come from inner folds, once within each training fold. */
function planStack(context: Context, source: StackSource, labels: readonly string[], nuisance: Nuisance, at: NuisancePlace): Predictions {
  const { learners: sources, type, final, folds: k } = source;
  const count = context.sample.rows.length;
  const base = sources.map((one) => planNuisance(context, one, nuisance, at));
  const judged = type === "short" ? [{ rows: heldRows(at.folds), predictions: base, absorbed: at.absorbed }] : at.folds.train.map((rows, fold): JudgedRows => {
    const folds = innerFoldPlan(rows, keptTogether(context, at.folds)?.codes ?? null, k, count);
    const place = { ...at, folds, inner: [...at.inner, fold] };
    // Inner fits differ in level: the inner fold is demeaned by, too.
    const absorbed = at.absorbed.length === 0 ? [] : [...context.effects, { codes: folds.folds, levels: folds.k }];
    return { rows, predictions: sources.map((one) => planNuisance(context, one, nuisance, place)), absorbed };
  });
  const { taskTarget, targetKey, needs } = targetOf(context, nuisance, at);
  const all = [...base, ...judged.flatMap((one) => one.predictions)];
  const key = hashJson({
    numerics: NUMERICS, stack: type, final, target: targetKey, folds: at.folds.key, weights: context.weights?.key ?? null,
    labels: [...labels], learners: all.map((one) => one.key), absorbed: sortedKeys(at.absorbed), effects: sortedKeys(context.effects),
  });
  if (!context.tasks.has(key)) {
    const needed = [...needs, ...all.flatMap((one) => (one.kind === "task" ? [one.key] : []))];
    context.tasks.set(key, {
      kind: "stack", key, folds: at.folds, target: taskTarget, weights: context.weights?.values ?? null,
      needs: [...new Set(needed)], labels, type, final, base, judged,
    });
  }
  return { kind: "task", key };
}

/** `rf`, `rf 2`: learners of one name apart. */
function numbered(names: readonly string[]): readonly string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} ${before + 1}`;
  });
}

function heldRows({ folds }: FoldPlan): Uint32Array {
  return Uint32Array.from(folds.keys()).filter((row) => folds[row] !== -1);
}

/** What inner folds keep together: what the outer folds do. */
function keptTogether({ specification, sample }: Context, { folds }: FoldPlan): Levels | null {
  const { folds: choice, unit } = specification;
  if (choice.kind === "random") return choice.column === null ? null : sample.levels(choice.column);
  const units = unit === null ? null : sample.levels(unit);
  return units !== null && liesWithin(units.codes, folds) ? units : null;
}

function targetOf(context: Context, { target }: Nuisance, at: NuisancePlace): { taskTarget: TaskTarget; targetKey: string; needs: readonly string[] } {
  const { outcome, treatment, weights } = context;
  if (target !== "residual") {
    const { values, key } = context[target];
    return { taskTarget: { kind: "column", values }, targetKey: key, needs: [] };
  }
  const { l, m } = at.predictions;
  if (l === undefined || m === undefined) throw new Error("A residual target needs the nuisances l and m.");
  const targetKey = hashJson({
    outcome: outcome.key, treatment: treatment.key, l: l.key, m: m.key, absorbed: sortedKeys(at.absorbed), weights: weights?.key ?? null,
  });
  const taskTarget: TaskTarget = {
    kind: "residual", outcome: outcome.values, treatment: treatment.values, l, m, absorbed: at.absorbed, weights: weights?.values ?? null,
  };
  return { taskTarget, targetKey, needs: [l, m].flatMap((source) => (source.kind === "task" ? [source.key] : [])) };
}

function sortedKeys(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.key).sort();
}

function rowNumbers(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

/** The nuisance's own controls. `within`: a learner linear in its features sees the demeaned ones, any other both. */
function designFor(context: Context, learner: Learner, role: string): Design {
  const { specification, sample, effects, raw, demeaned } = context;
  const names = new Set(controlsOf(specification, role));
  const id = JSON.stringify([learner.linear, [...names]]);
  let design = context.designs.get(id);
  if (design === undefined) {
    const own = (features: readonly Feature[]): readonly Feature[] => features.filter((feature) => names.has(feature.control));
    const features = specification.encode !== "within" ? own(raw) : learner.linear ? own(demeaned) : [...own(demeaned), ...own(raw)];
    design = designOf(features, specification.encode === "dummies" ? effects : [], sample.rows.length);
    context.designs.set(id, design);
  }
  return design;
}
