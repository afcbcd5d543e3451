import type { Design, Group } from "../kernels/design.js";
import type { Json } from "../json.js";
import type { Learner } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import { EstimationError } from "../errors.js";
import { numberOf } from "../kernels/identity.js";
import type { Nuisance } from "../models/model.js";
import { startsLinear } from "../study/linear.js";
import { controlsOf, demeans, type LearnerSource, type NuisanceSource, type Specification, type StackSource } from "../study/specification.js";
import { freeByFold } from "./absorbed.js";
import { type Determined, liesWithin } from "./checks.js";
import { copyCodes, copyFeature, copyFloats, copyFolds, foldsApart, isByFold, timesFeature, timesOf } from "./copies.js";
import { checkByFold, checkClasses, checkCopies, checkMissing, checkRepresenter, checkTuning } from "./learnerChecks.js";
import { designOf, type Feature, featureOf, isProduct, meanOf, productOf, withProducts } from "./features.js";
import { type FoldPlan, innerFoldPlan, restrictTraining } from "./folds.js";
import { hashJson, hashNumbers, NUMERICS, streamOf } from "./keys.js";
import { createMemo, type Memo } from "./memo.js";
import type { Levels, Sample, Values } from "./sample.js";
import { leftOf, type PlannedTarget, sortedKeys, targetOf, targetWord } from "./targets.js";
import { type Effect, type JudgedRows, type Predictions, type Task, variableAt, type Variables } from "./task.js";
import { candidatesOf } from "./tune.js";

/** One specification on its sample, while its nuisances are planned. */
export interface Context {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly effects: readonly Effect[];
  readonly units: Pick<Levels, "codes" | "key"> | null;
  readonly weights: Values | null;
  readonly tasks: Map<string, Task>;
  readonly variables: Variables;
  /** Under `cre` for regressions of residuals: the units whose means the treatment's residual loses. */
  readonly means: Levels | null;
  /** Under `cre` for models of arms: each unit's shares of rows in them. */
  readonly exposure: readonly Feature[];
  readonly raw: readonly Feature[];
  readonly demeaned: readonly Feature[];
  readonly determined: Determined;
  /** Designs made so far, by what they hold. */
  readonly designs: Map<string, Design>;
  /** Those of the whole plan, by sample and contents. */
  readonly shared: Memo<Design>;
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
  /** How often the rows of the sample stand in the design. */
  readonly times: number;
}

/** Where a nuisance of the model stands. */
export type Place = Omit<NuisancePlace, "inner" | "mask" | "times">;

/** Adds the tasks of a nuisance, unless they are there, and says where its predictions come from. */
export function planNuisance(context: Context, source: NuisanceSource, nuisance: Nuisance, at: Place): Predictions {
  if (nuisance.copies !== undefined) return planCopies(context, source, nuisance, at);
  const arm = armOf(context, nuisance, source.kind === "column" ? undefined : nuisance.where, at.folds);
  return isByFold(nuisance)
    ? planByFold(context, source, nuisance, { ...at, ...arm })
    : planSource(context, source, nuisance, { ...at, ...arm, inner: [], times: 1 });
}

/** Folds that train on the rows of an arm, and which rows those are. */
export function armOf(context: Context, nuisance: Nuisance, where: Nuisance["where"], all: FoldPlan): Pick<NuisancePlace, "folds" | "mask"> {
  if (where === undefined) return { folds: all, mask: null };
  const { name, values } = variableAt(context.variables, where.variable);
  const mask = Uint8Array.from(values, (value) => (value === where.equals ? 1 : 0));
  const folds = restrictTraining(all, mask);
  const empty = folds.train.findIndex((rows) => rows.length === 0);
  if (empty >= 0) {
    throw new EstimationError("empty-arm", `No row with \`${name}\` = ${where.equals} is left to fit \`${nuisance.name}\` on when fold ${empty + 1} is held out. Use fewer folds, or levels with more rows.`);
  }
  return { folds, mask };
}

/** A nuisance on rows that stand once for each fold. */
function planByFold(context: Context, source: NuisanceSource, nuisance: Nuisance, at: Place & Pick<NuisancePlace, "mask">): Predictions {
  checkByFold(source, nuisance);
  const times = at.folds.k;
  const mask = at.mask === null ? null : Uint8Array.from({ length: at.mask.length * times }, (_, row) => at.mask?.[row % at.mask.length] ?? 0);
  return planSource(timesAsMany(context, times), source, nuisance, { ...at, folds: foldsApart(at.folds, nuisance.everyFold === true), inner: [], mask, times });
}

function timesAsMany(context: Context, times: number): Context {
  return context.weights === null ? context : { ...context, weights: { ...context.weights, values: copyFloats(context.weights.values, times) } };
}

function planCopies(context: Context, source: NuisanceSource, nuisance: Nuisance, at: Place): Predictions {
  checkCopies(source, nuisance);
  const copied = onCopies(context, nuisance, at);
  return planSource(copied.context, source, nuisance, copied.place);
}

/** The rows and their copies, for a nuisance that has them; only what is about the copies is fitted on them, too. */
export function onCopies(context: Context, nuisance: Nuisance, at: Place): { readonly context: Context; readonly place: NuisancePlace } {
  const times = timesOf(nuisance);
  const folds = copyFolds(at.folds, times, isAboutCopies(nuisance));
  return { context: timesAsMany(context, times), place: { ...at, folds, inner: [], mask: null, times } };
}

function isAboutCopies({ target }: Nuisance): boolean {
  return target.kind === "moved" || target.kind === "functional";
}

function planSource(context: Context, source: NuisanceSource, nuisance: Nuisance, at: NuisancePlace, target = targetOf(context, nuisance, at)): Predictions {
  switch (source.kind) {
    case "column":
      return { kind: "given", ...context.sample.numbers(source.column) };
    case "learner":
      return planLearner(context, source, nuisance, at, target);
    case "stack":
      return planStages(context, source, numbered(source.learners.map((one) => (one.kind === "tuned" ? `${one.learner.name} tuned` : one.name))), nuisance, at, target);
    case "tuned": {
      checkTuning(context.specification.encode, source);
      const candidates = candidatesOf(source, context.specification.seed);
      const stack: StackSource = { kind: "stack", learners: candidates.map((one) => one.source), type: "regular", final: "singlebest", folds: source.folds };
      return planStages(context, stack, candidates.map((one) => one.label), nuisance, at, target);
    }
  }
}

/**
 * Learners combined; under the within loss with a second stage on what the first leaves, in which all have the same weight:
 * those that predict best are given to learners that are too rigid for the estimate (bench/README.md).
 */
function planStages(context: Context, source: StackSource, labels: readonly string[], nuisance: Nuisance, at: NuisancePlace, target: PlannedTarget): Predictions {
  const first = planStack(context, { source, labels, onto: null }, nuisance, at, target);
  if (context.specification.encode !== "effects") return first;
  return planStack(context, { source: { ...source, type: "short", final: "average" }, labels, onto: first }, nuisance, at, leftOf(target, first));
}

function planLearner(context: Context, source: LearnerSource, nuisance: Nuisance, at: NuisancePlace, target: PlannedTarget): Predictions {
  const learner = learnerOf(source);
  checkRepresenter(learner, nuisance);
  checkClasses(context.specification.encode, learner, source.options, nuisance, context.variables);
  return planFit(context, source, nuisance, at, target);
}

function learnerOf({ name }: LearnerSource): Learner {
  const learner = learners[name];
  if (learner === undefined) throw new Error(`No learner ${name}.`);
  return learner;
}

/** Adds the task that fits a learner to a target on the nuisance's features, unless it is there. */
export function planFit(context: Context, source: LearnerSource, nuisance: Nuisance, at: NuisancePlace, target: PlannedTarget): Predictions {
  const learner = learnerOf(source);
  const { specification, effects, weights } = context;
  const design = designFor(context, learner, nuisance, at.times, specification.encode !== "effects" || !startsLinear(source));
  checkMissing(specification, design);
  const { taskTarget, targetKey, needs } = target;
  // What another fit leaves holds what its folds' g have of their own.
  const absorbed = target.taskTarget.kind === "left" ? at.absorbed : effects;
  const isWithin = specification.encode === "effects";
  const units = context.units ?? rowsAlone(context.sample);
  const together = keptTogether(context, nuisance, at);
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
    within: isWithin ? { effects: sortedKeys(absorbed), units: units.key } : null,
    stream: stream === null ? null : [...streamOf(...stream)],
  });
  if (!context.tasks.has(key)) {
    const word = stream === null ? null : streamOf(...stream);
    const streams = at.folds.held.map((_, fold) => (word === null ? ([0, 0] as const) : streamOf(...word, fold)));
    const within = isWithin ? { effects: absorbed.map(groupOf), units: units.codes } : null;
    context.tasks.set(key, {
      kind: "fit", key, learner: source.name, options: source.options, design, folds: at.folds, target: taskTarget,
      weights: weights?.values ?? null, together: together?.codes ?? null, within, streams, needs,
    });
  }
  return { kind: "task", key };
}

/** Raised whenever the bits of a stack change, as a learner's `numerics` is. */
const STACK = 3;

interface Stacking {
  readonly source: StackSource;
  readonly labels: readonly string[];
  /** The stage before, to whose predictions these are added; null: none. */
  readonly onto: Predictions | null;
}

/**
 * Every learner fitted as ever, so that others share it; beside it, where weights come from inner folds, once within each
 * training fold.
 */
function planStack(context: Context, { source, labels, onto }: Stacking, nuisance: Nuisance, at: NuisancePlace, target: PlannedTarget): Predictions {
  const { learners: sources, type, final, folds: k } = source;
  const base = sources.map((one) => planSource(context, one, nuisance, at, target));
  const judged = type === "short" ? [{ rows: heldRows(at), predictions: base, absorbed: at.absorbed }] : at.folds.train.map((rows, fold): JudgedRows => {
    const folds = innerFoldPlan(rows, keptTogether(context, nuisance, at)?.codes ?? null, k, at.folds.folds.length);
    const place = { ...at, folds, inner: [...at.inner, fold] };
    // Inner fits differ in level and along what is free by fold: both are removed, too.
    const absorbed = at.absorbed.length === 0 ? [] : [...context.effects, { codes: folds.folds, levels: folds.k }, ...freeByFold(context, folds)];
    return { rows, predictions: sources.map((one) => planSource(context, one, nuisance, place, target)), absorbed };
  });
  const { taskTarget, targetKey, needs } = target;
  const all = [...base, ...judged.flatMap((one) => one.predictions)];
  const key = hashJson({
    numerics: [NUMERICS, STACK], stack: type, final, target: targetKey, folds: at.folds.key, weights: context.weights?.key ?? null,
    labels: [...labels], learners: all.map((one) => one.key), absorbed: sortedKeys(at.absorbed), effects: sortedKeys(context.effects),
    ...(onto === null ? {} : { onto: onto.key }),
  });
  if (!context.tasks.has(key)) {
    const needed = [...needs, ...all.flatMap((one) => (one.kind === "task" ? [one.key] : []))];
    context.tasks.set(key, {
      kind: "stack", key, folds: at.folds, target: taskTarget, weights: context.weights?.values ?? null,
      needs: [...new Set(needed)], labels, type, final, base, judged, onto,
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

/** What inner folds keep together: what the outer folds do, and a row and its copies. */
function keptTogether(context: Context, nuisance: Nuisance, { folds, times }: NuisancePlace): Pick<Levels, "codes" | "key"> | null {
  const own = rowsTogether(context, folds);
  if (!isAboutCopies(nuisance) && (own === null || !isByFold(nuisance))) return own;
  const codes = copyCodes(own?.codes ?? rowNumbers(context.sample.rows.length), times);
  return { codes, key: hashNumbers(codes) };
}

function rowsTogether({ specification, sample }: Context, { folds }: FoldPlan): Levels | null {
  const { folds: choice, unit } = specification;
  if (choice.kind === "random") return choice.by.length === 0 ? null : sample.levels(choice.by[0] ?? "");
  const units = unit === null ? null : sample.levels(unit);
  return units !== null && liesWithin(units.codes, folds) ? units : null;
}

/** What the kernels need of an effect. */
function groupOf({ codes, levels, slope }: Effect): Group {
  return slope === undefined ? { codes, levels } : { codes, levels, slope };
}

const alone = createMemo<Pick<Levels, "codes" | "key">>();

/** Each row a unit of its own. */
function rowsAlone(sample: Sample): Pick<Levels, "codes" | "key"> {
  return alone(sample, "", () => {
    const codes = rowNumbers(sample.rows.length);
    return { codes, key: hashNumbers(codes) };
  });
}

function rowNumbers(rows: number): Int32Array {
  return new Int32Array(rows).map((_, i) => i);
}

/** The nuisance's own features, and the effects that are left to the learner as groups. */
function designFor(context: Context, learner: Learner, nuisance: Nuisance, times: number, takesProducts: boolean): Design {
  const { specification, sample, effects, variables } = context;
  const { role, beside = [], target, copies } = nuisance;
  const id = JSON.stringify([learner.linear, role, beside, target, copies ?? null, times, takesProducts]);
  let design = context.designs.get(id);
  if (design === undefined) {
    const groups = { dummies: effects, cre: othersThanUnit(context), "cre-normal": othersThanUnit(context), fd: othersThanUnit(context), none: [], within: [], "wg-approx": [], effects: [] }[specification.encode];
    // A linear start makes all products itself; trees that could split on them, too, leave more of what is shared (bench/README.md).
    const features = featuresFor(context, learner, nuisance).filter((feature) => takesProducts || !isProduct(feature));
    const copied = (feature: Feature): Feature => (copies === undefined ? timesFeature(feature, times) : copyFeature(feature, variableAt(variables, copies.variable), copies));
    design = times === 1
      ? known(context, features, groups)
      : designOf(
          features.map(copied),
          groups.map((group) => ({ ...group, codes: copyCodes(group.codes, times) })), sample.rows.length * times,
        );
    context.designs.set(id, design);
  }
  return design;
}

/** Nuisances, and specifications of one plan, often have the same features. */
function known({ sample, shared }: Context, features: readonly Feature[], groups: readonly Effect[]): Design {
  const key = `${features.map((feature) => numberOf(feature.values)).join(" ")}; ${groups.map((group) => group.key).join(" ")}`;
  return shared(sample, key, () => designOf(features, groups, sample.rows.length));
}

function othersThanUnit({ specification, effects }: Context): readonly Effect[] {
  return effects.filter((effect) => effect.name !== specification.unit);
}

/**
 * `within`: a learner linear in its features sees the demeaned ones, any other both, as under `wg-approx` none does; `cre`: means by unit beside the
 * features, in models of arms also the shares of rows in them, and under `cre-normal` the treatment's own mean beside those of the treatment's nuisance.
 */
function featuresFor({ specification, sample, raw, demeaned, variables, weights, exposure }: Context, learner: Learner, { role, beside, target, copies }: Nuisance): readonly Feature[] {
  const { encode, unit, interactions } = specification;
  const names = new Set(controlsOf(specification, role));
  const own = (features: readonly Feature[]): readonly Feature[] => features.filter(({ controls }) => controls.every((name) => names.has(name)));
  const joined = (beside ?? []).map((ref) => featureOf(variableAt(variables, ref)));
  // What a derivative is taken by is to enter as flexibly as the controls.
  const products = interactions && copies !== undefined ? joined.flatMap((moved) => own(raw).filter((feature) => !isProduct(feature)).map((feature) => productOf(moved, feature))) : [];
  const others = copies === undefined ? joined : [...withProducts(joined, specification), ...products];
  if (demeans(encode)) return learner.linear || encode === "wg-approx" ? [...own(demeaned), ...others] : [...own(demeaned), ...own(raw), ...others];
  const features = [...own(raw), ...others];
  if ((encode !== "cre" && encode !== "cre-normal") || unit === null) return features;
  const isTreatment = target.kind === "variable" && target.variable.of !== "outcome";
  const treatment = encode === "cre-normal" && isTreatment ? [featureOf(variableAt(variables, target.variable))] : [];
  return [...features, ...[...features, ...treatment].map((feature) => meanOf(feature, sample.levels(unit), weights?.values ?? null)), ...exposure];
}
