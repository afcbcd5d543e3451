import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import { expandCurve } from "./curve/expand.js";
import { expandDerive } from "./derive.js";
import { optionPlace, placeOf, type StudyText } from "./lines.js";
import { resolveOutput } from "./output.js";
import { resolve, type TablePlace } from "./resolve.js";
import type { BootstrapSetting, DataChoice, JointTable, Specification, Statistic, Study, Table } from "./specification.js";
import { canonicalWhere, record, several, text, type Written } from "./written.js";

/** Turns a checked study file into tables of specifications in which nothing is left implicit. */
export function expandStudy(written: Json, source: StudyText): Study {
  const study = written as Written;
  const data = study["data"] as unknown as DataChoice;
  const resolvedData: DataChoice = { ...data, unit: data.unit ?? null, time: data.time ?? null };
  const all = study["tables"] as readonly Written[];
  const places = all.map((_, index): TablePlace => ({ source, index, base: record(study["base"]), data: resolvedData }));
  const single = all.map((table, index) => (table["joint"] === undefined ? expandTable(table, places[index] as TablePlace) : null));
  const specifications = single.flatMap((table) => (table?.kind === "estimates" ? table.specifications : []));
  const tables = single.map((table, index) => table ?? expandJoint(all[index] as Written, specifications, places[index] as TablePlace));
  const ids = tables.map((table) => table.id);
  const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i);
  if (twice >= 0) {
    throw new InputError(`${placeOf(source, `/tables/${twice}/id`)}: two tables have the id \`${ids[twice] ?? ""}\`. Give each its own.`);
  }
  return Object.freeze({
    title: text(study["title"]) ?? "",
    note: text(study["note"]) ?? "",
    output: resolveOutput(study["output"]),
    data: resolvedData,
    labels: record(study["labels"]) as Readonly<Record<string, string>>,
    derive: expandDerive(study["derive"], source),
    tables,
    source,
  });
}

function expandTable(table: Written, at: TablePlace): Table {
  const id = text(table["id"]) ?? "";
  const title = text(table["title"]) ?? id;
  const note = text(table["note"]) ?? "";
  const refuse = (key: string, message: string): InputError => new InputError(`${placeOf(at.source, `/tables/${at.index}/${key}`)}: ${message}`);
  if (table["curve"] !== undefined) return expandCurveTable(table, at, refuse);
  const { describe, columns } = table as { readonly [key: string]: readonly Json[] | undefined };
  if ((describe === undefined) === (columns === undefined)) {
    throw refuse("", `table \`${id}\` needs either \`columns\` (estimates), \`describe\` (descriptive statistics), \`joint\` (inference over several estimates) or \`curve\` (all combinations of choices)${columns === undefined ? "" : ", not both"}.`);
  }
  const misplaced = (describe === undefined ? ["stats", "where"] : ["base"]).find((key) => table[key] !== undefined);
  if (misplaced !== undefined) {
    const mend = misplaced === "where" ? " Put it under the table's `base`, or in a column." : " Leave it out.";
    throw refuse(misplaced, `\`${misplaced}\` has no meaning in a table of ${describe === undefined ? "estimates" : "descriptive statistics"}.${mend}`);
  }
  if (describe !== undefined) {
    const stats = (table["stats"] ?? ["n", "mean", "p50", "sd", "min", "max"]) as readonly Statistic[];
    const where = canonicalWhere(table["where"], (message) => refuse("where", `\`where\`: ${message}`));
    return Object.freeze({ kind: "describe", id, title, note, variables: describe as readonly string[], stats, where });
  }
  const shared = { ...at.base, ...record(table["base"]) };
  const specifications = (columns ?? []).map((column, i) => resolve({ ...shared, ...record(column) }, { ...at, id, column: i, place: (option) => optionPlace(at.source, at.index, i, option) }));
  return Object.freeze({ kind: "estimates", id, title, note, specifications, families: [] });
}

function expandCurveTable(table: Written, at: TablePlace, refuse: (key: string, message: string) => InputError): Table {
  const misplaced = ["columns", "describe", "stats", "where"].find((key) => table[key] !== undefined);
  if (misplaced !== undefined) throw refuse(misplaced, `\`${misplaced}\` has no meaning in a table with a \`curve\`. ${misplaced === "where" ? "Put it under the table's `base`, or vary it." : "Leave it out, or give it a table of its own."}`);
  return Object.freeze({ ...expandCurve(table, at), inference: bootstrapOf(table) });
}

/** `all`, or ids of tables and of single columns (`table2.1`). */
function expandJoint(table: Written, specifications: readonly Specification[], at: TablePlace): JointTable {
  const id = text(table["id"]) ?? "";
  const refuse = (key: string, message: string): InputError => new InputError(`${placeOf(at.source, `/tables/${at.index}/${key}`)}: ${message}`);
  const misplaced = ["columns", "describe", "curve", "base", "stats", "where"].find((key) => table[key] !== undefined);
  if (misplaced !== undefined) throw refuse(misplaced, `\`${misplaced}\` has no meaning in a table of \`joint\` inference. Leave it out.`);
  const wanted = table["joint"] === "all" ? null : several(table["joint"]);
  const isWanted = (one: Specification, name: string): boolean => one.id === name || one.table === name;
  const unknown = wanted?.find((name) => !specifications.some((one) => isWanted(one, name)));
  if (unknown !== undefined) throw refuse("joint", `there is no table or column \`${unknown}\`. Name tables of estimates (\`table2\`) or their columns (\`table2.1\`), or \`all\`.`);
  const members = specifications.filter((one) => wanted === null || wanted.some((name) => isWanted(one, name)));
  const differences = (table["differences"] ?? []) as JointTable["differences"];
  const stranger = differences.flat().find((name) => !members.some((one) => one.id === name));
  if (stranger !== undefined) throw refuse("differences", `there is no column \`${stranger}\` among the joint estimates. Name columns such as \`table2.1\`.`);
  return Object.freeze({
    kind: "joint", id, title: text(table["title"]) ?? id, note: text(table["note"]) ?? "", members: members.map((one) => one.id),
    ...bootstrapOf(table), equal: table["equal"] === true, differences,
  });
}

function bootstrapOf(table: Written): BootstrapSetting {
  return {
    draws: Number(table["draws"] ?? 1000), multiplier: (table["multiplier"] ?? "normal") as BootstrapSetting["multiplier"],
    level: Number(table["level"] ?? 0.95), seed: Number(table["seed"] ?? 42),
  };
}
