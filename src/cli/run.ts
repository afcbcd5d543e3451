import { basename, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import type { FitProgress } from "../fit/run.js";
import { loadStudy, writeOutputs } from "../node/files.js";
import { createThreadPool } from "../node/pool.js";
import { prepareStudy, runStudy } from "../pipeline.js";
import { estimatesArrow } from "../report/arrow.js";
import { markdownText } from "../report/markdown.js";
import { estimatesJson, type StudyResult } from "../report/results.js";
import { terminalText } from "../report/terminal.js";
import { version } from "../version.js";
import { openStore, threadCount } from "./options.js";
import { createProgressLine } from "./progress.js";

interface RunArguments {
  readonly study: string;
  readonly out: string | undefined;
  readonly threads: number | undefined;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

/** `neyman run STUDY`: fits what is not stored yet, prints the tables, writes the results. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run <study>",
  describe: "run a study file: print its tables and write its results",
  builder: (yargs) =>
    yargs
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("out", { type: "string", describe: "folder for the results (default: NAME-output beside the study)" })
      .option("threads", { type: "number", describe: "worker threads (default: one a core)" })
      .option("store", { type: "string", describe: "folder that keeps fitted nuisances, or none (default: .neyman beside the study)" })
      .option("json", { type: "boolean", describe: "print estimates.json instead of tables" }),
  handler: run,
};

async function run(given: RunArguments): Promise<void> {
  const started = performance.now();
  const threads = threadCount(given.threads);
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await openStore(given.store, folder);
  const pool = await createThreadPool(threads);
  const line = createProgressLine(process.stderr);
  const stop = (): void => {
    line.clear();
    process.stderr.write("neyman: interrupted. What was fitted is stored; run again to go on.\n");
    process.exit(130);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const engine = await createEngine({ pool, store });
    const prepared = prepareStudy(study, panel, engine.kernels);
    void import("apache-arrow"); // loads while the workers fit; needed at the end
    const { result, progress } = await runStudy(prepared, engine, { onProgress: line.show });
    line.clear();
    const out = given.out ?? resolve(folder, `${basename(given.study).replace(/\.[^.]*$/, "")}-output`);
    await writeOutputs(out, {
      "estimates.json": estimatesJson(result),
      "estimates.arrow": await estimatesArrow(result),
      "tables.md": markdownText(result),
      "run.json": runRecord(given, threads, performance.now() - started, progress),
    });
    process.stdout.write(given.json ? estimatesJson(result) : terminalText(result));
    process.stderr.write(`${summary(progress, performance.now() - started)} Results in ${out}.\n`);
    process.exitCode = exitCode(result);
  } finally {
    line.clear();
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    await pool.close();
  }
}

/** 2 where no specification has rows, 3 where some failed. */
function exitCode(result: StudyResult): number {
  const failed = result.rows.filter((row) => row.error !== null);
  if (failed.length === 0) return 0;
  if (failed.length === result.rows.length && failed.every((row) => row.error?.code === "no-rows")) {
    throw new InputError(`No specification has rows. ${failed[0]?.error?.message ?? ""}`);
  }
  return 3;
}

function summary(progress: FitProgress, milliseconds: number): string {
  const { tasks, fitted, stored } = progress;
  return `${tasks} nuisances: ${fitted} fitted, ${stored} from the store, in ${(milliseconds / 1000).toFixed(1)} s.`;
}

/** What depends on this run alone: never part of the estimates. */
function runRecord(given: RunArguments, threads: number, milliseconds: number, progress: FitProgress): string {
  const record = {
    version,
    date: new Date().toISOString(),
    study: given.study,
    threads,
    seconds: Math.round(milliseconds) / 1000,
    nuisances: { distinct: progress.tasks, fitted: progress.fitted, stored: progress.stored },
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
