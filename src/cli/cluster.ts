import { readFile } from "node:fs/promises";
import type { Argv } from "yargs";
import { type Credentials, parseAddress } from "../cluster/address.js";
import { loadClient } from "../cluster/client.js";
import { connect } from "../cluster/connect.js";
import { numericsOf } from "../cluster/numerics.js";
import { createSubmitter } from "../cluster/carrier.js";
import { presentWorkers } from "../cluster/presence.js";
import { openQueue, type Queue } from "../cluster/queue.js";
import { InputError } from "../errors.js";
import type { Carrier } from "../fit/carrier.js";
import type { Store } from "../fit/store.js";

/** Which queue, and how its server is told who is there. */
export interface ClusterArguments {
  readonly cluster: string | undefined;
  readonly queue: string | undefined;
  readonly "nats-creds": string | undefined;
}

const QUEUE = "neyman";

/** `--queue` and `--nats-creds`. */
export function withQueueOptions<T>(yargs: Argv<T>): Argv<T & Omit<ClusterArguments, "cluster">> {
  return yargs
    .option("queue", { type: "string", requiresArg: true, describe: `name of the queue on the server (default: ${QUEUE})` })
    .option("nats-creds", { type: "string", requiresArg: true, describe: "credentials file for the server (or NATS_CREDS; NATS_USER and NATS_PASSWORD, NATS_TOKEN; NATS_CA, NATS_CERT, NATS_KEY)" });
}

/** Connects to the queue that is asked for. `option`: where its address stands, for messages. */
export async function joinQueue({ cluster = "", queue = QUEUE, ...given }: ClusterArguments, option: string): Promise<Queue> {
  if (!/^[\w-]{1,64}$/.test(queue)) throw new InputError("--queue is a name of letters, digits, - and _, of up to 64.");
  const address = parseAddress(cluster, option);
  const credentials = await credentialsOf(given["nats-creds"], process.env);
  const client = await loadClient();
  const connection = await connect(client, address, credentials);
  try {
    return await openQueue(client, connection, { name: queue, shown: address.shown, numerics: numericsOf() });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** What a run takes from its cluster. */
export interface Cluster {
  /** Of the engine: fits go to the queue, and what is stored there counts as stored. */
  readonly parts: { readonly store: Store; readonly carrier: Carrier };
  /** What becomes of the fits where the run is interrupted. */
  readonly kept: string;
  close(): Promise<void>;
}

/** Milliseconds after which it is said that no worker is there. */
const LONELY = 5000;

/** The cluster of a run; null where none is asked for. `note` is told what the user should know. */
export async function openCluster(given: ClusterArguments, store: Store, note: (text: string) => void): Promise<Cluster | null> {
  if (given.cluster === undefined) return null;
  const queue = await joinQueue(given, "--cluster");
  const submitter = await createSubmitter(queue);
  const look = setTimeout(() => void lonely(queue).then((text) => text !== null && note(text), () => undefined), LONELY);
  return {
    parts: { store: submitter.storeOver(store), carrier: submitter.carrier },
    kept: "The workers go on with what is queued and keep its results on the server; run again to pick them up.",
    async close() {
      clearTimeout(look);
      submitter.close();
      await queue.connection.close();
    },
  };
}

/** What is to be said where no worker can take the tasks. */
async function lonely(queue: Queue): Promise<string | null> {
  const workers = await presentWorkers(queue);
  if (workers.some(({ numerics }) => numerics === queue.numerics)) return null;
  const option = queue.name === QUEUE ? "" : ` --queue ${queue.name}`;
  const start = `start one with \`neyman worker ${queue.shown}${option}\``;
  return workers.length === 0
    ? `No worker is on the queue: the tasks wait. To go on, ${start}.`
    : `The workers on the queue (${[...new Set(workers.map((one) => `neyman ${one.version}, numerics ${one.numerics}`))].join("; ")}) compute other bits than this version (${queue.numerics}): the tasks wait. Install the same version there, and ${start}.`;
}

/** What the environment and `--nats-creds` say. The names are those of the `nats` command. */
async function credentialsOf(file: string | undefined, env: NodeJS.ProcessEnv): Promise<Credentials> {
  const path = file ?? env["NATS_CREDS"];
  return {
    user: env["NATS_USER"], password: env["NATS_PASSWORD"], token: env["NATS_TOKEN"],
    authority: env["NATS_CA"], certificate: env["NATS_CERT"], key: env["NATS_KEY"],
    creds: path === undefined ? undefined : await readCredentials(path),
  };
}

async function readCredentials(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InputError(`The credentials file ${path} cannot be read: ${(error as Error).message}.`);
  }
}
