import { modelOf } from "../models/registry.js";
import { clustersOf, type Specification } from "../study/specification.js";
import type { Sample } from "./sample.js";

/** Fewer rows than an outcome model and a mean can rest on. */
const FEW_ROWS = 20;

/** Below, clustered errors are far too small however many clusters the other arm has (MacKinnon and Webb 2017). */
const FEW_CLUSTERS = 5;

/** The rows at one value of a treatment or an instrument. */
interface Arm {
  /** As messages have it: `union` = 1. */
  readonly name: string;
  readonly rows: readonly number[];
}

/** Warnings about arms of few rows or few clusters, for models that compare arms. `levels`: the treatment's, where it has several. Cost O(rows) an arm. */
export function armSizeWarnings(specification: Specification, sample: Sample, levels: readonly number[]): readonly string[] {
  const arms = armsOf(specification, sample, levels);
  const few = arms.filter(({ rows }) => rows.length < FEW_ROWS);
  const scarce = few.map(({ name, rows }) => `${rows.length} ${rows.length === 1 ? "row has" : "rows have"} ${name}`);
  return [
    ...(few.length === 0 ? [] : [`Only ${scarce.join(", ")}: the estimate and its standard error rest on so few, and the interval does not show how little that is.`]),
    ...arms.filter((arm) => !few.includes(arm)).flatMap((arm) => clusterWarning(arm, specification, sample)),
  ];
}

function armsOf({ model, treatments, instruments }: Specification, sample: Sample, levels: readonly number[]): readonly Arm[] {
  const { binary } = modelOf(model);
  const ofTreatment = levels.length > 0 ? levels : binary.includes("treatment") ? [0, 1] : [];
  const pairs = [
    ...treatments.flatMap((name) => ofTreatment.map((value) => [name, value] as const)),
    ...(binary.includes("instrument") ? instruments.flatMap((name) => [0, 1].map((value) => [name, value] as const)) : []),
  ];
  return pairs.map(([name, value]) => {
    const { values } = sample.numbers(name);
    return { name: `\`${name}\` = ${value}`, rows: Array.from(values.keys()).filter((row) => values[row] === value) };
  });
}

/** Nothing where the whole sample has no more clusters: that is said of the errors. */
function clusterWarning({ name, rows }: Arm, specification: Specification, sample: Sample): readonly string[] {
  return clustersOf(specification).flatMap((cluster) => {
    const { codes } = sample.levels(cluster);
    const own = new Set(rows.map((row) => codes[row])).size;
    if (own >= FEW_CLUSTERS || own === new Set(codes).size) return [];
    return [`The ${rows.length} rows with ${name} are of ${own} ${own === 1 ? "cluster" : "clusters"} of \`${cluster}\`: with so few in one arm standard errors are too small, and the interval too short.`];
  });
}
