import type { ConsumerInfo, JetStreamClient, JetStreamManager, StreamConfig } from "@nats-io/jetstream";
import type { KV } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { InputError } from "../errors.js";
import { type Blobs, createBlobs } from "./blobs.js";
import type { Client } from "./client.js";
import { isPassing } from "./persist.js";
import { takeTasks, type Tasks } from "./tasks.js";

/** A queue on a server: its tasks, the columns they are made of, their results, and who works on it. */
export interface Queue {
  readonly name: string;
  /** The server's address, for messages. */
  readonly shown: string;
  /** What tasks this side gives or takes. */
  readonly numerics: string;
  readonly connection: NatsConnection;
  readonly columns: Blobs;
  /** `fit.KEY`: predictions as the store keeps them; `failed.KEY`: why there are none. */
  readonly results: Blobs;
  /** One entry a worker, gone soon after its last sign of life. */
  readonly workers: KV;
  /** Milliseconds that a worker may keep a task without a sign of life. */
  readonly claim: number;
  /** Queues a task, unless it is queued already. */
  publish(key: string, task: Uint8Array): Promise<void>;
  /** Keys of this numerics that are queued or being worked on. */
  queued(): Promise<ReadonlySet<string>>;
  /** What waits and what is being worked on, by numerics. */
  backlog(): Promise<readonly Backlog[]>;
  /** Where a worker takes tasks of this numerics from. */
  tasks(): Tasks;
  /** The subject on which it is said that a task is done. */
  doneSubject(key: string): string;
}

/** Tasks of one numerics. */
export interface Backlog {
  readonly numerics: string;
  readonly waiting: number;
  readonly running: number;
}

/** Which queue is meant, and of what numerics. */
export interface QueueOptions {
  readonly name: string;
  readonly shown: string;
  readonly numerics: string;
  /** Of a queue that is made now: milliseconds that a worker may keep a task without a sign of life. Default: 30 s. */
  readonly claim?: number;
}

const DAY = 24 * 3600 * 1000;
/** Milliseconds that columns and results stay on the server: 30 days. */
const KEPT = 30 * DAY;
/** Milliseconds after which a silent worker is no longer listed. */
export const SILENT = 15_000;
const CLAIM = 30_000;
/** JetStream's codes: a subject has its one message already; a subject belongs to another stream. */
const PRESENT = 10077;
const OVERLAPS = 10065;

/**
 * Opens a queue, or makes it: a work-queue stream with one subject a task, which holds one message at most, so nothing is
 * queued twice; a consumer for each numerics; buckets for columns, results and workers. Throws an InputError where the
 * server keeps no streams, or keeps others under these names.
 */
export async function openQueue(client: Client, connection: NatsConnection, { name, shown, numerics, claim = CLAIM }: QueueOptions): Promise<Queue> {
  const { jetstream, kv: { Kvm }, obj: { Objm } } = client;
  const stream = `${name}-tasks`;
  const consumerName = `workers-${numerics}`;
  try {
    const manager = await jetstream.jetstreamManager(connection);
    const js = jetstream.jetstream(connection);
    await openStream(client, manager, { name: stream, subjects: [`${name}.task.>`] }, shown);
    const info = await openConsumer(client, manager, stream, { name: consumerName, filter: `${name}.task.${numerics}.*`, claim });
    const kvm = new Kvm(js);
    const large = await new Objm(js).create(`${name}-large`, { ttl: KEPT * 1_000_000 });
    const bucket = async (part: string): Promise<Blobs> => {
      const small = await kvm.create(`${name}-${part}`, { history: 1, ttl: KEPT, allow_direct: true });
      return createBlobs({ small, large, limit: connection.info?.max_payload ?? 1_048_576, ...subjectsOf(manager, `KV_${name}-${part}`, `$KV.${name}-${part}.`) });
    };
    return {
      name, shown, numerics, connection,
      columns: await bucket("columns"),
      results: await bucket("results"),
      workers: await kvm.create(`${name}-workers`, { history: 1, ttl: SILENT, allow_direct: true }),
      claim: (info.config.ack_wait ?? CLAIM * 1_000_000) / 1_000_000,
      publish: (key, task) => publish(js, `${name}.task.${numerics}.${key}`, task),
      queued: async () => new Set(await subjectsOf(manager, stream, `${name}.task.${numerics}.`).names("*")),
      backlog: async () => backlogOf(await manager.consumers.list(stream).next()),
      tasks: () => takeTasks(connection, client.transport.createInbox(), stream, consumerName),
      doneSubject: (key) => `${name}.done.${numerics}.${key}`,
    };
  } catch (error) {
    throw refusal(error, shown);
  }
}

/** Names under a prefix of a stream's subjects. */
function subjectsOf(manager: JetStreamManager, stream: string, prefix: string): { names(pattern: string): Promise<readonly string[]>; remove(name: string): Promise<void> } {
  return {
    async names(pattern) {
      const { state } = await manager.streams.info(stream, { subjects_filter: `${prefix}${pattern}` });
      return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
    },
    async remove(name) {
      await manager.streams.purge(stream, { filter: `${prefix}${name}` });
    },
  };
}

async function publish(js: JetStreamClient, subject: string, task: Uint8Array): Promise<void> {
  try {
    await js.publish(subject, task);
  } catch (error) {
    if (codeOf(error) !== PRESENT) throw error;
  }
}

async function openStream({ jetstream }: Client, manager: JetStreamManager, { name, subjects }: { readonly name: string; readonly subjects: string[] }, shown: string): Promise<void> {
  const { RetentionPolicy, DiscardPolicy } = jetstream;
  const foreign = (): InputError => new InputError(`The server ${shown} keeps a stream that is no queue of Neyman's where \`${name}\` would be. Name another queue with --queue, here and at the workers.`);
  const asked = { name, subjects, retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, discard_new_per_subject: true, max_msgs_per_subject: 1 };
  try {
    const { config } = await manager.streams.info(name);
    if (!isOurs(config, asked)) throw foreign();
  } catch (error) {
    if (codeOf(error) !== jetstream.JetStreamApiCodes.StreamNotFound) throw error;
    try {
      await manager.streams.add({ ...asked, description: "Tasks of neyman run", duplicate_window: 100_000_000 });
    } catch (added) {
      if (codeOf(added) === OVERLAPS) throw foreign();
      if (!isOurs((await manager.streams.info(name)).config, asked)) throw added; // another made it at the same time
    }
  }
}

/** JetStream's code of an error. */
function codeOf(error: unknown): number | null {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
}

function isOurs(config: StreamConfig, { subjects, retention, max_msgs_per_subject }: Pick<StreamConfig, "subjects" | "retention" | "max_msgs_per_subject">): boolean {
  return config.subjects.join() === subjects.join() && config.retention === retention && config.max_msgs_per_subject === max_msgs_per_subject;
}

async function openConsumer({ jetstream }: Client, manager: JetStreamManager, stream: string, { name, filter, claim }: { readonly name: string; readonly filter: string; readonly claim: number }): Promise<ConsumerInfo> {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (codeOf(error) !== jetstream.JetStreamApiCodes.ConsumerNotFound) throw error;
    return manager.consumers.add(stream, { durable_name: name, filter_subject: filter, ack_policy: jetstream.AckPolicy.Explicit, ack_wait: claim * 1_000_000, max_ack_pending: -1 });
  }
}

function backlogOf(consumers: readonly ConsumerInfo[]): readonly Backlog[] {
  return consumers.flatMap(({ name, num_pending, num_ack_pending }) =>
    name.startsWith("workers-") ? [{ numerics: name.slice("workers-".length), waiting: num_pending, running: num_ack_pending }] : [],
  );
}

/** What the server says when it is first asked for its streams. */
function refusal(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  if (error.name === "JetStreamNotEnabled" || /jetstream.*not.*enabled|no responders/i.test(error.message)) {
    return new InputError(`The server ${shown} keeps no streams. Start it with JetStream (\`nats-server -js -sd FOLDER\`), or ask for an account that has it.`);
  }
  if (/permission/i.test(error.message)) return new InputError(`The server ${shown} does not let this user make or read the queue: ${error.message}. Ask whoever runs it for publish and subscribe on \`$JS.API.>\`, \`$KV.>\`, \`$O.>\`, \`_INBOX.>\` and the queue's subjects.`);
  return isPassing(error) ? new InputError(`The server ${shown} does not answer in time (${error.message}). Try again, or look at its log.`) : error;
}
