import { clusterStatus, type ClusterStatus } from "../cluster/status.js";
import { createEngine } from "../engine.js";
import { lookingInto } from "../fit/store.js";
import { loadStudy } from "../node/files.js";
import { deriveStudy, prepareStudy } from "../pipeline.js";
import { integer } from "../report/numbers.js";
import { type ClusterArguments, joinQueue } from "./cluster.js";
import { openStore, refuseEmpty } from "./options.js";
import { duration } from "./progress.js";

/** What `status` is given. */
export interface StatusArguments extends ClusterArguments {
  readonly study: string;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

/** Prints how far a study is on the queue of `--cluster`. */
export async function showClusterStatus(given: StatusArguments): Promise<void> {
  refuseEmpty(given);
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await openStore(given.store, folder, () => undefined);
  const engine = await createEngine();
  const { plan } = prepareStudy(study, await deriveStudy(study, panel, { ...engine, store: lookingInto(store) }), engine.kernels);
  const queue = await joinQueue(given, "--cluster");
  try {
    const status = await clusterStatus(queue, plan.tasks.values(), store, Date.now());
    process.stdout.write(given.json === true ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, study.tables.some(({ kind }) => kind === "curve")));
  } finally {
    await queue.connection.close();
  }
}

function statusText({ queue, backlog, nuisances, share, workers, failed, secondsLeft }: ClusterStatus, hasCurves: boolean): string {
  const { distinct, done, queued, unsent } = nuisances;
  const left = done + nuisances.failed === distinct ? "" : secondsLeft === null ? ", nobody at work" : `, ${duration(secondsLeft * 1000)} left by the predicted cost`;
  const first = `${integer(done)} of ${integer(distinct)} nuisances done, ${Math.floor(share * 100)} % of the work${left}; ${integer(queued)} on the queue, ${integer(unsent)} not sent yet.`;
  const counted = hasCurves && distinct === 0 ? [] : [first];
  const curves = hasCurves ? [`Curves are planned while they run. On the queue, of all studies: ${integer(backlog.waiting)} that wait, ${integer(backlog.running)} that run.`] : [];
  const lines = workers.map(({ host, pid, threads, numerics, running }) => {
    const tasks = numerics !== queue.numerics ? `numerics ${numerics}: takes none of these` : running.length === 0 ? "idle" : running.map(({ task, seconds }) => `${task} for ${duration(seconds * 1000)}`).join(", ");
    return `  ${host}, process ${pid}, ${threads} ${threads === 1 ? "thread" : "threads"}: ${tasks}`;
  });
  const where = lines.length === 0 ? `No worker is on queue ${queue.name} at ${queue.server}.` : `Workers on queue ${queue.name} at ${queue.server}:`;
  const failures = failed.length === 0 ? [] : [`Failed: ${failed.length}.`, ...failed.map(({ task, message }) => `  ${task}: ${message}`)];
  return `${[...counted, ...curves, where, ...lines, ...failures].join("\n")}\n`;
}
