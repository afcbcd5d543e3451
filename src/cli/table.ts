import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { InputError, listed, suggestion } from "../errors.js";
import { loadResult, writeOutputs } from "../node/files.js";
import { belongsTo, outputFiles, tablesOf } from "../report/outputs.js";
import { tablesText } from "../report/terminal.js";
import { formatsIn, requestOf, type StyleArguments, styled, withNames, withStyle, writtenText } from "./outputOptions.js";

interface TableArguments extends StyleArguments {
  readonly results: string;
  readonly names: readonly string[] | undefined;
  readonly format: string | undefined;
  readonly out: string | undefined;
}

const TABLE_FORMATS = ["md", "latex", "html", "docx", "rtf", "csv", "json", "report", "methods", "stata", "python"] as const;

/** `neyman table STUDY [names..]`: tables of stored results anew, in other formats or with other digits; nothing is fitted. */
export const tableCommand: CommandModule<object, TableArguments> = {
  command: "table <results> [names..]",
  describe: "print or write the tables of stored results; nothing is fitted",
  builder: (yargs) =>
    withNames(withStyle(
      yargs
        .usage("$0 table <results> [names..]\n\nPrints the tables of a study that was run, or writes them with --format. Titles, labels and\n`output` are those of the study file as it is now.")
        .positional("results", { type: "string", demandOption: true, describe: "study file, output folder or results.json" })
        .option("format", { type: "string", requiresArg: true, describe: `write files: ${TABLE_FORMATS.join(", ")}, all; with commas` })
        .option("out", { type: "string", requiresArg: true, describe: "folder for the files (default: that of the results)" }),
    ), "tables (table2) or columns (table2.1); default: all"),
  handler: table,
};

async function table(given: TableArguments): Promise<void> {
  if (given.results === "") throw new InputError("The name of the study file is empty.");
  const formats = given.format === undefined ? null : formatsIn(given.format, TABLE_FORMATS);
  const { result: stored, folder } = await loadResult(given.results);
  const result = { ...stored, study: { ...stored.study, output: styled(stored.study.output, given) } };
  const only = given.names === undefined || given.names.length === 0 ? null : given.names;
  const ids = tablesOf(result).map(({ id }) => id);
  refuseUnknown(only, ids, "table");
  if (formats === null) {
    process.stdout.write(tablesText(tablesOf(result).filter(({ id }) => only === null || only.some((name) => belongsTo(id, name)))));
    return;
  }
  const files = await outputFiles(result, requestOf(formats, { theme: undefined, font: undefined }, only));
  const out = given.out === undefined ? folder : resolve(given.out);
  await writeOutputs(out, files);
  process.stdout.write(writtenText(out, files));
}

/** Throws an InputError for a name that fits nothing. */
export function refuseUnknown(names: readonly string[] | null, ids: readonly string[], what: string): void {
  const unknown = names?.find((name) => !ids.some((id) => belongsTo(id, name)));
  if (unknown === undefined) return;
  throw new InputError(ids.length === 0 ? `The results hold no ${what}.` : `There is no ${what} \`${unknown}\` in the results. ${suggestion(unknown, ids)} There are: ${listed(ids, 12)}.`.replace(/Known: [^]*? There are/, "There are"));
}
