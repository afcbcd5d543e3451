import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import { resolveNuisances } from "./nuisances.js";
import { models } from "../models/registry.js";
import type {
  Aggregation, DataChoice, Encoding, ErrorKind, FoldChoice, Specification, Statistic, Study, Table,
} from "./specification.js";
import { parseExpression, printExpression } from "./where.js";

type Written = { readonly [key: string]: Json };

/** Turns a checked study file into tables of specifications in which nothing is left implicit. */
export function expandStudy(written: Json, source: string): Study {
  const study = written as Written;
  const data = study["data"] as unknown as DataChoice;
  const resolvedData: DataChoice = { ...data, unit: data.unit ?? null, time: data.time ?? null };
  const base = record(study["base"]);
  const tables = (study["tables"] as readonly Written[]).map((table) => expandTable(table, base, resolvedData, source));
  const ids = tables.map((table) => table.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new InputError(`${source}: two tables have the id \`${twice}\`. Give each its own.`);
  return Object.freeze({
    title: text(study["title"]) ?? "",
    note: text(study["note"]) ?? "",
    data: resolvedData,
    labels: record(study["labels"]) as Readonly<Record<string, string>>,
    tables,
  });
}

function expandTable(table: Written, base: Written, data: DataChoice, source: string): Table {
  const id = String(table["id"]);
  const title = text(table["title"]) ?? id;
  const place = `${source}, table \`${id}\``;
  if (Array.isArray(table["describe"])) {
    const stats = (table["stats"] ?? ["n", "mean", "p50", "sd", "min", "max"]) as readonly Statistic[];
    const variables = table["describe"] as readonly string[];
    return Object.freeze({ kind: "describe", id, title, variables, stats, where: canonicalWhere(table["where"], place) });
  }
  if (table["columns"] === undefined) {
    throw new InputError(`${place}: a table needs \`columns\` (estimates) or \`describe\` (descriptive statistics).`);
  }
  const columns = table["columns"] as readonly Written[];
  const shared = { ...base, ...record(table["base"]) };
  const specifications = columns.map((column, i) =>
    resolve({ ...shared, ...column }, { id, column: i + 1, data, place: `${place}, column ${i + 1}` }),
  );
  return Object.freeze({ kind: "estimates", id, title, specifications });
}

interface Place {
  readonly id: string;
  readonly column: number;
  readonly data: DataChoice;
  readonly place: string;
}

function resolve(options: Written, at: Place): Specification {
  const { data, place } = at;
  const model = models[text(options["model"]) ?? "plr"];
  if (model === undefined) throw new InputError(`${place}: no such model.`);
  const fixedEffects = [...new Set((options["fixedEffects"] ?? []) as readonly string[])];
  const encode: Encoding = fixedEffects.length === 0 ? "none" : ((options["encode"] ?? "effects") as Encoding);
  const absorbed = encode === "effects" || encode === "within";
  const { nuisances, score, unused } = resolveNuisances(options["learner"] ?? "rf", text(options["score"]), model, encode, place);
  const ignored = [...unused];
  if (absorbed && options["constant"] !== undefined) ignored.push("constant");
  if (encode === "none" && options["encode"] !== undefined) ignored.push("encode");
  return Object.freeze({
    id: `${at.id}.${at.column}`,
    table: at.id,
    column: at.column,
    label: text(options["label"]) ?? `(${at.column})`,
    model: model.name,
    score,
    outcome: needed(options, "outcome", place),
    treatment: needed(options, "treatment", place),
    controls: [...new Set((options["controls"] ?? []) as readonly string[])],
    degree: (options["degree"] ?? 1) as 1 | 2,
    unit: data.unit,
    time: data.time,
    fixedEffects,
    encode,
    nuisances,
    folds: resolveFolds(record(options["folds"]), absorbed, data.unit, ignored),
    repetitions: Number(options["repetitions"] ?? 1),
    aggregate: (options["aggregate"] ?? "stata-median") as Aggregation,
    constant: absorbed ? false : options["constant"] !== false,
    errors: resolveErrors(options["errors"], data.unit),
    distribution: (options["distribution"] ?? "normal") as "normal" | "t",
    level: Number(options["level"] ?? 0.95),
    where: canonicalWhere(options["where"], place),
    missing: "drop",
    seed: Number(options["seed"] ?? 42),
    unused: ignored,
  });
}

function resolveFolds(folds: Written, absorbed: boolean, unit: string | null, ignored: string[]): FoldChoice {
  const column = text(folds["column"]);
  if (column !== undefined) {
    if (folds["k"] !== undefined) ignored.push("folds.k");
    if (folds["by"] !== undefined) ignored.push("folds.by");
    return { kind: "column", column };
  }
  const k = Number(folds["k"] ?? 5);
  const by = text(folds["by"]) ?? (absorbed && unit !== null ? unit : "row");
  return by === "row" ? { kind: "random", k, by: "row", column: null } : { kind: "random", k, by: "column", column: by };
}

function resolveErrors(errors: Json | undefined, unit: string | null): Specification["errors"] {
  if (errors === undefined) return unit === null ? { kind: "hc1", cluster: null } : { kind: "cluster", cluster: unit };
  if (typeof errors === "string") return { kind: errors as ErrorKind, cluster: null };
  const [cluster] = record(errors)["cluster"] as readonly string[];
  return { kind: "cluster", cluster: cluster ?? null };
}

function needed(options: Written, key: string, place: string): string {
  const value = text(options[key]);
  if (value === undefined) throw new InputError(`${place}: \`${key}\` is missing. Name a column, here or in \`base\`.`);
  return value;
}

function canonicalWhere(where: Json | undefined, place: string): string | null {
  if (typeof where !== "string") return null;
  try {
    return printExpression(parseExpression(where));
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}, \`where\`: ${error.message}`);
    throw error;
  }
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function record(value: Json | undefined): Written {
  return (value ?? {}) as Written;
}
