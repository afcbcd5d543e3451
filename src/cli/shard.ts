import { InputError } from "../errors.js";
import type { Shard } from "../fit/shards.js";
import { fitShard } from "../parts.js";
import type { Engine, PreparedStudy, RunOptions } from "../pipeline.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Most shards that a study may be cut into. */
export const MOST_SHARDS = 10_000;

/**
 * `--shard i/n`; or its number from a batch system: `env` where that tells the count too (SLURM), else `auto/n`.
 * SLURM's arrays count from 1 here (`--array=1-n`), Kubernetes' indices from 0.
 */
export function shardFrom(text: string, environment: Environment): Shard {
  if (text === "env") return ofCount(text, environment["SLURM_ARRAY_TASK_COUNT"], environment);
  const [, index, count] = /^(auto|\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined) throw new InputError(`--shard must say which part of how many, as in \`--shard 1/4\`, or \`auto/4\` or \`env\` in a batch job, not \`${text}\`.`);
  return index === "auto" ? ofCount(text, count, environment) : checked(text, Number(index), Number(count));
}

function ofCount(text: string, count: string | undefined, environment: Environment): Shard {
  const { SLURM_ARRAY_TASK_ID: task, JOB_COMPLETION_INDEX: completion } = environment;
  if (task === undefined && completion === undefined) {
    throw new InputError(`--shard ${text}: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set. It is for jobs of an array; elsewhere give the number, as in \`--shard 1/4\`.`);
  }
  if (count === undefined) throw new InputError(`--shard ${text}: SLURM_ARRAY_TASK_COUNT is not set. Say how many shards there are, as in \`--shard auto/4\`.`);
  return checked(text, task === undefined ? Number(completion) + 1 : Number(task), Number(count));
}

function checked(text: string, index: number, count: number): Shard {
  if (!Number.isInteger(count) || count < 1 || count > MOST_SHARDS) throw new InputError(`--shard ${text}: the number of shards must be from 1 to ${MOST_SHARDS}.`);
  if (Number.isInteger(index) && index >= 1 && index <= count) return { index, count };
  const array = text.startsWith("auto") || text === "env" ? ` An array of SLURM counts from 1: \`--array=1-${count}\`.` : "";
  throw new InputError(`--shard ${text}: the shard's number is ${index}, and must be from 1 to ${count}.${array}`);
}

/** Options of outputs, of which a shard has none. */
const OUTPUTS = ["out", "format", "json", "ndjson", "keep-predictions"] as const;

/** Refuses what a shard cannot do. */
export function refuseOutputs(given: { readonly [option in (typeof OUTPUTS)[number]]: string | boolean | undefined } & { readonly store: string | undefined }): void {
  const wrong = OUTPUTS.find((option) => given[option] !== undefined);
  if (wrong !== undefined) throw new InputError(`--shard writes no tables: leave out --${wrong}, and give it to \`neyman merge\`.`);
  if (given.store === "none") throw new InputError("--shard keeps what it fits in the store: name one with --store, or leave the option out.");
}

/** Fits a shard; the words of what was done. */
export async function runShard(prepared: PreparedStudy, shard: Shard, engine: Engine, options: RunOptions): Promise<string> {
  const { distinct, progress, failed } = await fitShard(prepared, shard, engine, options);
  const { tasks, fitted, stored } = progress;
  const name = `Shard ${shard.index} of ${shard.count}`;
  if (tasks === 0) return `${name} has nothing to do: the study has ${distinct} nuisances.`;
  const failure = failed === 0 ? "" : ` ${failed} could not be fitted: \`neyman merge\` names the rows and the reasons.`;
  return `${name}: ${tasks} of ${distinct} nuisances, ${fitted} fitted, ${stored} from the store.${failure}`;
}
