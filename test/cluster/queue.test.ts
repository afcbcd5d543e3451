import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { clusterStatus, createSubmitter, type Queue, work, type WorkEvent } from "../../src/cluster/index.js";
import { type Carrier, createPoolCarrier } from "../../src/fit/carrier.js";
import { createSerialPool, type Pool } from "../../src/fit/pool.js";
import { fitPlan, type FitProgress } from "../../src/fit/run.js";
import { createNoStore, encodeFit, type Store } from "../../src/fit/store.js";
import { createEngine, createMemoryStore, EstimationError, prepareStudy, readStudy } from "../../src/index.js";
import { readCsv } from "../../src/panel/csv.js";
import type { Plan } from "../../src/plan/plan.js";
import { workspace } from "../helpers/cli.js";
import { hasServer, joined, startServer, wireTo } from "../helpers/nats.js";
import { panelCsv } from "../helpers/panelCsv.js";

const { kernels } = await createEngine();
const panel = readCsv(panelCsv(12, 4), "panel.csv", {});
const BASE = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["firm", "year"], learner: "ols", folds: { k: 3 } };
function planOf(...columns: readonly object[]): Plan {
  const written = { data: { file: "panel.csv", unit: "firm", time: "year" }, base: BASE, tables: [{ id: "t", columns }] };
  return prepareStudy(readStudy(JSON.stringify(written), "study.json"), panel, kernels).plan;
}

const plan = planOf(
  {}, { encode: "dummies", repetitions: 2 }, { encode: "within", degree: 2 }, { encode: "cre", learner: { stack: { learners: ["ols", "ridgecv"] } } },
  { encode: "dummies", fixedEffects: [], learner: { rf: { trees: 25 } }, score: "iv-type" },
);
const fits = [...plan.tasks.values()].filter(({ kind }) => kind === "fit").map(({ key }) => key);

/** The bits of every task's predictions, by key; null where it failed. */
async function predictionsOf(carrier: Carrier | undefined, store: Store = createNoStore(), onProgress?: (progress: FitProgress) => void): Promise<Record<string, unknown>> {
  const { lookup } = await fitPlan(plan, { kernels, pool: createSerialPool(kernels), store, carrier, onProgress });
  return Object.fromEntries([...plan.tasks.keys()].map((key) => {
    try {
      const { predictions, checkpoints, notes } = lookup({ kind: "task", key });
      return [key, { predictions: predictions.map((values) => [...values]), checkpoints, notes }];
    } catch (error) {
      if (error instanceof EstimationError) return [key, { code: error.code, message: error.message }];
      throw error;
    }
  })) as Record<string, unknown>;
}

/** A worker in this process. `events`: what it has done. */
function startWorker(queue: Queue, options: { readonly threads?: number; readonly carrier?: Carrier; readonly limit?: number; readonly memory?: number } = {}): { readonly events: WorkEvent[]; readonly stop: () => Promise<void>; readonly ended: Promise<void> } {
  const control = new AbortController();
  const pool: Pool = { ...createSerialPool(kernels), threads: options.threads ?? 1 };
  const events: WorkEvent[] = [];
  const { limit } = options;
  const ended = work(queue, {
    pool, carrier: options.carrier ?? createPoolCarrier(pool), memory: options.memory ?? 1e9, self: { host: "here", pid: Math.trunc(performance.now() * 1000), threads: 1, version: "0" },
    signal: control.signal, say: (event) => void events.push(event), ...(limit === undefined ? {} : { limit: () => limit }),
  });
  ended.catch(() => undefined);
  return { events, ended, stop: async () => (control.abort(new Error("stop")), ended) };
}

function fittedBy(...workers: readonly { readonly events: readonly WorkEvent[] }[]): readonly string[] {
  return workers.flatMap(({ events }) => events.flatMap((event) => (event.kind === "fitted" ? [event.key] : []))).sort();
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10);
}

const pool = createSerialPool(kernels);
const real = createPoolCarrier(pool);
/** Fits as ever, but takes its time. */
const slow = (milliseconds: number): Carrier => ({
  ...real,
  fit: async (task, target, watch) => (await pause(milliseconds), real.fit(task, target, watch)),
});

describe.skipIf(!hasServer)("a run through a queue", async () => {
  const server = hasServer ? await startServer() : { url: "", port: 0, kill: async () => undefined, restart: async () => undefined };
  const expected = await predictionsOf(undefined);

  it("gives the bits of one process from three workers, each task fitted once", async () => {
    const queue = await joined(server.url, "three");
    await queue.publish("0", new TextEncoder().encode("no task")); // somebody else's: taken from the queue, and nothing more
    const workers = [1, 2, 3].map(() => startWorker(queue, { threads: 2 }));
    const submitter = await createSubmitter(queue);
    expect(await predictionsOf(submitter.carrier)).toEqual(expected);
    expect(fittedBy(...workers)).toEqual([...fits].sort());
    submitter.close();
    await Promise.all(workers.map(({ stop }) => stop()));
    expect(await queue.queued()).toEqual(new Set());
  });

  it("run again finds all on the server, fits nothing, and brings it into the local store", async () => {
    const queue = await joined(server.url, "again");
    const worker = startWorker(queue);
    const first = await createSubmitter(queue);
    await predictionsOf(first.carrier);
    first.close();
    const [second, local] = [await createSubmitter(queue), createMemoryStore()];
    const seen: FitProgress[] = [];
    expect(await predictionsOf(second.carrier, second.storeOver(local), (progress) => seen.push(progress))).toEqual(expected);
    expect(seen.at(-1)).toMatchObject({ stored: fits.length, done: seen.at(-1)?.work });
    for (const key of fits) expect(await local.has(key)).toBe(true);
    expect(fittedBy(worker)).toHaveLength(fits.length);
    second.close();
    await worker.stop();
  });

  it("sends what is longer than a message in parts", async () => {
    const folder = workspace({ "small.conf": "max_payload: 4500\n" }); // 400 bytes a message, the rest is margin
    const small = await startServer("-c", join(folder, "small.conf"));
    const queue = await joined(small.url, "small");
    const [worker, submitter] = [startWorker(queue), await createSubmitter(queue)];
    expect(await predictionsOf(submitter.carrier)).toEqual(expected);
    submitter.close();
    await worker.stop();
  });

  it("tells progress task by task", async () => {
    const queue = await joined(server.url, "progress");
    const worker = startWorker(queue);
    const submitter = await createSubmitter(queue);
    const seen: FitProgress[] = [];
    await predictionsOf(submitter.carrier, createNoStore(), (progress) => seen.push(progress));
    expect(seen.length).toBe(plan.tasks.size + 1);
    submitter.close();
    await worker.stop();
  });

  it("can be followed: what is done, running where, failed, left", async () => {
    const queue = await joined(server.url, "status");
    const submitter = await createSubmitter(queue);
    const [bad = "", ...others] = fits;
    const carrier: Carrier = { ...real, fit: async (task, target, watch) => (task.key === bad ? Promise.reject(new EstimationError("one-class", "One class only.")) : slow(task.key === others.at(-1) ? 1500 : 0).fit(task, target, watch)) };
    const worker = startWorker(queue, { carrier });
    const run = predictionsOf(submitter.carrier);
    await until(() => fittedBy(worker).length >= 3 && worker.events.some(({ kind }) => kind === "failed"));
    const status = () => clusterStatus(queue, plan.tasks.values(), createNoStore(), Date.now());
    // A worker tells of a failure before the queue has forgotten the task.
    let during = await status();
    for (let wait = 0; wait < 100 && during.failed.length === 0; wait++) [, during] = [await pause(10), await status()];
    expect(during.nuisances.distinct).toBe(fits.length);
    expect(during.failed).toEqual([{ task: `ols ${bad.slice(0, 8)}`, message: "One class only." }]);
    expect(during.workers).toEqual([expect.objectContaining({ host: "here", threads: 1, numerics: "test" })]);
    await run;
    const after = await clusterStatus(queue, plan.tasks.values(), createNoStore(), Date.now());
    expect(after.nuisances).toEqual({ distinct: fits.length, done: fittedBy(worker).length, failed: 1, queued: 0, unsent: fits.length - 1 - fittedBy(worker).length });
    submitter.close();
    await worker.stop();
    expect((await clusterStatus(queue, plan.tasks.values(), createNoStore(), Date.now())).workers).toEqual([]);
  });

  it("of a task that traps costs the rows that need it, after three tries, and is tried anew by the next run", async () => {
    const queue = await joined(server.url, "poison");
    const [poison = ""] = fits;
    let tries = 0;
    const trap = Object.assign(new Error("unreachable"), { name: "RuntimeError" });
    const carrier: Carrier = { ...real, fit: async (task, target, watch) => (task.key === poison && ++tries > 0 ? Promise.reject(trap) : real.fit(task, target, watch)) };
    const worker = startWorker(queue, { carrier });
    const submitter = await createSubmitter(queue);
    const result = await predictionsOf(submitter.carrier);
    expect(result[poison]).toEqual({ code: "kernel-failure", message: "The learner ols failed inside its kernel (unreachable, 3 times). Please report it with the study file." });
    expect(tries).toBe(3);
    expect(Object.values(result).filter((one) => one !== null && typeof one === "object" && "code" in one).length).toBeLessThan(fits.length / 2);
    submitter.close();
    await worker.stop();
    const [well, next] = [startWorker(queue), await createSubmitter(queue)];
    expect(await predictionsOf(next.carrier, next.storeOver(createNoStore()))).toEqual(expected);
    next.close();
    await well.stop();
  });

  it("of a task that a worker cannot estimate gives the reason of a local run, at once", async () => {
    const queue = await joined(server.url, "refused");
    const [bad = ""] = fits;
    const carrier: Carrier = { ...real, fit: async (task, target, watch) => (task.key === bad ? Promise.reject(new EstimationError("one-class", "One class only.")) : real.fit(task, target, watch)) };
    const worker = startWorker(queue, { carrier });
    const submitter = await createSubmitter(queue);
    expect((await predictionsOf(submitter.carrier))[bad]).toEqual({ code: "one-class", message: "One class only." });
    expect(worker.events.filter((event) => event.kind === "again")).toEqual([]);
    submitter.close();
    await worker.stop();
  });
});

describe.skipIf(!hasServer)("a fault", async () => {
  const server = hasServer ? await startServer() : { url: "", port: 0, kill: async () => undefined, restart: async () => undefined };
  const expected = await predictionsOf(undefined);

  it("of a worker that stands still: its task is delivered to another, and what it stores late changes nothing", async () => {
    const queue = await joined(server.url, "still");
    const submitter = await createSubmitter(queue);
    const run = predictionsOf(submitter.carrier);
    const still = await queue.tasks().take(); // no sign of life from now on
    const { key } = JSON.parse(new TextDecoder().decode(still?.data)) as { key: string };
    const worker = startWorker(queue);
    expect(await run).toEqual(expected);
    expect(fittedBy(worker)).toEqual([...fits].sort());
    const { checkpoints, predictions, notes } = expected[key] as { checkpoints: number[]; predictions: number[][]; notes: object };
    await queue.results.put(`fit.${key}`, encodeFit(key, { checkpoints, predictions: predictions.map((values) => Float64Array.from(values)), notes: notes as Record<string, string> }));
    still?.done();
    const next = await createSubmitter(queue);
    expect(await predictionsOf(next.carrier, next.storeOver(createNoStore()))).toEqual(expected);
    expect(fittedBy(worker)).toHaveLength(fits.length);
    for (const one of [submitter, next]) one.close();
    await worker.stop();
  });

  it("of a task that is handed out twice to the same worker: it is fitted once", async () => {
    const queue = await joined(server.url, "twice");
    const tasks = queue.tasks();
    const worker = startWorker({ ...queue, tasks: () => ({
      ...tasks,
      take: async () => {
        const delivery = await tasks.take();
        if (delivery?.count === 1) delivery.again(0); // and works on it all the same
        return delivery;
      },
    }) }, { threads: 2 });
    const submitter = await createSubmitter(queue);
    expect(await predictionsOf(submitter.carrier)).toEqual(expected);
    expect(fittedBy(worker)).toEqual([...fits].sort());
    while ((await queue.queued()).size > 0) await pause(20);
    submitter.close();
    await worker.stop();
  });

  it("of a kernel without end: it is stopped at its limit, and the task done by another", async () => {
    const queue = await joined(server.url, "endless");
    let hangs = 2;
    const carrier: Carrier = {
      ...real,
      fit: (task, target, watch) => (hangs-- > 0 ? new Promise((_, refuse) => watch.signal?.addEventListener("abort", () => refuse(new Error("aborted")))) : real.fit(task, target, watch)),
    };
    const worker = startWorker(queue, { carrier, limit: 300 });
    const submitter = await createSubmitter(queue);
    expect(await predictionsOf(submitter.carrier)).toEqual(expected);
    expect(worker.events.filter(({ kind }) => kind === "again")).toHaveLength(2);
    submitter.close();
    await worker.stop();
  });

  it("of the server, killed and started again: the run ends with the same bits", async () => {
    const own = await startServer();
    const queue = await joined(own.url, "killed");
    const worker = startWorker(queue, { carrier: slow(40) });
    const submitter = await createSubmitter(queue, 1000);
    const run = predictionsOf(submitter.carrier);
    await until(() => fittedBy(worker).length >= 3);
    await own.kill();
    await pause(300);
    await own.restart();
    expect(await run).toEqual(expected);
    expect(new Set(fittedBy(worker))).toEqual(new Set(fits));
    submitter.close();
    await worker.stop();
  });

  it("of the network, cut for longer than a claim lasts: others go on, no stored task is fitted again", async () => {
    const queue = await joined(server.url, "cut");
    const wire = await wireTo(server);
    const far = startWorker(await joined(wire.url, "cut"), { carrier: slow(30) });
    const submitter = await createSubmitter(queue, 1000);
    const run = predictionsOf(submitter.carrier);
    await until(() => fittedBy(far).length >= 2);
    wire.cut();
    const before = fittedBy(far).length;
    const near = startWorker(queue, { carrier: slow(30) });
    await pause(2500);
    wire.mend();
    expect(await run).toEqual(expected);
    const all = fittedBy(far, near);
    // The one task under way at the cut may be done on both sides.
    expect(all.length).toBeLessThanOrEqual(fits.length + 1);
    expect(new Set(all).size).toBe(fits.length);
    expect(before).toBeGreaterThan(0);
    submitter.close();
    await Promise.all([far.stop(), near.stop()]);
  });

  it("of a worker without memory for the columns ends it with a word; others do the task", async () => {
    const queue = await joined(server.url, "memory");
    const submitter = await createSubmitter(queue);
    const run = predictionsOf(submitter.carrier);
    await expect(startWorker(queue, { memory: 100 }).ended).rejects.toThrow("This worker has no memory for the columns of a task: they take 0.0 MB, and it may use 0.0 MB. Start it with more (--memory), or on a larger machine. The task is back in the queue.");
    const worker = startWorker(queue);
    expect(await run).toEqual(expected);
    submitter.close();
    await worker.stop();
  });

  it("of numerics: a worker of another version takes no task and says why", async () => {
    const queue = await joined(server.url, "numerics", { numerics: "old" });
    const submitter = await createSubmitter(queue);
    const run = predictionsOf(submitter.carrier);
    while ((await queue.queued()).size === 0) await pause(20);
    const foreign = startWorker(await joined(server.url, "numerics", { numerics: "new" }));
    await until(() => foreign.events.length > 0);
    expect(foreign.events).toEqual([expect.objectContaining({ kind: "foreign", numerics: "old" })]);
    await foreign.stop();
    const worker = startWorker(queue);
    expect(await run).toEqual(expected);
    submitter.close();
    await worker.stop();
  });
});
