import { writeSync } from "node:fs";
import { hostname, totalmem } from "node:os";
import type { CommandModule } from "yargs";
import { type WorkEvent, work } from "../cluster/work.js";
import type { Queue } from "../cluster/queue.js";
import { InputError } from "../errors.js";
import { createThreadPool } from "../node/pool.js";
import { version } from "../version.js";
import { joinQueue, withQueueOptions } from "./cluster.js";
import { threadCount } from "./options.js";

interface WorkerArguments {
  readonly server: string;
  readonly queue: string | undefined;
  readonly "nats-creds": string | undefined;
  readonly threads: number | undefined;
  readonly memory: number | undefined;
  readonly verbose: boolean | undefined;
}

/** `neyman worker SERVER`: takes tasks of `neyman run --cluster` from a queue, until it is stopped. */
export const workerCommand: CommandModule<object, WorkerArguments> = {
  command: "worker <server>",
  describe: "do the fits of runs that have --cluster, from a queue, until stopped",
  builder: (yargs) =>
    withQueueOptions(
      yargs
        .usage("$0 worker <server>\n\nTakes fits of `neyman run STUDY --cluster <server>` from the queue, one at a time a thread, until it is\nstopped (Ctrl-C, SIGTERM). It keeps no files. Start as many as there are machines.")
        .positional("server", { type: "string", demandOption: true, describe: "the queue's NATS server, as nats://host:4222" })
        .option("threads", { type: "number", requiresArg: true, describe: "fits at a time (default: one a core)" })
        .option("memory", { type: "number", requiresArg: true, describe: "MB that columns may take (default: half of the machine's)" })
        .option("verbose", { type: "boolean", describe: "a line for every fit" }),
    ),
  handler: runWorker,
};

async function runWorker({ server, threads: asked, memory, verbose = false, ...rest }: WorkerArguments): Promise<void> {
  const threads = threadCount(asked);
  const bytes = memoryOf(memory);
  const queue = await joinQueue({ cluster: server, ...rest }, "The server");
  const pool = await createThreadPool(threads);
  const control = new AbortController();
  const stop = (): void => control.abort(new Error("stopped"));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const counts = { fitted: 0, stored: 0, failed: 0, again: 0 };
  const say = (event: WorkEvent): void => {
    if (event.kind !== "foreign") counts[event.kind]++;
    if (event.kind === "foreign" || verbose) log(eventText(event, queue));
  };
  log(`${threads} ${threads === 1 ? "thread" : "threads"} for queue ${queue.name} at ${queue.shown}, numerics ${queue.numerics}.`);
  try {
    await work(queue, { pool, memory: bytes, self: { host: hostname(), pid: process.pid, threads, version }, signal: control.signal, say });
  } finally {
    log(`${counts.fitted} fitted, ${counts.failed} failed.`);
    await queue.connection.close();
    await pool.close();
  }
}

/** A line of the log, past Node's stream, which a disk without room would end the process with: that costs the line and no more. */
function log(text: string): void {
  try {
    writeSync(2, `neyman worker: ${text}\n`);
  } catch {
    // nobody can be told
  }
}

function eventText(event: WorkEvent, { numerics }: Queue): string {
  switch (event.kind) {
    case "foreign":
      return `${event.waiting} ${event.waiting === 1 ? "task waits" : "tasks wait"} that need numerics ${event.numerics}; this worker has ${numerics} (neyman ${version}) and takes none of them: their bits would differ. Install the version that submitted them here.`;
    case "again":
      return `${event.key} goes back to the queue after ${event.milliseconds.toFixed(0)} ms.`;
    case "stored":
      return `${event.key} was done already.`;
    default:
      return `${event.key} ${event.kind} in ${event.milliseconds.toFixed(0)} ms.`;
  }
}

function memoryOf(megabytes: number | undefined): number {
  if (megabytes === undefined) return totalmem() / 2;
  if (!(megabytes > 0)) throw new InputError("--memory must be a number of megabytes above 0.");
  return megabytes * 1e6;
}
