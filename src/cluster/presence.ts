import type { Outcome } from "./attempt.js";
import type { Queue } from "./queue.js";

/** Who a worker is. */
export interface Self {
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  readonly version: string;
}

/** A worker's last sign of life. */
export interface Presence extends Self {
  readonly numerics: string;
  readonly running: readonly { readonly key: string; readonly since: number }[];
  readonly fitted: number;
  readonly failed: number;
}

/** Milliseconds between two signs of life. */
const EVERY = 3000;

/** Tells the queue every few seconds that a worker lives, and what it does. A sign that does not get through is not repeated. */
export function keepPresence(queue: Queue, self: Self, running: () => Presence["running"], signal: AbortSignal): { count(outcome: Outcome): void; leave(): Promise<void> } {
  const name = `${self.host.replace(/[^\w-]/g, "_")}-${self.pid}`;
  let [fitted, failed] = [0, 0];
  const tell = (): void => {
    const presence: Presence = { ...self, numerics: queue.numerics, running: running(), fitted, failed };
    queue.workers.put(name, JSON.stringify(presence)).catch(() => undefined);
  };
  tell();
  const timer = setInterval(tell, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return {
    count(outcome) {
      if (outcome === "fitted") fitted++;
      if (outcome === "failed") failed++;
    },
    async leave() {
      clearInterval(timer);
      if (!queue.connection.isClosed()) await Promise.race([queue.workers.purge(name).catch(() => undefined), new Promise((done) => setTimeout(done, 500))]);
    },
  };
}

/** The workers of a queue that have given a sign of life of late, by name. */
export async function presentWorkers({ workers }: Queue): Promise<readonly Presence[]> {
  const names: string[] = [];
  for await (const name of await workers.keys()) names.push(name);
  const entries = await Promise.all(names.sort().map((name) => workers.get(name)));
  return entries.flatMap((entry) => (entry?.operation === "PUT" ? [entry.json<Presence>()] : []));
}
