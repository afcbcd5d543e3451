import type { Msg, NatsConnection } from "@nats-io/transport-node";

/** A task as the server hands it to a worker, until the worker says what came of it. */
export interface Delivery {
  readonly data: Uint8Array;
  /** How often it has been handed out, this time included. */
  readonly count: number;
  /** A sign of life: it is being worked on. */
  working(): void;
  /** It is out of the queue. */
  done(): void;
  /** Back into the queue, to be handed out again after so many milliseconds. */
  again(milliseconds: number): void;
}

/** The tasks of a queue as one worker takes them. */
export interface Tasks {
  /** The next task, as soon as there is one; null: none came for some seconds. */
  take(): Promise<Delivery | null>;
  /** One is done, and the next is asked for in the same message. */
  doneAndTake(done: Delivery): Promise<Delivery | null>;
  /** No more are taken; those that are on their way go back. */
  close(): void;
}

/** Milliseconds that the server keeps a question for a task. */
const ASK = 5000;
/** Milliseconds after which a question counts as lost. */
const LOST = 1000;
/** Milliseconds before the next question where the server cannot answer one. */
const BUSY = 200;
const NANOSECONDS = 1_000_000;
/** Of the server's answers that are no task: there was none in time. */
const NONE = 408;

/**
 * Asks a consumer for tasks over one subscription for as long as the worker works: the client's own way to take a single
 * message makes a subscription, timers and a watch on the connection for each. All questions are alike, so a task that comes
 * goes to whoever has asked first. The messages are those of JetStream's pull consumers (ADR-13 and ADR-15 of NATS).
 */
export function takeTasks(connection: NatsConnection, inbox: string, stream: string, consumer: string): Tasks {
  const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const question = JSON.stringify({ batch: 1, expires: ASK * NANOSECONDS });
  const waiting: ((delivery: Delivery | null) => void)[] = [];
  const early: DeliveryOf[] = [];
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error !== null) return;
      const isTask = message.subject !== inbox; // the server's own words come under the name of the question
      const settle = waiting.shift();
      if (isTask) (settle ?? ((delivery) => early.push(delivery as DeliveryOf)))(deliveryOf(message));
      else if (message.headers?.code === NONE) settle?.(null);
      else setTimeout(() => settle?.(null), BUSY);
    },
  });
  const answer = (ask: () => void): Promise<Delivery | null> => new Promise((resolve) => {
    const settle = (delivery: Delivery | null): void => {
      clearTimeout(timer);
      resolve(delivery);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(settle), 1);
      resolve(null);
    }, ASK + LOST);
    waiting.push(settle);
    ask();
  });
  const freeAll = (): void => waiting.splice(0).forEach((settle) => settle(null));
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === "reconnect") freeAll(); // a server that was started again knows no question
    }
  })();
  return {
    take: async () => early.shift() ?? answer(() => connection.publish(next, question, { reply: inbox })),
    async doneAndTake(done) {
      const known = early.shift();
      if (known === undefined) return answer(() => (done as DeliveryOf).doneAndAsk(question, inbox));
      done.done();
      return known;
    },
    close() {
      subscription.unsubscribe();
      for (const delivery of early) delivery.again(0);
      freeAll();
    },
  };
}

interface DeliveryOf extends Delivery {
  doneAndAsk(question: string, inbox: string): void;
}

function deliveryOf(message: Msg): DeliveryOf {
  const say = (word: string, reply?: string): void => void message.respond(word, reply === undefined ? {} : { reply });
  return {
    data: message.data,
    count: deliveryCount(message.reply ?? ""),
    working: () => say("+WPI"),
    done: () => say("+ACK"),
    again: (milliseconds) => say(milliseconds === 0 ? "-NAK" : `-NAK ${JSON.stringify({ delay: milliseconds * NANOSECONDS })}`),
    doneAndAsk: (question, inbox) => say(`+NXT ${question}`, inbox),
  };
}

/** `$JS.ACK.stream.consumer.COUNT. ...`, of newer servers `$JS.ACK.domain.account.stream.consumer.COUNT. ...`. */
function deliveryCount(subject: string): number {
  const parts = subject.split(".");
  return Number(parts[parts.length > 9 ? 6 : 4] ?? 1);
}
