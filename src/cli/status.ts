import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import { standingOf } from "../fit/gather.js";
import type { Outline } from "../fit/outline.js";
import { lookingInto } from "../fit/store.js";
import { loadStudy } from "../node/files.js";
import { createFolderStore, resultFile } from "../node/store.js";
import { factsOf, type StandingClaim, standingClaims, storeFiles } from "../node/storeFolder.js";
import { outlineStudy } from "../parts.js";
import { deriveStudy, prepareStudy } from "../pipeline.js";
import { integer } from "../report/numbers.js";
import { withQueueOptions } from "./cluster.js";
import { showClusterStatus, type StatusArguments } from "./clusterStatus.js";
import { refuseEmpty, storeFolder } from "./options.js";
import { duration } from "./progress.js";

/** `neyman status STUDY`: how far the runs on a store are. */
export const statusCommand: CommandModule<object, StatusArguments> = {
  command: "status <study>",
  describe: "show how far a study is in a store: done, running where, failed, time left",
  builder: (yargs) =>
    withQueueOptions(yargs)
      .usage("$0 status <study>\n\nShows what of a study is in the store, which processes are at it, on whatever machines, what has\nfailed, and when it will be done. Nothing is fitted or written.")
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("store", { type: "string", requiresArg: true, describe: "the store's folder (default: .neyman beside the study)" })
      .option("cluster", { type: "string", requiresArg: true, describe: "NATS server of a queue, as nats://host:4222: how far its workers are" })
      .option("json", { type: "boolean", describe: "print JSON" }),
  handler: (given) => (given.cluster === undefined ? showStatus(given) : showClusterStatus(given)),
};

async function showStatus(given: StatusArguments): Promise<void> {
  refuseEmpty(given);
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await storeFolder(given.store, folder);
  if (store === null) throw new InputError("There is no store to look into: name its folder with --store.");
  const engine = await createEngine();
  const prepared = prepareStudy(study, await deriveStudy(study, panel, { ...engine, store: lookingInto(createFolderStore(store)) }), engine.kernels);
  const status = await statusIn(store, outlineStudy(prepared));
  process.stdout.write(given.json === true ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
}

interface Status {
  readonly nuisances: { readonly distinct: number; readonly done: number; readonly failed: number; readonly missing: number };
  /** Of the predicted work, what is done or has failed; from 0 to 1. */
  readonly share: number;
  readonly running: readonly Process[];
  readonly failed: readonly { readonly task: string; readonly message: string }[];
  /** Seconds until all is done, at the pace since the first of those that run began; null: nothing runs, or none is done yet. */
  readonly secondsLeft: number | null;
}

interface Process {
  readonly host: string;
  readonly pid: number;
  readonly tasks: readonly string[];
  /** Seconds since it began. */
  readonly seconds: number;
}

async function statusIn(folder: string, tasks: Outline): Promise<Status> {
  const nameOf = (key: string): string => tasks.get(key)?.name ?? key;
  const { done, failed, missing } = await standingOf(tasks, createFolderStore(folder));
  const open = new Set(missing.map(({ key }) => key));
  const claims = (await standingClaims(await storeFiles(folder))).filter(({ key, gone }) => open.has(key) && !gone);
  const work = (keys: Iterable<string>): number => [...keys].reduce((sum, key) => sum + (tasks.get(key)?.cost ?? 0), 0);
  const [all, left] = [work(tasks.keys()), work(missing.map(({ key }) => key))];
  return {
    nuisances: { distinct: tasks.size, done: done.length, failed: failed.size, missing: missing.length },
    share: all === 0 ? 1 : 1 - left / all,
    running: processesOf(claims, nameOf),
    failed: [...failed].map(([key, { message }]) => ({ task: nameOf(key), message })),
    secondsLeft: await secondsLeft(folder, claims, done.map(({ key }) => key), left, work),
  };
}

function missingTask(key: string): never {
  throw new Error(`There is no task ${key}.`);
}

function processesOf(claims: readonly StandingClaim[], nameOf: (key: string) => string): readonly Process[] {
  const ids = [...new Set(claims.map(({ host, pid, token }) => JSON.stringify([host, pid, token])))].sort();
  return ids.map((id) => {
    const own = claims.filter(({ host, pid, token }) => JSON.stringify([host, pid, token]) === id);
    const [{ host, pid, started } = missingTask(id)] = own;
    return { host, pid, tasks: own.map(({ key }) => nameOf(key)), seconds: Math.max(0, Math.round((Date.now() - started) / 1000)) };
  });
}

/** Work left over the pace of those that run: what was stored since the first of them began. */
async function secondsLeft(folder: string, claims: readonly StandingClaim[], done: readonly string[], left: number, work: (keys: Iterable<string>) => number): Promise<number | null> {
  if (claims.length === 0 || left === 0) return left === 0 ? 0 : null;
  const began = Math.min(...claims.map(({ started }) => started));
  const files = done.map((key) => ({ path: resultFile(folder, key), kind: "result" as const, key }));
  const facts = await factsOf(files);
  const recent = files.filter(({ path }) => (facts.get(path)?.written ?? 0) >= began);
  const pace = work(recent.map(({ key }) => key)) / (Date.now() - began);
  return pace > 0 ? Math.round(left / pace / 1000) : null;
}

function statusText({ nuisances, share, running, failed, secondsLeft: left }: Status): string {
  const { distinct, done, missing } = nuisances;
  const time = missing === 0 ? "" : left === null ? "" : `, ${duration(left * 1000)} left at the pace of those that run`;
  const first = `${integer(done)} of ${integer(distinct)} nuisances done, ${Math.floor(share * 100)} % of the work${time}.`;
  const processes = running.map(({ host, pid, tasks, seconds }) => `  ${host}, process ${pid}, for ${duration(seconds * 1000)}: ${tasks.join(", ")}`);
  const where = processes.length > 0 ? ["Running:", ...processes] : missing > 0 ? ["Nothing is running that can be seen from here (tasks of some milliseconds are not announced)."] : [];
  const failures = failed.length === 0 ? [] : [`Failed: ${failed.length}.`, ...failed.map(({ task, message }) => `  ${task}: ${message}`)];
  return `${[first, ...where, ...failures].join("\n")}\n`;
}
