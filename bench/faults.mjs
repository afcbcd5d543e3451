/**
 * Faults of a cluster at ten random moments each: `node bench/faults.mjs [times] [fault]`. Three workers with one thread each,
 * by the built command; every run must end with the bytes of one process. A fit that is done twice is counted.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { numericsOf } from "../dist/cluster/index.js";
import { joinQueue, startServer } from "./natsServer.mjs";
import { machine } from "./measure.mjs";

const main = resolve(import.meta.dirname, "../dist/cli/main.js");
const CLAIM = 2000;
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

const command = (folder, args) => spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
const estimates = (folder, out) => readFileSync(join(folder, out, "estimates.json"), "utf8");
const fitted = (workers) => workers.flatMap(({ log }) => [...log().matchAll(/ ([0-9a-f]{64}) fitted/g)].map((match) => match[1]));

function startWorker(folder, url, name) {
  const child = command(folder, ["worker", url, "--queue", name, "--threads", "1", "--verbose"]);
  let text = "";
  child.stderr.on("data", (bytes) => (text += bytes));
  return { child, log: () => text };
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

/** What happens to a run; it may give another run to wait for. */
const FAULTS = {
  "a worker killed": async ({ workers, folder, url, name }) => {
    workers[0].child.kill("SIGKILL");
    await pause(500);
    workers.push(startWorker(folder, url, name));
  },
  "the server killed": async ({ server }) => {
    await server.kill();
    await pause(500);
    await server.restart();
  },
  "the submitter killed": async ({ run, submit }) => {
    run.kill("SIGKILL");
    await once(run, "close");
    return submit();
  },
  "a worker stopped": async ({ workers }) => {
    workers[0].child.kill("SIGSTOP");
    await pause(2.5 * CLAIM);
    workers[0].child.kill("SIGCONT"); // what it did is delivered a second time by now
  },
  "the network cut": async ({ wire }) => {
    wire.cut();
    await pause(CUT);
    wire.mend();
  },
};

async function runWith(fault, folder, expected, index) {
  const port = 14400 + index;
  const server = await startServer(port);
  const name = "faults";
  const queue = await joinQueue(server.url, { name, claim: CLAIM, numerics: numericsOf() });
  const wire = await wireTo(port);
  const workers = [startWorker(folder, wire.url, name), startWorker(folder, server.url, name), startWorker(folder, server.url, name)];
  while (workers.some(({ log }) => !log().includes("numerics"))) await pause(50);
  const submit = () => command(folder, ["run", "study.yaml", "--cluster", server.url, "--queue", name, "--store", "none", "--out", "cluster"]);
  const start = performance.now();
  let run = submit();
  const moment = Math.floor(random() * 50);
  while (fitted(workers).length < moment) await pause(5);
  run = (await FAULTS[fault]({ workers, server, run, submit, wire, folder, url: server.url, name })) ?? run;
  const code = run.exitCode ?? (await once(run, "close"))[0];
  const all = fitted(workers);
  const same = code === 0 && estimates(folder, "cluster") === expected;
  for (const { child } of workers) child.kill("SIGKILL");
  await queue.connection.close();
  wire.close();
  await server.stop();
  return { same, twice: all.length - new Set(all).size, moment, seconds: (performance.now() - start) / 1000 };
}

const [times = "10", only] = process.argv.slice(2);
const folder = folderWithStudy();
await once(command(folder, ["run", "study.yaml", "--store", "none", "--out", "alone"]), "close");
const expected = estimates(folder, "alone");
console.log(`${machine()}; 60 tasks, claims of ${CLAIM / 1000} s\n| fault | times | same bytes | fits done twice, at most | s, at most |\n|:--|--:|--:|--:|--:|`);
let index = 0;
for (const fault of Object.keys(FAULTS).filter((one) => only === undefined || one.includes(only))) {
  const runs = [];
  for (let i = 0; i < Number(times); i++) runs.push(await runWith(fault, folder, expected, index++));
  console.log(`| ${fault} | ${runs.length} | ${runs.filter(({ same }) => same).length} | ${Math.max(...runs.map(({ twice }) => twice))} | ${Math.max(...runs.map(({ seconds }) => seconds)).toFixed(0)} |`);
}
rmSync(folder, { recursive: true });
process.exit(0);
