import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import { loadPanel, loadStudy } from "../node/files.js";
import type { Panel } from "../panel/panel.js";
import { derivedPanel, deriveStudy } from "../pipeline.js";
import { describePanel } from "../report/describePanel.js";
import { descriptionJson, descriptionMarkdown, descriptionText } from "../report/descriptionText.js";

interface DescribeArguments {
  readonly data: string;
  readonly unit: string | undefined;
  readonly time: string | undefined;
  readonly sheet: string | undefined;
  readonly encoding: string | undefined;
  readonly json: boolean | undefined;
  readonly markdown: boolean | undefined;
}

/** `neyman describe DATA`: what is in a data file. */
export const describeCommand: CommandModule<object, DescribeArguments> = {
  command: "describe <data>",
  describe: "show what is in a data file: variables, labels, missing values, the shape of the panel",
  builder: (yargs) =>
    yargs
      .usage("$0 describe <data>\n\nShows the variables of a data file (CSV, Stata, Arrow IPC, Parquet, Excel), or of the data of a study file with what the\nstudy computes: types, labels, missing values, moments, and the shape of the panel.")
      .positional("data", { type: "string", demandOption: true, describe: "data file, study file, or - for standard input" })
      .option("unit", { type: "string", requiresArg: true, describe: "column that identifies a unit (default: what the file declares, as xtset does)" })
      .option("time", { type: "string", requiresArg: true, describe: "column that identifies a period" })
      .option("sheet", { type: "string", requiresArg: true, describe: "sheet of an Excel workbook (default: the first)" })
      .option("encoding", { type: "string", requiresArg: true, describe: "of CSV and old Stata files, such as gb18030 (default: utf-8)" })
      .option("json", { type: "boolean", describe: "print JSON" })
      .option("markdown", { type: "boolean", describe: "print Markdown" }),
  handler: describe,
};

async function describe(written: DescribeArguments): Promise<void> {
  // yargs makes an empty text of a lone dash.
  const given = written.data === "" && process.argv.includes("-") ? { ...written, data: "-" } : written;
  if (given.data === "") throw new InputError("The name of the data file is empty.");
  if (given.json === true && given.markdown === true) throw new InputError("Choose one of --json and --markdown.");
  const { panel, ids } = await load(given);
  const description = describePanel(panel, { ...ids, ...(given.unit === undefined ? {} : { unit: given.unit }), ...(given.time === undefined ? {} : { time: given.time }) });
  const print = given.json === true ? descriptionJson : given.markdown === true ? descriptionMarkdown : descriptionText;
  process.stdout.write(print(description));
}

async function load({ data, sheet, encoding }: DescribeArguments): Promise<{ readonly panel: Panel; readonly ids: NonNullable<Panel["ids"]> }> {
  if (!/\.(ya?ml|json)$/i.test(data)) {
    const panel = await loadPanel(data, { ...(sheet === undefined ? {} : { sheet }), ...(encoding === undefined ? {} : { encoding }) });
    return { panel, ids: panel.ids ?? {} };
  }
  const { study, panel } = await loadStudy(data);
  const { unit, time } = study.data;
  const { panel: made } = await deriveStudy(study, panel, await createEngine());
  return { panel: derivedPanel(study, made), ids: { ...(unit === null ? {} : { unit }), ...(time === null ? {} : { time }) } };
}
