/**
 * Faults of a cluster at ten random moments each: `node bench/faults.mjs [times] [fault]`. Three workers with one thread each,
 * by the built command; every run must end with the bytes of one process. Counted: results that were written more than once (two workers had
 * the task at once, or one wrote again since no answer came), and tasks that a worker took and fitted when their result was there.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { loadClient, numericsOf, work } from "../dist/cluster/index.js";
import { createPoolCarrier } from "../dist/fit/carrier.js";
import { createThreadPool } from "../dist/node/index.js";
import { joinQueue, startServer } from "./natsServer.mjs";
import { machine } from "./measure.mjs";

const main = resolve(import.meta.dirname, "../dist/cli/main.js");
const CLAIM = 2000;
const PORT = Number(process.env.PORT ?? 14400);
/** Milliseconds of the cut. */
const CUT = Number(process.env.CUT ?? 30_000);

let state = Number(process.env.SEED ?? 7);
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

function folderWithStudy() {
  const folder = mkdtempSync(join(tmpdir(), "neyman-faults-"));
  const rows = Array.from({ length: 600 }, (_, row) => {
    const [x1, x2] = [random(), random()];
    const d = x1 + random();
    return [1 + Math.floor(row / 10), 2000 + (row % 10), 0.5 * d + x1 * x2 + random(), d, x1, x2].join(",");
  });
  writeFileSync(join(folder, "panel.csv"), `firm,year,y,d,x1,x2\n${rows.join("\n")}\n`);
  const seeds = Array.from({ length: 30 }, (_, i) => `      - { seed: ${i} }`).join("\n");
  writeFileSync(join(folder, "study.yaml"), `data: { file: panel.csv, unit: firm, time: year }\nbase: { outcome: y, treatment: d, controls: [x1, x2], learner: { rf: { trees: 100 } } }\ntables:\n  - id: t\n    columns:\n${seeds}\n`);
  return folder;
}

const command = (folder, args, stderr = "pipe") => spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "ignore", stderr] });
const estimates = (folder, out) => readFileSync(join(folder, out, "estimates.json"), "utf8");

const workerArguments = (url, name) => ["worker", url, "--queue", name, "--threads", "1", "--verbose"];

/** A worker as a process of its own; `fits`: when each that it tells of began. */
function startWorker(folder, url, name) {
  const child = command(folder, workerArguments(url, name));
  const fits = [];
  let isUp = false;
  child.stderr.on("data", (bytes) => {
    isUp = true;
    for (const [, key, milliseconds] of bytes.toString().matchAll(/ ([0-9a-f]{64}) fitted in (\d+) ms/g)) fits.push({ key, began: performance.now() - Number(milliseconds) });
  });
  return { child, fits, isUp: () => isUp, stop: () => child.kill("SIGKILL") };
}

/** A worker whose folder, temporary files and log are on a disk of its own, which can be filled. */
function startOnSmallDisk(folder, url, name) {
  const disk = mkdtempSync(join(tmpdir(), "neyman-disk-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]).status !== 0) throw new Error("no disk can be mounted here: this fault needs root");
  const log = openSync(join(disk, "log"), "a");
  const child = spawn(process.execPath, [main, ...workerArguments(url, name)], { cwd: disk, env: { ...process.env, TMPDIR: disk }, stdio: ["ignore", "ignore", log] });
  const fill = () => {
    for (const size of [16_384, 256, 1]) { // to the last byte of the log: a page that is begun has room for lines
      try {
        for (;;) appendFileSync(join(disk, "log"), "\n".repeat(size));
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
      }
    }
  };
  const stop = () => {
    const lives = child.exitCode === null && child.signalCode === null;
    child.kill("SIGKILL");
    closeSync(log);
    once(child, "exit").then(() => spawnSync("umount", [disk]));
    if (!lives) throw new Error("the worker has ended on its full disk");
  };
  return { child, fits: [], isUp: () => readFileSync(join(disk, "log"), "utf8").includes("numerics"), fill, stop };
}

/** A worker in this process, one of whose fits can be made to have no end; it is given up after three seconds. */
async function startEndless(_, url, name) {
  const queue = await joinQueue(url, { name, claim: CLAIM, numerics: numericsOf() });
  const pool = await createThreadPool(1);
  const real = createPoolCarrier(pool);
  const control = new AbortController();
  const fits = [];
  let hangs = false;
  const fit = (task, target, watch) => {
    if (!hangs) return real.fit(task, target, watch);
    hangs = false;
    return new Promise((_resolve, refuse) => watch.signal.addEventListener("abort", () => refuse(new Error("aborted")), { once: true }));
  };
  const say = ({ kind, key, milliseconds }) => kind === "fitted" && fits.push({ key, began: performance.now() - milliseconds });
  const ended = work(queue, { pool, carrier: { ...real, fit }, memory: 1e9, limit: () => 3000, self: { host: "bench", pid: 1, threads: 1, version: "0" }, signal: control.signal, say });
  const stop = async () => {
    control.abort(new Error("stop"));
    await ended;
    await queue.connection.close();
    await pool.close();
  };
  return { fits, isUp: () => true, hang: () => (hangs = true), stop };
}

/** A wire that can be cut. */
async function wireTo(port) {
  const sockets = new Set();
  const proxy = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy()).on("close", () => sockets.delete(from));
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return { url: `nats://127.0.0.1:${proxy.address().port}`, cut: () => sockets.forEach((one) => one.pause()), mend: () => sockets.forEach((one) => one.resume()), close: () => (sockets.forEach((one) => one.destroy()), proxy.close()) };
}

/** What happens to a run, and to which first worker; it may give another run to wait for. */
const FAULTS = {
  "a worker killed": { strike: async ({ workers, folder, url, name }) => {
    workers[0].child.kill("SIGKILL");
    await pause(500);
    workers.push(startWorker(folder, url, name));
  } },
  "the server killed": { strike: async ({ server }) => {
    await server.kill();
    await pause(500);
    await server.restart();
  } },
  "the submitter killed": { strike: async ({ run, submit }) => {
    run.kill("SIGKILL");
    await once(run, "close");
    return submit();
  } },
  "a worker stopped for a while": { strike: async ({ workers }) => {
    workers[0].child.kill("SIGSTOP");
    await pause(2.5 * CLAIM);
    workers[0].child.kill("SIGCONT"); // what it did is delivered a second time by now
  } },
  "a worker that hangs": { strike: async ({ workers }) => workers[0].child.kill("SIGSTOP") && undefined },
  "a fit without end": { first: startEndless, strike: async ({ workers }) => void workers[0].hang() },
  "a task delivered twice": { strike: async ({ queue, consumer }) => {
    for (;;) {
      const { delivered, num_pending: left, num_ack_pending: held } = await consumer.info();
      queue.connection.publish(`$JS.ACK.${queue.name}-tasks.workers-${queue.numerics}.1.${delivered.stream_seq}.${delivered.consumer_seq}.${Date.now()}000000.0`, "-NAK");
      const { delivered: then } = await consumer.info();
      if (then.consumer_seq - then.stream_seq > delivered.consumer_seq - delivered.stream_seq) return; // each delivery has a number of its own
      if (left + held === 0) throw new Error("nothing is left to be delivered twice");
    }
  } },
  "a full disk at a worker": { first: startOnSmallDisk, strike: async ({ workers }) => void workers[0].fill() },
  "the network cut": { strike: async ({ wire }) => {
    wire.cut();
    await pause(CUT);
    wire.mend();
  } },
};

async function runWith({ first = startWorker, strike }, folder, expected, index) {
  const port = PORT + index;
  const server = await startServer(port);
  const name = "faults";
  const queue = await joinQueue(server.url, { name, claim: CLAIM, numerics: numericsOf() });
  const manager = await jetstreamManager(queue.connection);
  const consumer = { info: () => manager.consumers.info(`${name}-tasks`, `workers-${queue.numerics}`) };
  const stored = new Map();
  queue.connection.subscribe(queue.doneSubject("*"), { callback: (_, { subject }) => { // told once the server has the result
    const key = subject.slice(subject.lastIndexOf(".") + 1);
    if (!stored.has(key)) stored.set(key, performance.now());
  } });
  const wire = await wireTo(port);
  const workers = [await first(folder, wire.url, name), startWorker(folder, server.url, name), startWorker(folder, server.url, name)];
  while (workers.some(({ isUp }) => !isUp())) await pause(50);
  const submit = () => command(folder, ["run", "study.yaml", "--cluster", server.url, "--queue", name, "--store", "none", "--out", "cluster"]);
  const start = performance.now();
  let run = submit();
  const moment = Math.floor(random() * 50);
  while (stored.size < moment) await pause(5);
  run = (await strike({ workers, server, run, submit, wire, folder, queue, consumer, url: server.url, name })) ?? run;
  const code = run.exitCode ?? (await once(run, "close"))[0];
  const seconds = (performance.now() - start) / 1000;
  const same = code === 0 && estimates(folder, "cluster") === expected;
  const { state } = await manager.streams.info(`KV_${name}-results`, { subjects_filter: ">" });
  const twice = state.last_seq - Object.keys(state.subjects).length;
  const again = workers.flatMap(({ fits }) => fits).filter(({ key, began }) => began > stored.get(key)).length;
  for (const { stop } of workers) await stop();
  await queue.connection.close();
  wire.close();
  await server.stop();
  return { same, twice, again, moment, seconds };
}

const [times = "10", only] = process.argv.slice(2);
const { jetstreamManager } = (await loadClient()).jetstream;
const folder = folderWithStudy();
await once(command(folder, ["run", "study.yaml", "--store", "none", "--out", "alone"]), "close");
const expected = estimates(folder, "alone");
console.log(`${machine()}; 60 tasks, claims of ${CLAIM / 1000} s\n| fault | times | same bytes | written more than once, at most | taken though stored, and fitted | s, at most |\n|:--|--:|--:|--:|--:|--:|`);
let index = 0;
for (const fault of Object.keys(FAULTS).filter((one) => only === undefined || one.includes(only))) {
  const runs = [];
  for (let i = 0; i < Number(times); i++) runs.push(await runWith(FAULTS[fault], folder, expected, index++));
  console.log(`| ${fault} | ${runs.length} | ${runs.filter(({ same }) => same).length} | ${Math.max(...runs.map(({ twice }) => twice))} | ${runs.reduce((sum, { again }) => sum + again, 0)} | ${Math.max(...runs.map(({ seconds }) => seconds)).toFixed(0)} |`);
}
rmSync(folder, { recursive: true });
process.exit(0);
