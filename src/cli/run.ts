import type { Argv, CommandModule } from "yargs";
import type { CurveNuisances } from "../curve/run.js";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import type { Pool } from "../fit/pool.js";
import type { FitProgress } from "../fit/run.js";
import { withoutFailures } from "../fit/retry.js";
import type { Shard } from "../fit/shards.js";
import type { Store } from "../fit/store.js";
import { loadArrow } from "../node/arrow.js";
import { isWritableFolder, loadStudy, outputFolder, writeOutputs } from "../node/files.js";
import { writePanel } from "../panel/write.js";
import { createThreadPool } from "../node/pool.js";
import { keepInFiles } from "../node/scores.js";
import { deriveStudy, type PreparedStudy, prepareStudy, runStudy, type StudyRun } from "../pipeline.js";
import { estimatesArrow } from "../report/arrow.js";
import { curveArrow } from "../report/curveRows.js";
import { type OutputFiles, outputFiles } from "../report/outputs.js";
import { predictionsPanel } from "../report/predictions.js";
import { estimatesJson, type StudyResult } from "../report/results.js";
import { storedResult } from "../report/stored.js";
import { terminalText } from "../report/terminal.js";
import { FORMATS } from "../study/output.js";
import { version } from "../version.js";
import { type ClusterArguments, openCluster, withQueueOptions } from "./cluster.js";
import { chosenIn, deadlineOf, openLines } from "./curveOptions.js";
import { type FigureArguments, formatsIn, requestOf, type StyleArguments, styled, withFigures, withStyle } from "./outputOptions.js";
import { openStore, refuseEmpty, refuseIfNothingIsLeft, shownPath, threadCount } from "./options.js";
import { createProgressLine, type ProgressLine } from "./progress.js";
import { refuseOutputs, runShard, shardFrom } from "./shard.js";

/** What `run` and `merge` are given. */
export interface RunArguments extends StyleArguments, FigureArguments, ClusterArguments {
  readonly study: string;
  readonly out: string | undefined;
  readonly threads: number | undefined;
  readonly store: string | undefined;
  readonly shard: string | undefined;
  readonly format: string | undefined;
  readonly json: boolean | undefined;
  readonly where: string | undefined;
  readonly "max-time": string | undefined;
  readonly ndjson: string | undefined;
  readonly "keep-predictions": boolean | undefined;
  readonly "retry-errors": boolean | undefined;
}

/** `neyman run STUDY`: fits what is not stored yet, prints the tables, writes the results. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run <study>",
  describe: "run a study file: print its tables and write its results",
  builder: (yargs) =>
    withQueueOptions(runOptions(yargs))
      .usage("$0 run <study>\n\nFits what a study needs and is not stored yet, prints its tables, and writes estimates.json,\nestimates.arrow, results.json, run.json, tables.md and report.html into the output folder.")
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("cluster", { type: "string", requiresArg: true, describe: "NATS server whose workers do the fits, as nats://host:4222 (see neyman worker)" })
      .option("shard", { type: "string", requiresArg: true, describe: "fit one part of the nuisances into the store, such as 1/4 (auto/4, env: its number from a batch system); `neyman merge` writes the tables" }),
  handler: (given) => runStudyFile(given),
};

/** Options of all commands that end in a study's results. */
export function runOptions<T>(yargs: Argv<T>): Argv<T & Omit<RunArguments, "study" | "shard" | keyof ClusterArguments>> {
  return withFigures(withStyle(
    yargs
      .option("out", { type: "string", requiresArg: true, describe: "folder for the results (default: NAME-output beside the study)" })
      .option("format", { type: "string", requiresArg: true, describe: `files to write, with commas: ${FORMATS.join(", ")}, all (default: the study's, else md,report)` })
      .option("threads", { type: "number", requiresArg: true, describe: "worker threads (default: one a core); results do not depend on it" })
      .option("store", { type: "string", requiresArg: true, describe: "folder that keeps what was fitted, or none (default: .neyman beside the study)" })
      .option("keep-predictions", { type: "boolean", describe: "write predictions.arrow too: every nuisance's out-of-fold prediction of every row" })
      .option("where", { type: "string", requiresArg: true, describe: "the part of a curve to run, by its labels: 'learner == Forest & sample != All'" })
      .option("max-time", { type: "string", requiresArg: true, describe: "stop after so long, such as 90s, 30m or 2h; run again to go on" })
      .option("ndjson", { type: "string", describe: "a line of JSON for each specification of a curve as soon as it is estimated, to a file, or to standard output in place of the tables" })
      .option("json", { type: "boolean", describe: "print estimates.json instead of the tables" })
      .option("retry-errors", { type: "boolean", describe: "fit again what an earlier run could not fit; its reasons are in the store" }),
  ));
}

type Chosen = ReturnType<typeof chosenIn>;

/** Something to be done with the store before anything is fitted. */
type Gather = (prepared: PreparedStudy, store: Store, chosen: Chosen) => Promise<void>;

/** Runs a study file, whole or one shard of it. */
export async function runStudyFile(given: RunArguments, gather: Gather = async () => undefined): Promise<void> {
  const started = performance.now();
  refuseEmpty(given);
  const shard = given.shard === undefined ? null : shardFrom(given.shard, process.env);
  if (shard !== null) refuseOutputs(given);
  const threads = threadCount(given.threads);
  const pool = await createThreadPool(threads);
  try {
    await (shard === null ? runIn(pool, given, started, gather) : runShardIn(pool, given, started, shard));
  } finally {
    await pool.close();
  }
}

async function runShardIn(pool: Pool, given: RunArguments, started: number, shard: Shard): Promise<void> {
  const { study, panel, folder } = await loadStudy(given.study);
  const chosen = chosenIn(study, given.where);
  const deadline = deadlineOf(given["max-time"]);
  const store = retrying(given, await openStore(given.store, folder, null));
  const line = createProgressLine(process.stderr);
  const stop = interruption(line, "What was fitted is stored; run again to go on.");
  try {
    const engine = await createEngine({ pool, store });
    const prepared = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
    refuseIfNothingIsLeft(prepared);
    const done = await runShard(prepared, shard, engine, { onProgress: line.show, deadline, curves: { chosen } });
    line.clear();
    process.stderr.write(`${done} ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
  } catch (error) {
    endIfTimeIsUp(error, deadline, line);
  } finally {
    line.clear();
    stop.off();
  }
}

async function runIn(pool: Pool, given: RunArguments, started: number, gather: Gather): Promise<void> {
  const loaded = await loadStudy(given.study);
  const { panel, folder } = loaded;
  const study = { ...loaded.study, output: styled(loaded.study.output, given) };
  const request = requestOf(given.format === undefined ? study.output.formats : formatsIn(given.format), given, null);
  const out = given.out ?? outputFolder(given.study);
  if (!(await isWritableFolder(out))) throw new InputError(`The results cannot be written into ${out}: no files can be made there. Choose another folder with --out.`);
  const chosen = chosenIn(study, given.where);
  const deadline = deadlineOf(given["max-time"]);
  const lines = openLines(given.ndjson);
  const line = createProgressLine(process.stderr);
  const store = retrying(given, await openStore(given.store, folder, (message) => {
    line.clear();
    process.stderr.write(`neyman: ${message} This run goes on; what cannot be stored is not kept.\n`);
  }));
  const cluster = await openCluster(given, store, (note) => {
    line.clear();
    process.stderr.write(`neyman: ${note}\n`);
  });
  const stop = interruption(line, cluster?.kept ?? (given.store === "none" ? "Nothing was stored (--store none)." : "What was fitted is stored; run again to go on."));
  try {
    const engine = await createEngine({ pool, store, ...cluster?.parts });
    const prepared = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
    refuseIfNothingIsLeft(prepared);
    await gather(prepared, store, chosen);
    const { result, progress, lookup, curves } = await runStudy(prepared, engine, { onProgress: line.show, deadline, curves: { chosen, onRow: lines?.onRow, keepScores: keepInFiles(out) } });
    line.clear();
    const milliseconds = performance.now() - started;
    const counted = nuisancesOf(progress, curves);
    await writeOutputs(out, {
      "estimates.json": estimatesJson(result),
      "estimates.arrow": await estimatesArrow(result, loadArrow()),
      "results.json": storedResult(result),
      ...(await curveFiles(result)),
      ...(await outputFiles(result, request)),
      ...(given["keep-predictions"] === true ? { "predictions.arrow": await writePanel(predictionsPanel(prepared, panel, lookup), "arrow") } : {}),
      "run.json": runRecord(given, pool.threads, milliseconds, counted),
    });
    if (lines?.onStandardOutput !== true) process.stdout.write(given.json ? estimatesJson(result) : terminalText(result));
    process.stderr.write(`${summary(result, counted, milliseconds)} Results in ${shownPath(out)}.${deadline?.aborted === true ? " Time is up: run again to go on." : ""}\n`);
    process.exitCode = deadline?.aborted === true || failuresIn(result) + lostTables(result) > 0 ? 3 : 0;
  } catch (error) {
    endIfTimeIsUp(error, deadline, line);
  } finally {
    lines?.close();
    line.clear();
    stop.off();
    await cluster?.close();
  }
}

/** A store as `--retry-errors` sees it. */
export function retrying(given: Pick<RunArguments, "retry-errors">, store: Store): Store {
  return given["retry-errors"] === true ? withoutFailures(store) : store;
}

/** Says that time is up where that ended the run; throws every other error. */
function endIfTimeIsUp(error: unknown, deadline: AbortSignal | undefined, line: ProgressLine): void {
  if (deadline?.aborted !== true || error instanceof InputError) throw error;
  line.clear();
  process.stderr.write("neyman: time is up. What was fitted is stored; run again to go on.\n");
  process.exitCode = 3;
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

function summary(result: StudyResult, { distinct, fitted, stored }: CurveNuisances, milliseconds: number): string {
  const all = result.rows.length + [...result.curves.values()].reduce((sum, { rows }) => sum + rows.size, 0);
  const lost = failureText(failuresIn(result), all, "specification") + failureText(lostTables(result), result.joint.size, "joint table");
  return `${distinct} ${distinct === 1 ? "nuisance" : "nuisances"}: ${fitted} fitted, ${stored} from the store, in ${(milliseconds / 1000).toFixed(1)} s.${lost}`;
}

function failureText(failed: number, all: number, what: string): string {
  return failed === 0 ? "" : ` ${failed} of ${all} ${what}${all === 1 ? "" : "s"} could not be estimated.`;
}

/** Joint tables that say nothing. */
function lostTables({ joint }: StudyResult): number {
  return [...joint.values()].filter((one) => "error" in one).length;
}

/** Of tables and curves; what was not run has not failed. */
function failuresIn({ rows, curves }: StudyResult): number {
  return rows.filter((row) => row.error !== null).length + [...curves.values()].flatMap(({ failures }) => failures).reduce((sum, { count }) => sum + count, 0);
}

/** Of tables, and of each curve: what two of them share counts twice, the second time as stored. */
function nuisancesOf({ tasks, fitted, stored }: FitProgress, curves: StudyRun["curves"]): CurveNuisances {
  return [...curves.values()].reduce((sum, { nuisances }) => ({
    distinct: sum.distinct + nuisances.distinct, fitted: sum.fitted + nuisances.fitted, stored: sum.stored + nuisances.stored,
  }), { distinct: tasks, fitted, stored });
}

/** ID.arrow of each curve. */
async function curveFiles({ curves }: StudyResult): Promise<OutputFiles> {
  const library = curves.size === 0 ? undefined : loadArrow();
  return Object.fromEntries(await Promise.all([...curves].map(async ([id, { rows, inference }]) => [`${id}.arrow`, await curveArrow(id, rows, inference, library)] as const)));
}

/** What depends on this run alone: never part of the estimates. */
function runRecord(given: RunArguments, threads: number, milliseconds: number, nuisances: CurveNuisances): string {
  const record = {
    version,
    date: new Date().toISOString(),
    study: given.study,
    threads,
    seconds: Math.round(milliseconds) / 1000,
    nuisances,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
