#!/usr/bin/env node
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError } from "../errors.js";
import { version } from "../version.js";
import { planCommand } from "./plan.js";
import { runCommand } from "./run.js";
import { schemaCommand } from "./schema.js";

/** 0 done; 1 internal error; 2 wrong usage, study or data; 3 done, some specifications failed; 130 interrupted. */
async function main(): Promise<void> {
  try {
    await yargs(hideBin(process.argv))
      .scriptName("neyman")
      .usage("$0 <command>\n\nDouble machine learning for panel data: one study file in, tables out.")
      .command(runCommand)
      .command(planCommand)
      .command(schemaCommand)
      .demandCommand(1, "Name a command: run, plan or schema.")
      .recommendCommands()
      .strict()
      .version(version)
      .help()
      .wrap(Math.min(100, process.stdout.columns ?? 100))
      .fail((message, error) => {
        throw error ?? new InputError(`${message}\nSee \`neyman --help\`.`);
      })
      .parseAsync();
  } catch (error) {
    if (error instanceof InputError) {
      process.stderr.write(`neyman: ${error.message}\n`);
      process.exitCode = 2;
      return;
    }
    process.stderr.write(`neyman: internal error, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}

await main();
