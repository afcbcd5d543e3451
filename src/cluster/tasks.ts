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
  /** No more are taken. */
  close(): void;
}

/** Milliseconds that the server keeps a question for a task, and that it is waited for: an old server may let it lapse without a word. */
const ASK = 5000;
/** Milliseconds before the next question where the server cannot answer one. */
const BUSY = 200;
const NANOSECONDS = 1_000_000;
/** Of the server's answers that are no task: there was none in time. */
const NONE = 408;

/** A way for one question at a time and its answer. */
interface Line {
  /** Asks, by a function that is given the subject for the answer; null: there was no task in time. */
  ask(put: (reply: string) => void): Promise<DeliveryOf | null>;
  hangUp(): void;
  close(): void;
}

/**
 * Asks a consumer for tasks over few subscriptions, for as long as the worker works: the client's own way to take a single
 * message makes a subscription, timers and a watch on the connection for each. The messages are those of JetStream's pull
 * consumers (ADR-13 and ADR-15 of NATS).
 */
export function takeTasks(connection: NatsConnection, inbox: string, stream: string, consumer: string): Tasks {
  const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const question = JSON.stringify({ batch: 1, expires: ASK * NANOSECONDS });
  const lines: Line[] = [];
  const free: Line[] = [];
  const open = (): Line => {
    const line = openLine(connection, `${inbox}.${lines.length}`);
    lines.push(line);
    return line;
  };
  const ask = async (put: (reply: string) => void): Promise<DeliveryOf | null> => {
    const line = free.pop() ?? open();
    return line.ask(put).finally(() => free.push(line));
  };
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === "reconnect") for (const line of lines) line.hangUp(); // a server that was started again knows no question
    }
  })();
  return {
    take: () => ask((reply) => connection.publish(next, question, { reply })),
    doneAndTake: (done) => ask((reply) => (done as DeliveryOf).doneAndAsk(question, reply)),
    close() {
      for (const line of lines) line.close();
    },
  };
}

/** A task goes to the line whose question it answers by the subscription alone; the server's own words bear the question's subject. */
function openLine(connection: NatsConnection, name: string): Line {
  let asked = 0;
  let settle: ((delivery: DeliveryOf | null) => void) | null = null;
  const answer = (delivery: DeliveryOf | null): void => {
    settle?.(delivery);
    settle = null;
  };
  const subscription = connection.subscribe(`${name}.*`, {
    callback: (error, message) => {
      if (error !== null) return;
      if (!message.subject.startsWith(name)) {
        const delivery = deliveryOf(message);
        if (settle === null) delivery.again(0); // an answer that was given up
        else answer(delivery);
      } else if (message.subject === `${name}.${asked}`) {
        const own = asked;
        setTimeout(() => own === asked && answer(null), message.headers?.code === NONE ? 0 : BUSY);
      }
    },
  });
  return {
    ask: (put) => new Promise((resolve) => {
      const timer = setTimeout(answer, ASK, null);
      settle = (delivery) => {
        clearTimeout(timer);
        resolve(delivery);
      };
      put(`${name}.${++asked}`);
    }),
    hangUp: () => answer(null),
    close() {
      subscription.unsubscribe();
      answer(null);
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
