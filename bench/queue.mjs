/**
 * What the queue costs: `node bench/queue.mjs [curve [specifications] [rounds]|overhead [fits] [small|curve]|backlog [tasks]|growth [milliseconds]]`.
 * curve: the first specifications of data/curve.yaml by the local pool and by a worker on the queue, in turn; overhead: the same of
 * one plan, without estimates; growth: workers that only sleep.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createSubmitter, numericsOf, work } from "../dist/cluster/index.js";
import { executionOrder } from "../dist/curve/order.js";
import { createEngine, createNoStore, deriveStudy, prepareStudy, readPanel, readStudy, runStudy } from "../dist/index.js";
import { fitPlan } from "../dist/fit/run.js";
import { encoded } from "../dist/fit/store.js";
import { createFolderStore, createThreadPool, loadStudy } from "../dist/node/index.js";
import { cpuSeconds, joinQueue, resident, startServer } from "./natsServer.mjs";
import { machine, spread } from "./measure.mjs";

const THREADS = 2;
const main = resolve(import.meta.dirname, "../dist/cli/main.js");
const { kernels } = await createEngine();

/** 300 units, 10 periods. */
function panel() {
  let state = 20;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const names = Array.from({ length: 10 }, (_, i) => `x${i + 1}`);
  const rows = Array.from({ length: 3000 }, (_, row) => {
    const x = names.map(random);
    const d = x[0] + x[1] * x[2] + random();
    return [1 + Math.floor(row / 10), 2000 + (row % 10), 0.5 * d + x[0] * x[3] + random(), d, ...x].join(",");
  });
  return readPanel(new TextEncoder().encode(`${["firm", "year", "y", "d", ...names].join(",")}\n${rows.join("\n")}\n`), "panel.csv", {});
}

const data = await panel();

/** Specifications that differ in controls, folds, learner and seed, as those of a curve do. */
function planOf(specifications, learners) {
  const columns = Array.from({ length: specifications }, (_, i) => ({
    controls: Array.from({ length: 10 }, (__, j) => `x${j + 1}`).filter((___, j) => j < 3 || ((i >> (j - 3)) & 1) === 1),
    learner: learners[i % learners.length], folds: { k: 3 + (i % 3) }, seed: Math.floor(i / 100),
  }));
  const study = { data: { file: "panel.csv", unit: "firm", time: "year" }, base: { outcome: "y", treatment: "d", controls: [], fixedEffects: [] }, tables: [{ id: "t", columns }] };
  return prepareStudy(readStudy(JSON.stringify(study), "study.json"), data, kernels).plan;
}

async function startWorker(url, queue) {
  const child = spawn(process.execPath, [main, "worker", url, "--queue", queue, "--threads", String(THREADS)], { stdio: ["ignore", "ignore", "pipe"] });
  await once(child.stderr, "data");
  return child;
}

async function overhead(specifications, only) {
  const server = await startServer(14301);
  const kinds = [["small fits", ["ols"]], ["a curve", [{ rf: { trees: 40 } }, "lassocv", { gradboost: { trees: 30 } }, "ols"]]];
  console.log(`| tasks | n | local, s | queue, s | more by the clock, ms a task | more of the processor, ms a task | share of the clock |\n|:--|--:|--:|--:|--:|--:|--:|`);
  for (const [name, learners] of kinds.filter(([one]) => only === undefined || one.includes(only))) {
    const plan = planOf(specifications, learners);
    const { size } = plan.tasks;
    const rounds = [];
    for (let round = 0; round < 3; round++) {
      const pool = await createThreadPool(THREADS);
      await fitPlan(planOf(2, ["ols"]), { kernels, pool, store: createNoStore() }); // threads are up
      const before = cpuSeconds(process.pid);
      const t0 = performance.now();
      await fitPlan(plan, { kernels, pool, store: createNoStore() });
      const local = { wall: (performance.now() - t0) / 1000, cpu: cpuSeconds(process.pid) - before };
      await pool.close();
      const queueName = `o${round}-${name.replaceAll(" ", "-")}`;
      const worker = await startWorker(server.url, queueName);
      const queue = await joinQueue(server.url, { name: queueName, numerics: numericsOf() });
      const submitter = await createSubmitter(queue);
      await fitPlan(planOf(2, ["ols"]), { kernels, pool, store: createNoStore(), carrier: submitter.carrier });
      const all = () => cpuSeconds(process.pid) + cpuSeconds(worker.pid) + cpuSeconds(server.pid);
      const start = all();
      const t1 = performance.now();
      await fitPlan(plan, { kernels, pool, store: createNoStore(), carrier: submitter.carrier });
      const away = { wall: (performance.now() - t1) / 1000, cpu: all() - start };
      submitter.close();
      await queue.connection.close();
      worker.kill();
      await once(worker, "exit");
      rounds.push({ local, away });
    }
    const median = (of) => spread(rounds.map(of)).median;
    const [local, away] = [median((one) => one.local.wall), median((one) => one.away.wall)];
    const cpu = median((one) => one.away.cpu - one.local.cpu);
    console.log(`| ${name} | ${size} | ${local.toFixed(2)} | ${away.toFixed(2)} | ${(((away - local) * 1000) / size).toFixed(2)} | ${((cpu * 1000) / size).toFixed(2)} | ${((100 * (away - local)) / local).toFixed(1)} % |`);
  }
  await server.stop();
}

/** Both keep what they fit in a folder, as `neyman run` does; one worker for all rounds, each of another seed. */
async function curve(specifications, rounds) {
  const server = await startServer(14304);
  const loaded = await loadStudy(resolve(import.meta.dirname, "../data/curve.yaml"));
  const derived = await deriveStudy(loaded.study, loaded.panel, await createEngine());
  const chosen = (table) => {
    const first = new Uint8Array(table.size);
    for (const i of executionOrder(table).subarray(0, specifications)) first[i] = 1;
    return first;
  };
  const text = readFileSync(resolve(import.meta.dirname, "../data/curve.yaml"), "utf8");
  const preparedWith = (seed) => prepareStudy(readStudy(text.replace("base:\n", `base:\n  seed: ${seed}\n`), "curve.yaml"), derived, kernels);
  const onceThrough = async (prepared, pool, parts, pids) => {
    const folder = mkdtempSync(join(tmpdir(), "neyman-queue-"));
    const local = createFolderStore(folder);
    const engine = { kernels, pool, store: parts.storeOver?.(local) ?? local, carrier: parts.carrier };
    const before = pids.map(cpuSeconds);
    const start = performance.now();
    const { curves } = await runStudy(prepared, engine, { curves: { chosen } });
    const wall = (performance.now() - start) / 1000;
    const cpu = pids.map((pid, i) => cpuSeconds(pid) - before[i]);
    rmSync(folder, { recursive: true });
    const [{ rows, nuisances }] = curves.values();
    return { wall, cpu, rows, nuisances };
  };
  const pool = await createThreadPool(THREADS);
  const worker = await startWorker(server.url, "curve");
  const queue = await joinQueue(server.url, { name: "curve", numerics: numericsOf() });
  const submitter = await createSubmitter(queue);
  const all = [];
  console.log(`| round | local, s | queue, s | more, ms a task | share of the clock | of the processor, s: local | submitter | worker | server |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|`);
  for (let round = 1; round <= rounds; round++) {
    const prepared = preparedWith(round);
    const local = await onceThrough(prepared, pool, {}, [process.pid]);
    const away = await onceThrough(prepared, pool, submitter, [process.pid, worker.pid, server.pid]);
    if (away.rows.theta.some((theta, i) => !Object.is(theta, local.rows.theta[i]))) throw new Error("the queue gives other bits");
    const { fitted } = away.nuisances;
    const more = away.wall - local.wall;
    all.push({ more: (1000 * more) / fitted, share: (100 * more) / local.wall });
    if (round === 1) console.log(`${specifications} specifications, ${fitted} fits`);
    console.log(`| ${round} | ${local.wall.toFixed(2)} | ${away.wall.toFixed(2)} | ${((1000 * more) / fitted).toFixed(2)} | ${((100 * more) / local.wall).toFixed(1)} % | ${[...local.cpu, ...away.cpu].map((s) => s.toFixed(1)).join(" | ")} |`);
  }
  console.log(`median: ${spread(all.map(({ more }) => more)).median.toFixed(2)} ms a task, ${spread(all.map(({ share }) => share)).median.toFixed(1)} % of the clock`);
  submitter.close();
  await queue.connection.close();
  worker.kill();
  await once(worker, "exit");
  await pool.close();
  await server.stop();
}

/** Tasks of one design and many seeds. */
function simulated(count) {
  const [task] = [...planOf(1, [{ rf: { trees: 40 } }]).tasks.values()];
  return Array.from({ length: count }, (_, i) => ({ ...task, key: i.toString(16).padStart(64, "0"), streams: task.streams.map(([a]) => [a, i]) }));
}

async function backlog(count) {
  const server = await startServer(14302);
  const queue = await joinQueue(server.url, { name: "backlog" });
  const tasks = simulated(count);
  const { values } = tasks[0].target;
  global.gc?.();
  const [before, serverBefore] = [resident(process.pid), resident(server.pid)];
  const submitter = await createSubmitter(queue);
  const start = performance.now();
  for (const task of tasks) submitter.carrier.fit(task, values, {}).catch(() => undefined);
  while ((await queue.backlog())[0].waiting < count) await pause(200);
  const seconds = (performance.now() - start) / 1000;
  global.gc?.();
  console.log(`${count} queued tasks: ${seconds.toFixed(1)} s to queue, ${((seconds * 1000) / count).toFixed(2)} ms a task; server ${resident(server.pid).toFixed(0)} MB (before ${serverBefore.toFixed(0)}), submitter ${resident(process.pid).toFixed(0)} MB (before ${before.toFixed(0)})`);
  const look = performance.now();
  const { size } = await queue.queued();
  console.log(`a look at all ${size} of them: ${(performance.now() - look).toFixed(0)} ms`);
  submitter.close();
  await queue.connection.close();
  await server.stop();
}

async function growth(sleep, each = 5) {
  const server = await startServer(14303);
  const tasks = simulated(64 * each);
  const { values } = tasks[0].target;
  const none = { checkpoints: [0], predictions: [new Float64Array(values.length)], notes: {} };
  console.log(`tasks that sleep ${sleep} ms, ${each} a worker; the same prediction of ${values.length} rows each\n| workers | s | efficiency |\n|--:|--:|--:|`);
  for (const workers of [1, 8, 32, 64]) {
    const name = `g${workers}`;
    const control = new AbortController();
    const queues = await Promise.all(Array.from({ length: workers }, () => joinQueue(server.url, { name })));
    const ended = queues.map((queue, i) => work(queue, {
      pool: { threads: 1 }, memory: 1e9, self: { host: "h", pid: i, threads: 1, version: "0" }, signal: control.signal, say: () => undefined,
      carrier: { width: 1, fit: async ({ key }) => (await pause(sleep), encoded(key, none)) },
    }));
    const queue = await joinQueue(server.url, { name });
    const submitter = await createSubmitter(queue);
    await pause(500);
    const start = performance.now();
    await Promise.all(tasks.slice(0, workers * each).map((task) => submitter.carrier.fit(task, values, {})));
    const seconds = (performance.now() - start) / 1000;
    console.log(`| ${workers} | ${seconds.toFixed(2)} | ${((100 * each * sleep) / 1000 / seconds).toFixed(0)} % |`);
    control.abort(new Error("done"));
    await Promise.all(ended);
    submitter.close();
    for (const one of [...queues, queue]) await one.connection.close();
  }
  await server.stop();
}

const [which = "all", count, only] = process.argv.slice(2);
console.log(machine());
if (which === "all" || which === "curve") await curve(Number(count ?? 2000), Number(only ?? 3));
if (which === "all" || which === "overhead") await overhead(Number(count ?? 2000), only);
if (which === "all" || which === "backlog") await backlog(Number(count ?? 100_000));
if (which === "all" || which === "growth") await growth(Number(count ?? 2000));
process.exit(0);
