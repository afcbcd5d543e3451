import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { numericsOf } from "../../src/cluster/index.js";
import { certificates } from "../helpers/certificates.js";
import { type Ended, neyman, nuisancesOf, start, textOf, workspace } from "../helpers/cli.js";
import { hasServer, joined, startServer, type TestServer } from "../helpers/nats.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2, size]
  learner: { rf: { trees: 100 } }
tables:
  - id: main
    columns:
${Array.from({ length: 6 }, (_, i) => `      - { seed: ${i} }`).join("\n")}
      - { fixedEffects: [firm, year], learner: ols }
      - { learner: { stack: { learners: [ols, lassocv] } } }
`;

const CURVE = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1] }
tables:
  - id: curve
    curve:
      vary:
        learner: { OLS: ols, Forest: { rf: { trees: 20 } } }
        controls: { always: [x1], subsets: [x2, size] }
        folds: { "3": { k: 3 }, "5": { k: 5 } }
        errors: { Firm: { cluster: [firm] }, HC1: hc1 }
`;

function studyFolder(study = STUDY): string {
  return workspace({ "study.yaml": study, "panel.csv": panelCsv(60) });
}

const running: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of running) await end();
});

/** A worker process; `fitted` counts the lines of its log. */
async function startWorker(url: string, folder: string, ...args: readonly string[]): Promise<{ fitted(): readonly string[]; kill(signal: NodeJS.Signals): Promise<Ended> }> {
  const { child, ended } = start(folder, ["worker", url, "--verbose", "--threads", "1", ...args]);
  let log = "";
  child.stderr?.on("data", (text: string) => (log += text));
  const kill = (signal: NodeJS.Signals): Promise<Ended> => (child.kill(signal), ended);
  running.push(() => kill("SIGKILL"));
  while (!log.includes("numerics")) await pause(20);
  return { fitted: () => [...log.matchAll(/ ([0-9a-f]{64}) fitted/g)].map((match) => match[1] ?? ""), kill };
}

const away: TestServer = { url: "", port: 0, kill: async () => undefined, restart: async () => undefined };

describe.skipIf(!hasServer)("run --cluster", async () => {
  const server = hasServer ? await startServer() : away;
  /** What one process gives, made once. */
  const alone = (async () => {
    const folder = studyFolder();
    await neyman(folder, "run", "study.yaml", "--store", "none");
    return textOf(folder, "study-output/estimates.json");
  })();

  it("gives the bytes of one process from three workers, whatever is killed on the way: a worker, then the submitter", async () => {
    await joined(server.url, "kills", { claim: 1000, numerics: numericsOf() }); // claims that last a second
    const folder = studyFolder();
    const workers = await Promise.all([1, 2, 3].map(() => startWorker(server.url, folder, "--queue", "kills")));
    const [first, ...others] = workers;
    const fitted = (): readonly string[] => workers.flatMap((worker) => worker.fitted());
    const run = start(folder, ["run", "study.yaml", "--cluster", server.url, "--queue", "kills"]);
    while (fitted().length < 2) await pause(5);
    await first?.kill("SIGKILL");
    while (fitted().length < 5) await pause(5);
    run.child.kill("SIGINT");
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([130, "neyman: interrupted. The workers go on with what is queued and keep its results on the server; run again to pick them up.\n"]);
    const again = await neyman(folder, "run", "study.yaml", "--cluster", server.url, "--queue", "kills");
    expect(again.code, again.stderr).toBe(0);
    expect(textOf(folder, "study-output/estimates.json")).toBe(await alone);
    expect(new Set(fitted()).size).toBe(fitted().length); // nothing stored was fitted again
    // All is in the local store now: no server is needed.
    await neyman(folder, "run", "study.yaml", "--out", "local");
    expect(nuisancesOf(folder, "local").fitted).toBe(0);
    const ended = await Promise.all(others.map((worker) => worker.kill("SIGTERM")));
    for (const { code: own, stderr: log } of ended) {
      expect(own).toBe(0);
      expect(log).toMatch(/^neyman worker: 1 thread for queue kills at nats:\/\/127\.0\.0\.1:\d+, numerics [0-9a-f]{12}\.\n/);
      expect(log).toMatch(/neyman worker: \d+ fitted, 0 failed\.\n$/);
    }
  });

  it("gives the bytes of one process for a curve; its lines too", async () => {
    const folder = studyFolder(CURVE);
    await neyman(folder, "run", "study.yaml", "--store", "none", "--out", "alone", "--ndjson", "alone.ndjson");
    const workers = await Promise.all([1, 2].map(() => startWorker(server.url, folder, "--queue", "curve")));
    const cluster = ["--cluster", server.url, "--queue", "curve"];
    const { stdout } = await neyman(folder, "status", "study.yaml", ...cluster);
    expect(stdout).toMatch(/^Curves are planned while they run\. On the queue, of all studies: 0 that wait, 0 that run\.\nWorkers on queue curve at .*:\n(  .*, process \d+, 1 thread: .*\n){2}$/);
    const { code, stderr } = await neyman(folder, "run", "study.yaml", ...cluster, "--ndjson", "study.ndjson");
    expect(code, stderr).toBe(0);
    for (const file of ["estimates.json", "curve.arrow", "results.json"]) expect(textOf(folder, `study-output/${file}`), file).toBe(textOf(folder, `alone/${file}`));
    expect(textOf(folder, "study.ndjson")).toBe(textOf(folder, "alone.ndjson"));
    const fitted = workers.flatMap((worker) => worker.fitted());
    expect(nuisancesOf(folder, "study-output")).toEqual(nuisancesOf(folder, "alone"));
    expect([new Set(fitted).size, fitted.length]).toEqual([nuisancesOf(folder, "alone").fitted, nuisancesOf(folder, "alone").fitted]);
    await Promise.all(workers.map((worker) => worker.kill("SIGTERM")));
  });

  it("ends when its time is up, though no worker is there", async () => {
    const folder = studyFolder();
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--cluster", server.url, "--queue", "late", "--max-time", "1s");
    expect([code, stderr]).toEqual([3, "neyman: time is up. What was fitted is stored; run again to go on.\n"]);
  });

  it("a worker writes no file: one that may write none does its work", async () => {
    const folder = studyFolder(STUDY.replace("trees: 100", "trees: 5"));
    const main = resolve(import.meta.dirname, "../../dist/cli/main.js");
    const child = spawn("bash", ["-c", `ulimit -f 0; exec "${process.execPath}" "${main}" worker ${server.url} --queue full --threads 1`], { stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr.on("data", (bytes: Buffer) => (log += bytes.toString()));
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--cluster", server.url, "--queue", "full", "--store", "none");
    expect(code, stderr).toBe(0);
    child.kill("SIGTERM");
    await once(child, "close");
    expect(log).toContain("fitted, 0 failed.");
  });

  it.skipIf(process.platform !== "linux")("a worker whose log is on a full disk does its work", async () => {
    const folder = studyFolder();
    const worker = spawn("sh", ["-c", `exec "${process.execPath}" "${resolve(import.meta.dirname, "../../dist/cli/main.js")}" worker ${server.url} --verbose --threads 1 --queue full 2> /dev/full`], { cwd: folder, stdio: "ignore" });
    running.push(async () => worker.kill("SIGKILL"));
    const { code } = await neyman(folder, "run", "study.yaml", "--cluster", server.url, "--queue", "full");
    expect(code).toBe(0);
    expect(textOf(folder, "study-output/estimates.json")).toBe(await alone);
  });

  it("says that no worker is there, and how to start one", async () => {
    const folder = studyFolder();
    const { child, ended } = start(folder, ["run", "study.yaml", "--cluster", server.url.replace("//", "//ann:secret@"), "--queue", "lonely"]);
    let log = "";
    child.stderr?.on("data", (text: string) => (log += text));
    while (!log.includes("\n")) await pause(50);
    child.kill("SIGTERM");
    await ended;
    // Under the effects of one column the IV-type nuisance and three of twicing need others first.
    const status = await neyman(folder, "status", "study.yaml", "--cluster", server.url, "--queue", "lonely");
    expect(status.stdout).toBe(`0 of 22 nuisances done, 0 % of the work, nobody at work; 18 on the queue, 4 not sent yet.\nNo worker is on queue lonely at ${server.url}.\n`);
    expect(log.split("interrupted")[0]).toBe(`neyman: No worker is on the queue: the tasks wait. To go on, start one with \`neyman worker ${server.url} --queue lonely\`.\nneyman: `);
  });
});

describe.skipIf(!hasServer)("what is wrong with a cluster is said in one line, with how to mend it, and no secret", async () => {
  const server = hasServer ? await startServer("--user", "ann", "--pass", "right") : away;
  const folder = studyFolder();
  const said = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const { code, stderr } = await start(folder, args, env).ended;
    expect(code, stderr).toBe(2);
    expect(stderr).not.toMatch(/right|wr0ng|    at /);
    expect(stderr.split("\n")).toHaveLength(2);
    return stderr;
  };

  const worksWith = async (url: string, env: NodeJS.ProcessEnv): Promise<void> => {
    const { child, ended } = start(folder, ["worker", url], env);
    let log = "";
    child.stderr?.on("data", (text: string) => (log += text));
    await Promise.race([ended, (async () => { while (!log.includes("numerics")) await pause(20); })()]);
    child.kill("SIGINT");
    expect((await ended).code, log).toBe(0);
  };

  it("a server that is not there", async () => {
    expect(await said(["worker", "nats://127.0.0.1:1"])).toMatch(/^neyman: No NATS server answers at nats:\/\/127\.0\.0\.1:1 \(.*\)\. Check the address and that the server runs \(`nats-server -js`\)\.\n$/);
    expect(await said(["run", "study.yaml", "--cluster", "nats://no.such.host.invalid"])).toContain("No NATS server answers at nats://no.such.host.invalid:4222");
  });

  it("no credentials, wrong ones, a file that is none", async () => {
    expect(await said(["run", "study.yaml", "--cluster", server.url])).toContain("asks who is there. Give NATS_USER and NATS_PASSWORD or NATS_TOKEN in the environment, or a credentials file with --nats-creds.");
    expect(await said(["worker", server.url.replace("//", "//ann:wr0ng@")])).toContain("does not accept the user and password. Check them with whoever runs the server.");
    expect(await said(["worker", server.url], { NATS_TOKEN: "wr0ng" })).toContain("does not accept the token.");
    expect(await said(["worker", server.url, "--nats-creds", "none.creds"])).toContain("The credentials file none.creds cannot be read:");
    expect(await said(["worker", server.url, "--nats-creds", "study.yaml"])).toContain("The credentials file is not one that NATS writes");
  });

  it("the right ones, by the environment", async () => {
    await worksWith(server.url, { NATS_USER: "ann", NATS_PASSWORD: "right" });
  });

  it("by a token, and by TLS with an authority of its own", async () => {
    const token = await startServer("--auth", "right");
    expect(await said(["worker", token.url])).toContain("asks who is there.");
    await worksWith(token.url, { NATS_TOKEN: "right" });
    const { authority, certificate, key } = certificates();
    const safe = await startServer("--tls", "--tlscert", certificate, "--tlskey", key);
    const url = `tls://localhost:${safe.port}`;
    expect(await said(["worker", url])).toMatch(/and this machine do not agree on TLS: .*Name the authority that signed the server's certificate in NATS_CA/);
    await worksWith(url, { NATS_CA: authority });
  });

  it("a server without streams, and one that keeps others under these names", async () => {
    const plain = await startServer("--no-js");
    expect(await said(["worker", plain.url])).toContain("keeps no streams. Start it with JetStream (`nats-server -js -sd FOLDER`), or ask for an account that has it.");
    const other = await startServer();
    const { connection } = await joined(other.url, "elsewhere");
    const { jetstreamManager } = await import("@nats-io/jetstream");
    await (await jetstreamManager(connection)).streams.add({ name: "neyman-tasks", subjects: ["orders.>"] });
    expect(await said(["worker", other.url])).toContain("keeps a stream that is no queue of Neyman's where `neyman-tasks` would be. Name another queue with --queue, here and at the workers.");
  });

  it("an address that is none, a queue's name, memory", async () => {
    expect(await said(["run", "study.yaml", "--cluster", "http://ann:wr0ng@lab"])).toContain("--cluster takes the address of a NATS server.");
    expect(await said(["worker", "nats://lab/x"])).toContain("The server takes the address of a NATS server.");
    expect(await said(["worker", server.url, "--queue", "a.b"])).toContain("--queue is a name of letters, digits, - and _, of up to 64.");
    expect(await said(["worker", server.url, "--memory", "0"])).toContain("--memory must be a number of megabytes above 0.");
    expect(await said(["worker"])).toContain("Name the server");
  });
});
