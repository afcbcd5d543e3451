import type { Design, Group } from "../kernels/design.js";
import type { Json } from "../json.js";
import type { Learner } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import { EstimationError } from "../errors.js";
import { type EffectFree, type Nuisance, OUTCOME } from "../models/model.js";
import { controlsOf, type LearnerSource, type NuisanceSource, type Specification, type StackSource } from "../study/specification.js";
import { liesWithin } from "./checks.js";
import { checkClasses, checkMissing, checkTuning } from "./learnerChecks.js";
import { designOf, type Feature, featureOf, meanOf } from "./features.js";
import { type FoldPlan, innerFoldPlan, restrictTraining } from "./folds.js";
import { hashJson, hashNumbers, NUMERICS, streamOf } from "./keys.js";
import type { Levels, Sample, Values } from "./sample.js";
import { shareFloats } from "./shared.js";
import { type Effect, type JudgedRows, type Partialled, type Predictions, type Task, type TaskTarget, variableAt, type Variables } from "./task.js";
import { candidatesOf } from "./tune.js";

/** One specification on its sample, while its nuisances are planned. */
export interface Context {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly effects: readonly Effect[];
  readonly units: Int32Array | null;
  readonly weights: Values | null;
  readonly tasks: Map<string, Task>;
  readonly variables: Variables;
  /** Under `cre` for regressions of residuals: the units whose means the treatment's residual loses. */
  readonly means: Levels | null;
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
  /** Rows it may be fitted on; null: all. */
  readonly mask: Uint8Array | null;
}

/** Adds the tasks of a nuisance, unless they are there, and says where its predictions come from. */
export function planNuisance(context: Context, source: NuisanceSource, nuisance: Nuisance, at: Omit<NuisancePlace, "inner" | "mask">): Predictions {
  const { where } = nuisance;
  if (where === undefined || source.kind === "column") return planSource(context, source, nuisance, { ...at, inner: [], mask: null });
  const { name, values } = variableAt(context.variables, where.variable);
  const mask = Uint8Array.from(values, (value) => (value === where.equals ? 1 : 0));
  const folds = restrictTraining(at.folds, mask);
  const empty = folds.train.findIndex((rows) => rows.length === 0);
  if (empty >= 0) {
    throw new EstimationError("empty-arm", `No row with \`${name}\` = ${where.equals} is left to fit \`${nuisance.name}\` on when fold ${empty + 1} is held out. Use fewer folds, or levels with more rows.`);
  }
  return planSource(context, source, nuisance, { ...at, folds, inner: [], mask });
}

function planSource(context: Context, source: NuisanceSource, nuisance: Nuisance, at: NuisancePlace): Predictions {
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
  checkClasses(specification.encode, learner, source.options, nuisance, context.variables);
  const design = designFor(context, learner, nuisance);
  checkMissing(specification, design);
  const { taskTarget, targetKey, needs } = targetOf(context, nuisance, at);
  const isWithin = specification.encode === "effects";
  const units = context.units ?? rowNumbers(context.sample.rows.length);
  const together = keptTogether(context, at.folds);
  // Not of the target's values: a rescaled outcome draws the same trees.
  const stream: readonly Json[] | null = learner.random ? [specification.seed, at.repetition, targetWord(nuisance.target), ...at.inner] : null;
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
    const within = isWithin ? { effects: effects.map(groupOf), units } : null;
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
  const base = sources.map((one) => planSource(context, one, nuisance, at));
  const judged = type === "short" ? [{ rows: heldRows(at), predictions: base, absorbed: at.absorbed }] : at.folds.train.map((rows, fold): JudgedRows => {
    const folds = innerFoldPlan(rows, keptTogether(context, at.folds)?.codes ?? null, k, count);
    const place = { ...at, folds, inner: [...at.inner, fold] };
    // Inner fits differ in level: the inner fold is demeaned by, too.
    const absorbed = at.absorbed.length === 0 ? [] : [...context.effects, { codes: folds.folds, levels: folds.k }];
    return { rows, predictions: sources.map((one) => planSource(context, one, nuisance, place)), absorbed };
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

function heldRows({ folds: { folds }, mask }: NuisancePlace): Uint32Array {
  return Uint32Array.from(folds.keys()).filter((row) => folds[row] !== -1 && (mask === null || mask[row] === 1));
}

/** What inner folds keep together: what the outer folds do. */
function keptTogether({ specification, sample }: Context, { folds }: FoldPlan): Levels | null {
  const { folds: choice, unit } = specification;
  if (choice.kind === "random") return choice.by.length === 0 ? null : sample.levels(choice.by[0] ?? "");
  const units = unit === null ? null : sample.levels(unit);
  return units !== null && liesWithin(units.codes, folds) ? units : null;
}

/** What is drawn at random depends on what kind of thing is predicted, so that a rescaled outcome draws the same trees. */
function targetWord(target: Nuisance["target"]): string {
  return target.kind === "variable" ? target.variable.of : target.kind;
}

function targetOf(context: Context, { target }: Nuisance, at: NuisancePlace): { taskTarget: TaskTarget; targetKey: string; needs: readonly string[] } {
  if (target.kind === "residual") return residualTarget(context, target, at);
  const { values, key } = variableAt(context.variables, target.variable);
  if (target.kind === "variable") return { taskTarget: { kind: "column", values }, targetKey: key, needs: [] };
  const indicator = shareFloats(values.map((value) => (value === target.level ? 1 : 0)));
  return { taskTarget: { kind: "column", values: indicator }, targetKey: hashNumbers(indicator), needs: [] };
}

function residualTarget({ variables, weights, means }: Context, target: EffectFree, at: NuisancePlace): { taskTarget: TaskTarget; targetKey: string; needs: readonly string[] } {
  const predictionsOf = (nuisance: string): Predictions => {
    const predictions = at.predictions[nuisance];
    if (predictions === undefined) throw new Error(`A residual target needs the nuisance ${nuisance}.`);
    return predictions;
  };
  const partialled = (part: EffectFree["treatments"][number]): Partialled & { readonly key: string } => {
    const { values, key } = variableAt(variables, part.variable);
    return { values, key, predictions: predictionsOf(part.nuisance) };
  };
  const outcome = partialled({ variable: OUTCOME, nuisance: target.l });
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

function sortedKeys(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.key).sort();
}

/** What the kernels need of an effect. */
function groupOf({ codes, levels, slope }: Effect): Group {
  return slope === undefined ? { codes, levels } : { codes, levels, slope };
}

function rowNumbers(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

/** The nuisance's own features, and the effects that are left to the learner as groups. */
function designFor(context: Context, learner: Learner, nuisance: Nuisance): Design {
  const { specification, sample, effects } = context;
  const id = JSON.stringify([learner.linear, nuisance.role, nuisance.beside ?? [], nuisance.target]);
  let design = context.designs.get(id);
  if (design === undefined) {
    const groups = { dummies: effects, cre: othersThanUnit(context), "cre-normal": othersThanUnit(context), fd: othersThanUnit(context), none: [], within: [], effects: [] }[specification.encode];
    design = designOf(featuresFor(context, learner, nuisance), groups, sample.rows.length);
    context.designs.set(id, design);
  }
  return design;
}

function othersThanUnit({ specification, effects }: Context): readonly Effect[] {
  return effects.filter((effect) => effect.name !== specification.unit);
}

/**
 * `within`: a learner linear in its features sees the demeaned ones, any other both; `cre`: means by unit beside the
 * features, and under `cre-normal` the treatment's own mean beside those of the treatment's nuisance.
 */
function featuresFor({ specification, sample, raw, demeaned, variables, weights }: Context, learner: Learner, { role, beside, target }: Nuisance): readonly Feature[] {
  const { encode, unit } = specification;
  const names = new Set(controlsOf(specification, role));
  const own = (features: readonly Feature[]): readonly Feature[] => features.filter((feature) => names.has(feature.control));
  const others = (beside ?? []).map((ref) => featureOf(variableAt(variables, ref)));
  if (encode === "within") return learner.linear ? [...own(demeaned), ...others] : [...own(demeaned), ...own(raw), ...others];
  const features = [...own(raw), ...others];
  if ((encode !== "cre" && encode !== "cre-normal") || unit === null) return features;
  const isTreatment = target.kind === "variable" && target.variable.of !== "outcome";
  const treatment = encode === "cre-normal" && isTreatment ? [featureOf(variableAt(variables, target.variable))] : [];
  return [...features, ...[...features, ...treatment].map((feature) => meanOf(feature, sample.levels(unit), weights?.values ?? null))];
}
