import { columnCount, valuesAt } from "../kernels/design.js";
import { growForest, type TreeSettings } from "../kernels/forest.js";
import { denseUnits } from "../kernels/trees.js";
import type { Kernels } from "../kernels/instance.js";
import { classifyOption, isClassifier, refuseClassesWithin } from "./classify.js";
import { forestStages } from "./forestStages.js";
import { type DesignShape, type FitJob, type Learner, numberOption, type Options, type Range, type WithinJob } from "./learner.js";
import { startOption } from "./linearStart.js";

/** Trees in one piece: about a tenth of a second on a panel of some thousand rows. */
const TREES_PER_PIECE = 20;

/** What tells one kind of forest from another. */
export interface ForestKind {
  readonly name: string;
  readonly about: string;
  readonly numerics: number;
  readonly randomCuts: boolean;
  /** The default of `bootstrap`. */
  readonly bootstrap: boolean;
  /** Rough cost of one row, column and level of depth. */
  readonly nanoseconds: number;
}

/** A learner that averages regression trees. */
export function forestLearner(kind: ForestKind): Learner {
  return Object.freeze({
    name: kind.name,
    about: kind.about,
    numerics: kind.numerics,
    random: true,
    linear: false,
    takesMissing: true,
    options: {
      trees: { type: "integer", minimum: 1, maximum: 100_000, default: 100, description: "Trees in the forest (n_estimators)." },
      maxFeatures: {
        anyOf: [{ type: "number", exclusiveMinimum: 0 }, { enum: ["all", "sqrt", "log2", "one"] }],
        default: "all",
        description: "Columns looked at in each node: a share up to 1, a count from 2, or all, sqrt, log2, one. Each level of a fixed effect counts as one column (max_features). With `classify`, too, the default is all, pystacked's; scikit-learn's classifiers have sqrt.",
      },
      minLeaf: { type: "integer", minimum: 1, default: 1, description: "Fewest rows in a leaf, counted without bootstrap weights (min_samples_leaf)." },
      minSplit: { type: "integer", minimum: 2, default: 2, description: "Fewest rows in a node that may be split (min_samples_split)." },
      maxDepth: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null, description: "Greatest depth; null: none (max_depth)." },
      bootstrap: { type: "boolean", default: kind.bootstrap, description: "Draw rows with replacement for each tree, each equally likely whatever its weight; under `encode: effects` whole units." },
      maxSamples: {
        anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }],
        default: null,
        description: "Rows drawn for a tree: a share up to 1, a count from 2; null: as many as there are (max_samples).",
      },
      stages: {
        anyOf: [{ type: "integer", minimum: 1, maximum: 50 }, { type: "null" }],
        default: null,
        description: "Forests fitted in turn to what is left, under `encode: effects` only; null: 3, from 1,000 units 4. One alone is too smooth: in simulated panels its intervals held the truth in little more than half of the draws.",
      },
      classify: classifyOption,
      start: startOption,
    },
    classifies: isClassifier,
    effectsDefaults: { minLeaf: 5, bootstrap: true, start: "linear" },
    effectsOptions: ["stages", "start"],
    cut(options: Options): readonly Range[] {
      const trees = numberOption(options, "trees");
      const ranges: Range[] = [];
      for (let from = 0; from < trees; from += TREES_PER_PIECE) ranges.push({ from, to: Math.min(from + TREES_PER_PIECE, trees) });
      return ranges;
    },
    fit(kernels: Kernels, job: FitJob, range: Range) {
      const settings = treeSettings(job, job.train.length, kind);
      const { sums } = growForest(kernels, job.design, { ...job, ...range, settings, units: null, outOfBag: false });
      return { predictions: valuesAt(sums, job.predict), notes: {} };
    },
    combine(parts: readonly Float64Array[], options: Options): Float64Array {
      const trees = numberOption(options, "trees");
      const total = new Float64Array(parts[0]?.length ?? 0);
      for (const part of parts) for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (part[i] ?? NaN);
      return total.map((sum) => sum / trees);
    },
    fitWithin(kernels: Kernels, job: WithinJob) {
      refuseClassesWithin(job.options);
      const units = denseUnits(job.units, job.train).count;
      return forestStages(kernels, job, treeSettings(job, units, kind), stageCount(job.options, units));
    },
    cost(options: Options, rows: number, shape: DesignShape) {
      const share = shape.columns === 0 ? 0 : drawnColumns(options["maxFeatures"], shape.columns) / shape.columns;
      const scanned = (shape.features + shape.groups) * (0.25 + 0.75 * share);
      const stages = numberOption({ stages: 1, ...withoutNull(options) }, "stages");
      return numberOption(options, "trees") * stages * rows * floorLog2(rows + 2) * scanned * kind.nanoseconds;
    },
  });
}

function withoutNull(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

function stageCount(options: Options, units: number): number {
  return typeof options["stages"] === "number" ? options["stages"] : units < 1000 ? 3 : 4;
}

/** `among`: rows, or units where they are drawn together. */
function treeSettings(job: FitJob, among: number, kind: ForestKind): TreeSettings {
  const { options, design } = job;
  return {
    maxFeatures: drawnColumns(options["maxFeatures"], columnCount(design)),
    minLeaf: numberOption(options, "minLeaf"),
    minSplit: numberOption(options, "minSplit"),
    maxDepth: typeof options["maxDepth"] === "number" ? options["maxDepth"] : 0x7fffffff,
    draws: options["bootstrap"] === false ? 0 : drawnRows(options["maxSamples"], among),
    randomCuts: kind.randomCuts,
  };
}

/** scikit-learn's max_features, with words where its int and float 1 would be mistaken for each other. */
export function drawnColumns(maxFeatures: Options[string] | undefined, columns: number): number {
  if (maxFeatures === "sqrt") return Math.max(1, Math.floor(Math.sqrt(columns)));
  if (maxFeatures === "log2") return Math.max(1, floorLog2(columns));
  if (maxFeatures === "one") return 1;
  if (typeof maxFeatures !== "number") return columns;
  return maxFeatures <= 1 ? Math.max(1, Math.floor(maxFeatures * columns)) : Math.min(Math.floor(maxFeatures), columns);
}

/** scikit-learn's max_samples. */
function drawnRows(maxSamples: Options[string] | undefined, among: number): number {
  if (typeof maxSamples !== "number") return among;
  return maxSamples <= 1 ? Math.max(1, Math.floor(maxSamples * among)) : Math.min(Math.floor(maxSamples), among);
}

function floorLog2(n: number): number {
  return 31 - Math.clz32(n);
}
