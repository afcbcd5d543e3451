import type { CommandModule } from "yargs";
import { clusterStatus, type ClusterStatus } from "../cluster/status.js";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import { loadStudy } from "../node/files.js";
import { deriveStudy, prepareStudy } from "../pipeline.js";
import { integer } from "../report/numbers.js";
import { type ClusterArguments, joinQueue, withQueueOptions } from "./cluster.js";
import { openStore, refuseEmpty } from "./options.js";
import { duration } from "./progress.js";

interface StatusArguments extends ClusterArguments {
  readonly study: string;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

/** `neyman status STUDY --cluster SERVER`: how far a study is on a queue. */
export const statusCommand: CommandModule<object, StatusArguments> = {
  command: "status <study>",
  describe: "show how far a study is on a cluster: done, running where, failed, time left",
  builder: (yargs) =>
    withQueueOptions(
      yargs
        .usage("$0 status <study> --cluster <server>\n\nShows what of a study is done, what waits, which workers are at it and what has failed. Nothing is fitted\nor written.")
        .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
        .option("cluster", { type: "string", requiresArg: true, describe: "the queue's NATS server, as nats://host:4222" })
        .option("store", { type: "string", requiresArg: true, describe: "the store to look into, too, or none (default: .neyman beside the study)" })
        .option("json", { type: "boolean", describe: "print JSON" }),
    ),
  handler: showClusterStatus,
};

/** Prints how far a study is on the queue of `--cluster`. */
export async function showClusterStatus(given: StatusArguments): Promise<void> {
  refuseEmpty(given);
  if (given.cluster === undefined) throw new InputError("Name the queue's server with --cluster, as in `neyman status study.yaml --cluster nats://host:4222`.");
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await openStore(given.store, folder);
  const engine = await createEngine();
  const { plan } = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
  const queue = await joinQueue(given, "--cluster");
  try {
    const status = await clusterStatus(queue, plan.tasks.values(), store, Date.now());
    process.stdout.write(given.json === true ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
  } finally {
    await queue.connection.close();
  }
}

function statusText({ queue, nuisances, share, workers, failed, secondsLeft }: ClusterStatus): string {
  const { distinct, done, queued, unsent } = nuisances;
  const left = done + nuisances.failed === distinct ? "" : secondsLeft === null ? ", nobody at work" : `, ${duration(secondsLeft * 1000)} left by the predicted cost`;
  const first = `${integer(done)} of ${integer(distinct)} nuisances done, ${Math.floor(share * 100)} % of the work${left}; ${integer(queued)} on the queue, ${integer(unsent)} not sent yet.`;
  const lines = workers.map(({ host, pid, threads, numerics, running }) => {
    const tasks = numerics !== queue.numerics ? `numerics ${numerics}: takes none of these` : running.length === 0 ? "idle" : running.map(({ task, seconds }) => `${task} for ${duration(seconds * 1000)}`).join(", ");
    return `  ${host}, process ${pid}, ${threads} ${threads === 1 ? "thread" : "threads"}: ${tasks}`;
  });
  const where = lines.length === 0 ? `No worker is on queue ${queue.name} at ${queue.server}.` : `Workers on queue ${queue.name} at ${queue.server}:`;
  const failures = failed.length === 0 ? [] : [`Failed: ${failed.length}.`, ...failed.map(({ task, message }) => `  ${task}: ${message}`)];
  return `${[first, where, ...lines, ...failures].join("\n")}\n`;
}
