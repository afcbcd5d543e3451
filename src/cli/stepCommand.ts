import { writeFile } from "node:fs/promises";
import type { CommandModule, Options } from "yargs";
import type { DeriveContext, DeriveStep, StepOptions, StepReport } from "../derive/step.js";
import { rowName } from "../derive/step.js";
import { createEngine } from "../engine.js";
import { InputError, suggestion } from "../errors.js";
import { createSerialPool } from "../fit/pool.js";
import type { Json } from "../json.js";
import { createSpecial } from "../kernels/special.js";
import { loadPanel } from "../node/files.js";
import { createThreadPool } from "../node/pool.js";
import { checkPanel } from "../panel/check.js";
import type { Panel } from "../panel/panel.js";
import { reportTable } from "../report/derived.js";
import { decimal } from "../report/numbers.js";
import { alignRows, wrap } from "../report/text.js";
import { evaluateNumber, parseExpression } from "../study/where.js";
import { threadCount } from "./options.js";
import { asFlags, flagOf, flagsOf, type Given, optionsOf } from "./stepFlags.js";

/** What a command makes of a data file. */
export interface Made {
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly report: StepReport;
  /** What `--json` prints. */
  readonly json: Json;
  /** A word a row for the printed table, such as its status; empty for none. */
  readonly words: readonly string[];
}

/** Rows that are printed one by one; of more, the summary alone. */
const SHOWN = 40;
/** Rows from which on threads are worth their start. */
const MANY = 1000;

/** What a step's own column is called in print. */
const LABELS: Readonly<Record<string, string>> = { sbm: "score", malmquist: "index" };

const COMMON: { readonly [flag: string]: Options } = {
  id: { type: "string", requiresArg: true, describe: "column of units: a city, a firm" },
  time: { type: "string", requiresArg: true, describe: "column of periods" },
  out: { type: "string", requiresArg: true, describe: "write the new columns to this CSV file" },
  json: { type: "boolean", describe: "print JSON" },
  threads: { type: "number", requiresArg: true, describe: "worker threads (default: one a core); results do not depend on it" },
  missing: { type: "string", requiresArg: true, describe: "further cells that mean missing, such as -99,n/a" },
  encoding: { type: "string", requiresArg: true, describe: "text encoding of a CSV file, such as gb18030" },
};

/** A command that runs one step of `derive` on a data file: its flags are the step's options, lists with commas. */
export function stepCommand(step: DeriveStep, describe: string, make: (options: StepOptions, context: DeriveContext) => Promise<Made>): CommandModule<object, object> {
  return {
    command: `${step.name} <data>`,
    describe,
    builder: (yargs) =>
      yargs
        .usage(`$0 ${step.name} <data>\n\n${step.about} Lists are written with commas: a,b.`)
        .positional("data", { type: "string", demandOption: true, describe: "data file" })
        .parserConfiguration({ "duplicate-arguments-array": true })
        .options({ ...flagsOf(step), ...COMMON }),
    handler: async (given) => run(step, given as unknown as Given, make),
  };
}

async function run(step: DeriveStep, given: Given, make: (options: StepOptions, context: DeriveContext) => Promise<Made>): Promise<void> {
  requireOnce(given);
  const options = optionsOf(step, given);
  const threads = threadCount(given["threads"] as number | undefined);
  const panel = await loadPanel(String(given["data"]), {
    ...(given["encoding"] === undefined ? {} : { encoding: String(given["encoding"]) }),
    ...(given["missing"] === undefined ? {} : { missing: String(given["missing"]).split(",") }),
  });
  const { kernels } = await createEngine();
  const pool = panel.rows > MANY || options["bootstrap"] !== undefined ? await createThreadPool(threads) : createSerialPool(kernels);
  const [unit, time] = [given["id"], given["time"]].map((name) => (name === undefined ? null : String(name))) as [string | null, string | null];
  const refuse = (option: string, message: string): InputError => new InputError(`${option === "" ? "" : `--${flagOf(option)}: `}${asFlags(step, message)}`);
  const context: DeriveContext = {
    panel, unit, time, kernels, refuse, special: createSpecial(kernels),
    run: (piece) => pool.measure(piece, undefined), evaluate: (text) => evaluateNumber(parseExpression(text), panel),
  };
  requireIds(context);
  try {
    const made = await make(options, context);
    const out = given["out"] === undefined ? null : String(given["out"]);
    if (out !== null) await writeColumns(out, step.name, made, context);
    // What there is to say of the rows must not be lost where the rows alone are wanted.
    if (given["json"] === true) process.stderr.write(summaryText(step.name, made.report));
    process.stdout.write(given["json"] === true ? `${jsonText(made.json)}\n` : text(step.name, made, context, out));
  } finally {
    await pool.close();
  }
}

/** A list with a line for each item, so that rows can be told apart. */
function jsonText(value: Json): string {
  return Array.isArray(value) ? `[\n${value.map((item) => ` ${JSON.stringify(item)}`).join(",\n")}\n]` : JSON.stringify(value, null, 2);
}

/** The last of two lists would be taken alone, without a word. */
function requireOnce(given: Given): void {
  for (const [flag, value] of Object.entries(given)) {
    if (flag !== "_" && Array.isArray(value)) throw new InputError(`--${flag} is given ${value.length} times. Give it once; a list has commas between, such as a,b.`);
  }
}

/** The columns of units and of time are there, and tell the rows apart where both are named. */
function requireIds({ panel, unit, time }: DeriveContext): void {
  for (const [flag, name] of [["id", unit], ["time", time]] as const) {
    if (name !== null && !panel.columns.has(name)) throw new InputError(`--${flag}: ${panel.source} has no column \`${name}\`. ${suggestion(name, [...panel.columns.keys()])}`);
  }
  if (unit !== null && time !== null) checkPanel(panel, { unit, time });
}

/** The report, then the rows where they are few. */
function text(name: string, { columns, report, words }: Made, context: DeriveContext, out: string | null): string {
  const summary = summaryText(name, report);
  if (context.panel.rows > SHOWN) return `${summary}${out === null ? "The rows one by one: --json, or --out FILE.csv.\n" : `The rows one by one are in ${out}.\n`}`;
  const head = ["", ...[...columns.keys()].map((suffix) => (suffix === "" ? LABELS[name] ?? name : suffix.slice(1))), ...(words.length === 0 ? [] : [""])];
  const rows = Array.from({ length: context.panel.rows }, (_, row) => [rowName(context, row), ...[...columns.values()].map((values) => decimal(values[row], 4)), ...(words.length === 0 ? [] : [words[row] ?? ""])]);
  return `${summary}\n${alignRows(["thick", head, "rule", ...rows, "thick"])}\n`;
}

function summaryText(name: string, report: StepReport): string {
  const table = reportTable(name, name, report);
  return `${[alignRows(table.rows), ...table.notes.map((note) => wrap(note, 100, "  "))].join("\n")}\n`;
}

async function writeColumns(file: string, name: string, { columns }: Made, { panel, unit, time }: DeriveContext): Promise<void> {
  const ids = [unit, time].flatMap((id) => id ?? []);
  const head = [...(ids.length === 0 ? ["row"] : ids), ...[...columns.keys()].map((suffix) => name + suffix)];
  const lines = Array.from({ length: panel.rows }, (_, row) => [
    ...(ids.length === 0 ? [String(row + 1)] : ids.map((id) => cellOf(panel, id, row))),
    ...[...columns.values()].map((values) => (Number.isNaN(values[row]) ? "" : String(values[row]))),
  ]);
  try {
    await writeFile(file, `${[head, ...lines].map((cells) => cells.map(quoted).join(",")).join("\n")}\n`);
  } catch (error) {
    throw new InputError(`--out: ${file} cannot be written: ${(error as Error).message}. Name another file.`);
  }
}

function cellOf(panel: Panel, id: string, row: number): string {
  return rowName({ panel, unit: id, time: null }, row);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell;
}
