import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import type { Pool } from "../fit/pool.js";
import type { FitProgress } from "../fit/run.js";
import { loadArrow } from "../node/arrow.js";
import { isWritableFolder, loadStudy, outputFolder, writeOutputs } from "../node/files.js";
import { writePanel } from "../panel/write.js";
import { createThreadPool } from "../node/pool.js";
import { deriveStudy, type PreparedStudy, prepareStudy, runStudy } from "../pipeline.js";
import { estimatesArrow } from "../report/arrow.js";
import { outputFiles } from "../report/outputs.js";
import { predictionsPanel } from "../report/predictions.js";
import { estimatesJson, type StudyResult } from "../report/results.js";
import { storedResult } from "../report/stored.js";
import { terminalText } from "../report/terminal.js";
import { FORMATS } from "../study/output.js";
import { version } from "../version.js";
import { type ClusterArguments, openCluster, withQueueOptions } from "./cluster.js";
import { type FigureArguments, formatsIn, requestOf, type StyleArguments, styled, withFigures, withStyle } from "./outputOptions.js";
import { openStore, refuseEmpty, refuseIfNothingIsLeft, shownPath, threadCount } from "./options.js";
import { createProgressLine, type ProgressLine } from "./progress.js";

interface RunArguments extends StyleArguments, FigureArguments, ClusterArguments {
  readonly study: string;
  readonly out: string | undefined;
  readonly threads: number | undefined;
  readonly store: string | undefined;
  readonly format: string | undefined;
  readonly json: boolean | undefined;
  readonly "keep-predictions": boolean | undefined;
}

/** `neyman run STUDY`: fits what is not stored yet, prints the tables, writes the results. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run <study>",
  describe: "run a study file: print its tables and write its results",
  builder: (yargs) =>
    withQueueOptions(withFigures(withStyle(
      yargs
        .usage("$0 run <study>\n\nFits what a study needs and is not stored yet, prints its tables, and writes estimates.json,\nestimates.arrow, results.json, run.json, tables.md and report.html into the output folder.")
        .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
        .option("out", { type: "string", requiresArg: true, describe: "folder for the results (default: NAME-output beside the study)" })
        .option("format", { type: "string", requiresArg: true, describe: `files to write, with commas: ${FORMATS.join(", ")}, all (default: the study's, else md,report)` })
        .option("threads", { type: "number", requiresArg: true, describe: "worker threads (default: one a core); results do not depend on it" })
        .option("store", { type: "string", requiresArg: true, describe: "folder that keeps what was fitted, or none (default: .neyman beside the study)" })
        .option("keep-predictions", { type: "boolean", describe: "write predictions.arrow too: every nuisance's out-of-fold prediction of every row" })
        .option("cluster", { type: "string", requiresArg: true, describe: "NATS server whose workers do the fits, as nats://host:4222 (see neyman worker)" })
        .option("json", { type: "boolean", describe: "print estimates.json instead of the tables" }),
    ))),
  handler: run,
};

async function run(given: RunArguments): Promise<void> {
  const started = performance.now();
  refuseEmpty(given);
  const threads = threadCount(given.threads);
  const pool = await createThreadPool(threads);
  try {
    await runIn(pool, given, started);
  } finally {
    await pool.close();
  }
}

async function runIn(pool: Pool, given: RunArguments, started: number): Promise<void> {
  const loaded = await loadStudy(given.study);
  const { panel, folder } = loaded;
  const study = { ...loaded.study, output: styled(loaded.study.output, given) };
  const request = requestOf(given.format === undefined ? study.output.formats : formatsIn(given.format), given, null);
  const out = given.out ?? outputFolder(given.study);
  if (!(await isWritableFolder(out))) throw new InputError(`The results cannot be written into ${out}: no files can be made there. Choose another folder with --out.`);
  const store = await openStore(given.store, folder);
  const line = createProgressLine(process.stderr);
  const cluster = await openCluster(given, store, (note) => {
    line.clear();
    process.stderr.write(`neyman: ${note}\n`);
  });
  const stop = interruption(line, cluster?.kept ?? (given.store === "none" ? "Nothing was stored (--store none)." : "What was fitted is stored; run again to go on."));
  try {
    const engine = await createEngine({ pool, store, ...cluster?.parts });
    const prepared = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
    refuseIfNothingIsLeft(prepared);
    const { result, progress, lookup } = await runStudy(prepared, engine, { onProgress: line.show });
    line.clear();
    const milliseconds = performance.now() - started;
    await writeOutputs(out, {
      "estimates.json": estimatesJson(result),
      "estimates.arrow": await estimatesArrow(result, loadArrow()),
      "results.json": storedResult(result),
      ...(await outputFiles(result, request)),
      ...(given["keep-predictions"] === true ? { "predictions.arrow": await writePanel(predictionsPanel(prepared, panel, lookup), "arrow") } : {}),
      "run.json": runRecord(given, pool.threads, milliseconds, progress),
    });
    process.stdout.write(given.json ? estimatesJson(result) : terminalText(result));
    process.stderr.write(`${summary(prepared, result, progress, milliseconds)} Results in ${shownPath(out)}.\n`);
    process.exitCode = result.rows.some((row) => row.error !== null) ? 3 : 0;
  } finally {
    line.clear();
    stop.off();
    await cluster?.close();
  }
}

/** Ctrl-C ends the process at once: each result is stored as soon as it is whole, so nothing is waited for. */
function interruption(line: ProgressLine, kept: string): { off(): void } {
  const stop = (): void => {
    line.clear();
    process.stderr.write(`neyman: interrupted. ${kept}\n`);
    process.exit(130);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    off() {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    },
  };
}

function summary(prepared: PreparedStudy, result: StudyResult, progress: FitProgress, milliseconds: number): string {
  const { fitted, stored } = progress;
  const failed = result.rows.filter((row) => row.error !== null).length;
  const failure = failed === 0 ? "" : ` ${failed} of ${result.rows.length} specifications could not be estimated.`;
  const { size } = prepared.plan.tasks;
  return `${size} ${size === 1 ? "nuisance" : "nuisances"}: ${fitted} fitted, ${stored} from the store, in ${(milliseconds / 1000).toFixed(1)} s.${failure}`;
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
