import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { createSerialPool } from "../../src/fit/pool.js";
import { costOf, fitPlan } from "../../src/fit/run.js";
import { createMemoryStore, type Store } from "../../src/fit/store.js";
import { createClaims } from "../../src/node/claims.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";

const folder = mkdtempSync(join(tmpdir(), "neyman-claims-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newFile = (): string => join(folder, `${made++}.claim`);

function writeClaim(file: string, claim: object, ageSeconds = 0): void {
  writeFileSync(file, JSON.stringify({ host: "elsewhere", pid: 1, token: "t", started: 0, ...claim }));
  const then = new Date(Date.now() - 1000 * ageSeconds);
  utimesSync(file, then, then);
}

/** A pid that was, and is no more. */
function endedPid(): number {
  return Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
}

describe("a claim", () => {
  it("is one process's at a time, and free once given back", async () => {
    const [file, claim] = [newFile(), createClaims()];
    const first = await claim(file);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ host: hostname(), pid: process.pid });
    expect(await claim(file)).toBeNull();
    await first?.release();
    expect(existsSync(file)).toBe(false);
    const second = await claim(file);
    expect(second).not.toBeNull();
    await second?.release();
    await second?.release(); // twice is no error
  });

  it("is got by one of many who ask at once", async () => {
    const [file, claim] = [newFile(), createClaims()];
    const got = await Promise.all(Array.from({ length: 20 }, () => claim(file)));
    expect(got.filter((one) => one !== null)).toHaveLength(1);
    for (const one of got) await one?.release();
  });

  it("is renewed while it is held, and not afterwards", async () => {
    const [file, claim] = [newFile(), createClaims({ renew: 20, stale: 1000 })];
    const held = await claim(file);
    const then = new Date(Date.now() - 60_000);
    utimesSync(file, then, then);
    while (statSync(file).mtimeMs < Date.now() - 30_000) await pause(10);
    await held?.release();
  });

  it("of another machine is left alone while it is renewed, and taken over after a time of no renewal", async () => {
    const [file, claim] = [newFile(), createClaims({ renew: 1000, stale: 60 })];
    writeClaim(file, {});
    for (let i = 0; i < 5; i++) {
      expect(await claim(file)).toBeNull();
      await pause(40);
      utimesSync(file, new Date(), new Date(Date.now() - 10 * i));
    }
    expect(await claim(file)).toBeNull();
    await pause(100);
    const taken = await claim(file);
    expect(taken).not.toBeNull();
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
    await taken?.release();
  });

  it.each([
    ["of a process of this machine that has ended: at once", () => ({ host: hostname(), pid: endedPid() }), 0, true],
    ["of an earlier process with this one's number, as in a container started again: at once", () => ({ host: hostname(), pid: process.pid }), 0, true],
    ["of a process of this machine that lives: not", () => ({ host: hostname(), pid: process.ppid }), 0, false],
    ["of another machine, not renewed for an hour: at once", () => ({}), 3600, true],
    ["of another machine, a minute old: not", () => ({}), 60, false],
  ])("is taken over %s", async (_, text, age, taken) => {
    const [file, claim] = [newFile(), createClaims()];
    writeClaim(file, text(), age);
    const got = await claim(file);
    expect(got !== null).toBe(taken);
    await got?.release();
  });

  it("that is still being written, or is no claim, goes by its date", async () => {
    const [file, claim] = [newFile(), createClaims()];
    writeFileSync(file, "");
    expect(await claim(file)).toBeNull();
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(file, then, then);
    const got = await claim(file);
    expect(got).not.toBeNull();
    await got?.release();
  });

  it("is taken back when its process ends in order", async () => {
    const file = newFile();
    const program = `import { createClaims } from ${JSON.stringify(new URL("../../dist/node/claims.js", import.meta.url).href)};
      await createClaims()(${JSON.stringify(file)}); console.log("held"); process.stdin.on("data", () => process.exit(0));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    await new Promise((resume) => child.stdout.once("data", resume));
    expect(existsSync(file)).toBe(true);
    child.stdin.write("end\n");
    await new Promise((resume) => child.once("exit", resume));
    expect(existsSync(file)).toBe(false);
  });
});

describe("a run that meets another's claims", () => {
  it("goes on with other tasks, comes back, and takes what the other has stored", async () => {
    const { kernels } = await createEngine();
    const study = { data: { file: "p.csv" }, base: { outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: { rf: { trees: 400 } }}, tables: [{ id: "t", columns: [{}, { seed: 2 }] }] };
    const { plan } = prepareStudy(readStudy(JSON.stringify(study), "s.json"), readCsv(panelCsv(), "p.csv", {}), kernels);
    const pool = createSerialPool(kernels);
    expect([...plan.tasks.values()].every((task) => costOf(task) > 2e7)).toBe(true); // cheaper ones are not claimed
    const full = createMemoryStore();
    await fitPlan(plan, { kernels, pool, store: full });
    const [other = ""] = plan.tasks.keys();
    const own = createMemoryStore();
    const order: string[] = [];
    const store: Store = {
      ...own,
      put: async (key, bytes) => {
        order.push(key);
        await own.put(key, bytes);
        // The other process ends its task when this one has done all the rest.
        if (order.length === plan.tasks.size - 1) await own.put(other, (await full.get(other)) ?? new Uint8Array());
      },
      claim: async (key) => (key === other ? null : { release: async () => undefined }),
    };
    const { progress } = await fitPlan(plan, { kernels, pool, store });
    expect(order).not.toContain(other);
    expect(progress).toMatchObject({ fitted: plan.tasks.size - 1, stored: 1 });
    for (const key of plan.tasks.keys()) expect(await own.get(key)).toEqual(await full.get(key));
  });
});
