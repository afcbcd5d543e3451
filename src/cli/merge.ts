import { stat } from "node:fs/promises";
import type { CommandModule } from "yargs";
import { InputError, listed } from "../errors.js";
import { gatherResults, type Standing, standingOf } from "../fit/gather.js";
import { shardsOf } from "../fit/shards.js";
import type { Store } from "../fit/store.js";
import { createFolderStore, resultFile } from "../node/store.js";
import type { Outline } from "../fit/outline.js";
import { outlineStudy } from "../parts.js";
import type { ClusterArguments } from "./cluster.js";
import { lastOfTwo } from "./outputOptions.js";
import { retrying, type RunArguments, runOptions, runStudyFile } from "./run.js";
import { MOST_SHARDS } from "./shard.js";

interface MergeArguments extends Omit<RunArguments, "shard" | keyof ClusterArguments> {
  readonly stores: readonly string[] | undefined;
  readonly fit: boolean;
  readonly shards: number | undefined;
}

/** `neyman merge STUDY STORE...`: what shards have fitted, brought together; then tables and files as of `run`. */
export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: "merge <study> [stores..]",
  describe: "bring the stores of shards together, and write the results",
  builder: (yargs) =>
    lastOfTwo(runOptions(yargs), ["out", "format", "threads", "store", "below", "digits", "stars", "theme", "font", "shards"])
      .usage("$0 merge <study> [stores..]\n\nBrings what a study needs from other stores into its own, each result checked, fits what is missing\nin all of them, and goes on as `run` does. Shards that wrote into one store need none to be named.")
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .positional("stores", { type: "string", array: true, describe: "folders that shards have written (their --store)" })
      .option("fit", { type: "boolean", default: true, describe: "fit what is missing; --no-fit refuses and names the shards" })
      .option("shards", { type: "number", requiresArg: true, describe: "how many shards there were, for --no-fit (default: one a store)" }),
  handler: merge,
};

async function merge(given: MergeArguments): Promise<void> {
  const folders = given.stores ?? [];
  const shards = given.shards ?? folders.length;
  if (!Number.isInteger(shards) || shards < 0 || shards > MOST_SHARDS) throw new InputError(`--shards must be a whole number from 1 to ${MOST_SHARDS}.`);
  for (const folder of folders) await refuseUnlessFolder(folder);
  await runStudyFile({ ...given, shard: undefined, cluster: undefined, queue: undefined, "nats-creds": undefined }, async (prepared, store, chosen) => {
    const outline = outlineStudy(prepared, chosen);
    for (const folder of folders) process.stderr.write(await broughtFrom(folder, retrying(given, createFolderStore(folder)), outline, store));
    const standing = await standingOf(outline, store);
    if (standing.missing.length === 0) return;
    if (!given.fit) throw new InputError(refusal(given.study, outline, standing, shards));
    process.stderr.write(`${missingText(outline, standing)} ${standing.missing.length === 1 ? "It is" : "They are"} fitted now.\n`);
  });
}

async function refuseUnlessFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new InputError(found === null ? `There is no store ${folder}. Name the folders that shards have written, their --store.` : `${folder} is no folder. Name the folders that shards have written, their --store.`);
}

async function broughtFrom(folder: string, from: Store, outline: Outline, store: Store): Promise<string> {
  const { taken, known, damaged } = await gatherResults(outline.values(), from, store);
  const names = listed(damaged.map((key) => resultFile(folder, key)));
  const left = damaged.length === 0 ? "" : ` Damaged and left out: ${names}.`;
  return `${folder}: ${taken} of ${outline.size} nuisances brought in${known === 0 ? "" : `, ${known} were there already`}.${left}\n`;
}

function missingText(outline: Outline, { missing }: Standing): string {
  return `${missing.length} of ${outline.size} nuisances ${missing.length === 1 ? "is" : "are"} in no store: ${listed(missing.map(({ name }) => name))}.`;
}

function refusal(study: string, outline: Outline, standing: Standing, count: number): string {
  const late = count < 2 ? [] : shardsOf(outline, count).flatMap((part, i) => (standing.missing.some(({ key }) => part.has(key)) ? [`${i + 1}/${count}`] : []));
  const [first] = late;
  const mend = first === undefined
    ? "Name the stores that have them"
    : `Of ${count} shards, ${listed(late, 20)} ${late.length === 1 ? "is" : "are"} not done: run \`neyman run ${study} --shard ${first}\`${late.length === 1 ? "" : " and so on"}`;
  return `${missingText(outline, standing)} ${mend}, or leave out --no-fit: then they are fitted now.`;
}
