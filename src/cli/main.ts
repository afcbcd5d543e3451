#!/usr/bin/env node
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { index } from "../derive/steps/index.js";
import { malmquist } from "../derive/steps/malmquist.js";
import { sbm } from "../derive/steps/sbm.js";
import { InputError, nearest, suggestion } from "../errors.js";
import { version } from "../version.js";
import { deriveCommand } from "./derive.js";
import { describeCommand } from "./describe.js";
import { indexCommand, malmquistCommand, sbmCommand } from "./efficiency.js";
import { initCommand } from "./init.js";
import { learnersCommand } from "./learners.js";
import { mergeCommand } from "./merge.js";
import { planCommand } from "./plan.js";
import { plotCommand } from "./plot.js";
import { runCommand } from "./run.js";
import { schemaCommand } from "./schema.js";
import { statusCommand } from "./status.js";
import { storeCommand } from "./store.js";
import { tableCommand } from "./table.js";
import { workerCommand } from "./worker.js";

const COMMANDS = ["run", "plan", "merge", "status", "store", "worker", "table", "plot", "init", "describe", "derive", "learners", "schema", "index", "sbm", "malmquist"];
const OPTIONS = [
  "out", "format", "threads", "store", "shard", "shards", "fit", "clean", "emit", "json", "keep-predictions", "where", "max-time", "ndjson", "test", "below", "digits", "stars", "theme", "font", "to", "unit", "time", "outcome", "treatment", "controls", "effects", "force",
  "sheet", "encoding", "markdown", "cluster", "queue", "nats-creds", "memory", "verbose", "help", "version",
];
/** Of `index`, `sbm` and `malmquist`, for what was probably meant. */
const FLAGS = [...OPTIONS, "id", ...[index, sbm, malmquist].flatMap((step) => Object.keys(step.options))];

/** 0 done; 1 internal error; 2 wrong usage, study or data; 3 done, some specifications failed; 130 interrupted. */
async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? undefined : 1));
  try {
    await commandLine().parseAsync();
  } catch (error) {
    process.exitCode = failure(error);
  }
}

function failure(error: unknown): number {
  if (error instanceof InputError) {
    process.stderr.write(`neyman: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`neyman: internal error, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function commandLine(): ReturnType<typeof yargs> {
  return yargs(hideBin(process.argv))
    .scriptName("neyman")
    .usage("$0 <command>\n\nDouble machine learning for panel data: one study file in, tables out.")
    .command(runCommand)
    .command(planCommand)
    .command(mergeCommand)
    .command(statusCommand)
    .command(storeCommand)
    .command(tableCommand)
    .command(plotCommand)
    .command(initCommand)
    .command(describeCommand)
    .command(deriveCommand)
    .command(learnersCommand)
    .command(schemaCommand)
    .command(indexCommand)
    .command(sbmCommand)
    .command(malmquistCommand)
    .command(workerCommand)
    .command(statusCommand)
    .example("$0 run study.yaml", "fit, print the tables, write study-output/")
    .example("$0 init panel.csv", "write a first study file")
    .example("$0 plan study.yaml", "see first what would be fitted")
    .example("$0 describe panel.dta", "variables, labels, missing values, the shape of the panel")
    .example("$0 table study.yaml --format latex,docx", "its tables again, for the paper")
    .example("$0 learners lassocv", "what can be set, and the defaults")
    .example("$0 schema > study.schema.json", "let an editor complete study files")
    .example("$0 index cities.csv --columns co2,pm25", "an entropy-weight index")
    .example("$0 sbm cities.csv --inputs k,l --outputs y --rts vrs", "efficiency by row")
    .demandCommand(1, "Name a command: run, plan, merge, status, store, worker, table, plot, init, describe, derive, learners, schema, index, sbm or malmquist.")
    .strict()
    .parserConfiguration({ "duplicate-arguments-array": false })
    .detectLocale(false)
    .updateStrings({ "Positionals:": "Arguments:" })
    .version(version)
    .describe("version", "print the version")
    .help()
    .describe("help", "print this help")
    .epilogue(
      "Results go to stdout and into the output folder, progress to stderr.\n" +
        "Exit codes: 0 done; 1 internal error; 2 wrong usage, study or data; 3 done, but some\n" +
        "specifications or joint tables could not be estimated; 130 interrupted (what was fitted is kept).",
    )
    .wrap(Math.min(100, process.stdout.columns || 100))
    .fail((message: string | null, error?: Error) => {
      if (error !== undefined && error.name !== "YError") throw error;
      throw new InputError(`${usageSentence(message ?? error?.message ?? "")} See \`neyman --help\`.`);
    });
}

/** yargs' words for wrong usage, with what was probably meant. */
function usageSentence(message: string): string {
  const command = process.argv[2] ?? "";
  const ofData = { index: "cities.csv", sbm: "cities.csv", malmquist: "cities.csv", init: "panel.csv", describe: "panel.dta" }[command] ?? null;
  if (message.startsWith("Not enough non-option arguments") && command === "worker") return "Name the server, as in `neyman worker nats://host:4222`.";
  if (message.startsWith("Not enough non-option arguments")) return ofData === null ? "Name the study file, as in `neyman run study.yaml`." : `Name the data file, as in \`neyman ${command} ${ofData}\`.`;
  if (message === "Missing required argument: to") return "Name the file to write with --to, as in `neyman derive study.yaml --to panel.dta`.";
  const [, lacking] = /^Not enough arguments following: (.*)/.exec(message) ?? [];
  if (lacking !== undefined) return `\`--${lacking}\` needs a value.`;
  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message) ?? [];
  if (unknown === undefined) return message;
  const isOption = process.argv.some((word) => word.startsWith("-") && word.replace(/^-+/, "").split("=")[0] === unknown);
  const known = ofData ? FLAGS : OPTIONS;
  if (isOption && known.includes(unknown)) return `\`neyman ${command}\` has no option \`--${unknown}\`; other commands have it.`;
  const near = nearest(unknown, known);
  if (isOption) return `There is no option \`--${unknown}\`.${near === undefined ? "" : ` Did you mean \`--${near}\`?`}`;
  if (process.argv[2] === unknown) return `There is no command \`${unknown}\`. ${suggestion(unknown, COMMANDS)}`;
  return `\`${unknown}\` is one argument too many: \`run\`, \`plan\`, \`status\` and \`derive\` take one study file, \`learners\` one name, \`schema\` nothing, the others one data file.`;
}

await main();
