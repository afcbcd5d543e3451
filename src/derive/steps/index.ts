import { type Composite, compositeIndex, type CompositeOptions, ENTROPY_INDEX, type Weights } from "../../indices/composite.js";
import type { Indicator } from "../../indices/indicator.js";
import { NORMALISATIONS } from "../../indices/normalise.js";
import { numbersOf, periodsOf, refused, type RowsContext, type RowsStep, type StepOptions, type StepReport, textOf } from "../step.js";

const name = { type: "string", minLength: 1 } as const;

/** What a composite and those within it may set. */
const METHOD_OPTIONS = {
  method: { enum: ["entropy", "critic", "pca", "equal", "given"], default: "entropy", description: "Where the weights come from: one minus the entropy of each column's shares; CRITIC (spread and conflict); loadings of principal components; equal; or `weights`." },
  negative: { type: "array", items: name, description: "Columns of which less is more of what the index measures." },
  weights: { type: "object", minProperties: 1, additionalProperties: { type: "number", minimum: 0 }, description: "Of `method: given`: by column; scaled to sum 1." },
  normalise: { enum: [...NORMALISATIONS], default: "min-max", description: "How columns are put on one scale, by their direction." },
  offset: { type: "number", minimum: 0, default: ENTROPY_INDEX.offset, description: "Added to scaled values, so that none is 0 (0: a share of 0 counts as 0 ln 0 = 0)." },
  winsor: { type: "array", items: { type: "number", minimum: 0, maximum: 100 }, minItems: 2, maxItems: 2, description: "Percentiles that each column is held within first, such as [1, 99]: entropy weights are driven by long tails." },
  scale: { enum: ["all", "period"], default: "all", description: "Least and largest value over all rows, which keeps periods comparable, or in each period." },
  weighBy: { enum: ["all", "period"], default: "all", description: "One set of weights over all rows, or one for each period." },
  aggregate: { enum: ["sum", "topsis"], default: "sum", description: "Weighted sum, or closeness to the best row (TOPSIS), 0 to 1." },
  components: { enum: ["first", "kaiser"], default: "first", description: "Of pca: the first component, or all with eigenvalues of 1 or more by their share of the variance." },
} as const;

const composite = {
  type: "object", additionalProperties: false, required: ["name", "columns"],
  properties: { name: { ...name, description: "What it is called among the columns of the index that it is part of." }, columns: { $ref: "#/definitions/indicators" }, ...METHOD_OPTIONS },
} as const;

/** Definitions that the schema of the step refers to. */
export const indexDefinitions = { indicators: { type: "array", minItems: 1, items: { anyOf: [name, composite] } } } as const;

/** `index`: a composite index; columns may be composites themselves, to any depth. */
export const index: RowsStep = {
  name: "index",
  about: "A composite index of columns, by entropy weights unless told otherwise; a column may be a composite of others.",
  options: { columns: { $ref: "#/definitions/indicators", description: "Columns, or composites `{ name, columns, ... }` with options of their own." }, ...METHOD_OPTIONS },
  required: ["columns"],
  run: (options, context) => {
    try {
      const made = composed(options, context, null);
      return { columns: new Map([["", made.composite.values]]), report: reportOf(made) };
    } catch (error) {
      throw refused(context, error);
    }
  },
};

/** A composite, and those within it, by which it may be checked. */
export interface Composed {
  /** Null for the outermost. */
  readonly name: string | null;
  readonly method: string;
  readonly indicators: readonly string[];
  readonly composite: Composite;
  readonly rows: number;
  readonly parts: readonly Composed[];
}

/** Computes a composite and first those within it, which take the options of the outer one where they have none. */
export function composed(options: StepOptions, context: RowsContext, called: string | null): Composed {
  const parts: Composed[] = [];
  const negative = (options["negative"] ?? []) as readonly string[];
  const indicators = (options["columns"] as readonly (string | StepOptions)[]).map((one): Indicator => {
    const own = typeof one === "string" ? one : textOf(one, "name");
    const direction = negative.includes(own) ? -1 : 1;
    if (typeof one === "string") return { name: own, direction, values: numbersOf(context, "columns", one) };
    const part = composed({ ...inheritedBy(one, options), ...one }, context, own);
    parts.push(part);
    return { name: own, direction, values: part.composite.values };
  });
  const names = indicators.map(({ name: own }) => own);
  const settings = settingsOf(options, names, context);
  const values = compositeIndex(indicators, settings, { log: context.special.log, periods: periodsOf(context) });
  return { name: called, method: settings.method, indicators: names, composite: values, rows: context.panel.rows, parts };
}

/** What a composite has of the one around it: all but directions and weights, which are of that one's own columns. */
function inheritedBy(inner: StepOptions, outer: StepOptions): StepOptions {
  return Object.fromEntries(Object.entries(outer).filter(([option]) => option !== "negative" && option !== "weights" && !(option === "method" && (outer["method"] === "given" || inner["weights"] !== undefined))));
}

function settingsOf(options: StepOptions, names: readonly string[], { refuse }: RowsContext): CompositeOptions {
  const given = (options["weights"] ?? null) as Readonly<Record<string, number>> | null;
  const method = (options["method"] ?? (given === null ? "entropy" : "given")) as CompositeOptions["method"];
  const stranger = [...((options["negative"] ?? []) as readonly string[]), ...Object.keys(given ?? {})].find((one) => !names.includes(one));
  if (stranger !== undefined) throw refuse("", `\`${stranger}\` is not among the columns of the index: ${names.map((one) => `\`${one}\``).join(", ")}.`);
  if ((method === "given") !== (given !== null)) throw refuse("weights", `\`weights\` and \`method: given\` belong together${given === null ? ": give the weights" : ", and the method is another"}.`);
  const winsor = (options["winsor"] ?? null) as CompositeOptions["winsor"];
  if (winsor !== null && !(winsor[0] < winsor[1])) throw refuse("winsor", "`winsor` needs a lower and a higher percentile, such as [1, 99].");
  return {
    method, winsor,
    weights: given === null ? null : names.map((one) => given[one] ?? 0),
    normalise: (options["normalise"] ?? (method === "pca" ? "z-score" : "min-max")) as CompositeOptions["normalise"],
    offset: Number(options["offset"] ?? ENTROPY_INDEX.offset),
    scaleBy: (options["scale"] ?? "all") as CompositeOptions["scaleBy"],
    weighBy: (options["weighBy"] ?? "all") as CompositeOptions["weighBy"],
    aggregate: (options["aggregate"] ?? "sum") as CompositeOptions["aggregate"],
    components: (options["components"] ?? "first") as CompositeOptions["components"],
  };
}

/** The table of entropies and weights, that of each composite within an index after its own. */
export function reportOf(made: Composed): StepReport {
  const all = flattened(made);
  const nested = all.length > 1;
  const byPeriod = all.some(({ composite: { weights } }) => weights.length > 1);
  const entropy = all.some(({ composite: { weights } }) => weights.some((one) => one.entropy !== null));
  const head = [...(nested ? ["Index"] : []), "Indicator", ...(byPeriod ? ["Periods"] : []), ...(entropy ? ["Entropy", "Divergence"] : []), "Weight"];
  const rows = all.flatMap(({ name: own, indicators, composite: { weights } }) => indicators.map((indicator, c) => [
    ...(nested ? [own ?? ""] : []), indicator, ...(byPeriod ? [weights.length] : []),
    ...(entropy ? [meanOf(weights, (one) => one.entropy?.[c]?.entropy), meanOf(weights, (one) => one.entropy?.[c]?.divergence)] : []), meanOf(weights, (one) => one.weights[c]),
  ]));
  const missing = made.rows - made.composite.complete;
  return {
    head, rows,
    notes: [
      `Weights: ${made.method}, of ${made.composite.complete} rows.${byPeriod ? " Entropies and weights are means over the periods." : ""}`,
      ...(missing === 0 ? [] : [missing === 1 ? "1 row lacks an indicator and has no index." : `${missing} rows lack an indicator and have no index.`]),
      ...all.flatMap(({ composite: { weights } }) => weights.flatMap(({ principal }) => (principal === null ? [] : [`Eigenvalues: ${principal.eigenvalues.map((value) => value.toFixed(3)).join(", ")}; Kaiser-Meyer-Olkin: ${principal.kmo?.toFixed(3) ?? "none, the columns are dependent"}.`]))).slice(0, 1),
      ...(all.some(({ composite: { weights } }) => weights.some((one) => one.weights.some((weight) => weight < 0))) ? ["Some weights are negative: these columns count against the index. Check their directions."] : []),
    ],
  };
}

function flattened(made: Composed): readonly Composed[] {
  return [made, ...made.parts.flatMap(flattened)];
}

function meanOf(weights: readonly Weights[], of: (one: Weights) => number | undefined): number | null {
  const values = weights.flatMap((one) => of(one) ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
