import { basename, dirname, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import { loadStudy, writeOutputs } from "../node/files.js";
import { stataNames } from "../panel/stata/names.js";
import { formatOf, writePanel } from "../panel/write.js";
import { derivedPanel, deriveStudy } from "../pipeline.js";
import { integer } from "../report/numbers.js";
import { withPanelLabels } from "../study/labels.js";
import { shownPath } from "./options.js";

interface DeriveArguments {
  readonly study: string;
  readonly to: string;
}

/** `neyman derive STUDY --to FILE`: the panel that a study's specifications see, as a data file. */
export const deriveCommand: CommandModule<object, DeriveArguments> = {
  command: "derive <study>",
  describe: "write the panel that a study computes as CSV, Arrow, Parquet or .dta",
  builder: (yargs) =>
    yargs
      .usage("$0 derive <study> --to FILE\n\nReads a study's data, computes what the study derives from it, and writes the panel. The ending of FILE says how:\n.csv, .arrow or .feather, .parquet, or .dta (Stata 14 and later).")
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("to", { type: "string", requiresArg: true, demandOption: true, describe: "file to write" }),
  handler: derive,
};

async function derive({ study: file, to }: DeriveArguments): Promise<void> {
  if (file === "") throw new InputError("The name of the study file is empty.");
  const format = formatOf(to);
  const loaded = await loadStudy(file);
  const made = await deriveStudy(loaded.study, loaded.panel, await createEngine());
  const panel = derivedPanel(loaded.study, made.panel);
  const { labels } = withPanelLabels(loaded.study, panel);
  const { unit, time } = loaded.study.data;
  const ids = { ...(unit === null ? {} : { unit }), ...(time === null ? {} : { time }) };
  const columns = new Map([...panel.columns].map(([name, column]) => [name, labels[name] === undefined ? column : { ...column, label: labels[name] }]));
  await writeOutputs(dirname(resolve(to)), { [basename(to)]: await writePanel({ ...panel, columns, ids }, format) }, "Choose another with --to.");
  const names = [...columns.keys()];
  const renamed = format === "dta" ? stataNames(names).flatMap((name, i) => (name === names[i] ? [] : [`${names[i] ?? ""} is ${name} there`])) : [];
  process.stderr.write(`${integer(panel.rows)} rows and ${integer(names.length)} columns in ${shownPath(resolve(to))}.${renamed.length === 0 ? "" : ` Stata has its own rules for names: ${renamed.join(", ")}.`}\n`);
}
