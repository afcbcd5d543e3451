import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { filesBelow, neyman, nuisancesOf, start, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const SEEDS = 12;
/** Two nuisances a column, none shared: some seconds of work in one thread. */
function studyOf(trees: number): string {
  const columns = Array.from({ length: SEEDS }, (_, i) => `{ seed: ${i} }`).join(", ");
  return `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1, x2, size], learner: { rf: { trees: ${trees} } } }
tables: [{ id: main, columns: [${columns}] }]
`;
}
const TASKS = 2 * SEEDS;

function folderWith(trees: number): string {
  return workspace({ "study.yaml": studyOf(trees), "panel.csv": panelCsv(60) });
}

async function estimatesOf(trees: number): Promise<string> {
  const folder = folderWith(trees);
  await neyman(folder, "run", "study.yaml", "--store", "none");
  return textOf(folder, "study-output/estimates.json");
}

/** When each result in the store was written, in the file system's own fine time. */
function writtenIn(folder: string): ReadonlyMap<string, string> {
  const names = filesBelow(folder).filter((name) => name.startsWith(".neyman/") && name.endsWith(".bin"));
  return new Map(names.map((name) => [name, `${statSync(join(folder, name)).ino} ${statSync(join(folder, name)).mtimeMs}`]));
}

it("a run killed (-9) at ten moments and run again: the same bytes, no stored task fitted again", async () => {
  const folder = folderWith(200);
  let known = writtenIn(folder);
  for (let kill = 0; kill < 10; kill++) {
    const { child, ended } = start(folder, ["run", "study.yaml", "--threads", "1"]);
    // One more result than before, and then some milliseconds that differ from kill to kill.
    while (writtenIn(folder).size <= known.size && child.exitCode === null) await pause(5);
    await pause((kill * 37) % 101);
    child.kill("SIGKILL");
    await ended;
    const now = writtenIn(folder);
    for (const [name, when] of known) expect(now.get(name)).toBe(when);
    known = now;
  }
  const { code } = await neyman(folder, "run", "study.yaml");
  expect(code).toBe(0);
  expect(nuisancesOf(folder)).toEqual({ distinct: TASKS, fitted: TASKS - known.size, stored: known.size });
  for (const [name, when] of known) expect(writtenIn(folder).get(name)).toBe(when);
  // A process killed between its result and the release of its claim leaves one behind, beside the result.
  const claimed = filesBelow(folder).filter((name) => name.endsWith(".claim"));
  expect(claimed.filter((name) => !known.has(name.replace(".claim", ".bin")))).toEqual([]);
  expect(textOf(folder, "study-output/estimates.json")).toBe(await estimatesOf(200));
}, 600_000); // a dozen starts of the command

it("two runs at once fit each task once, and give the same bytes", async () => {
  const folder = folderWith(400);
  const both = await Promise.all(["one", "two"].map((out) => neyman(folder, "run", "study.yaml", "--out", out, "--threads", "1")));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const counts = ["one", "two"].map((out) => nuisancesOf(folder, out));
  expect((counts[0]?.fitted ?? 0) + (counts[1]?.fitted ?? 0)).toBe(TASKS);
  expect(textOf(folder, "one/estimates.json")).toBe(textOf(folder, "two/estimates.json"));
  expect(filesBelow(folder).filter((name) => name.endsWith(".claim") || name.endsWith(".part"))).toEqual([]);
});

/** Whether a file system of our own can be had here: for a full disk and one that can only be read. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "neyman-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

describe.skipIf(!canMount())("a store on a file system of its own (skipped where none can be mounted)", () => {
  let mounted: string | null = null;
  afterEach(() => {
    if (mounted !== null) execFileSync("umount", [mounted]);
    mounted = null;
  });
  const mountAt = (folder: string, options: string): void => {
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
    mounted = folder;
  };

  it("that is full midway: the run goes on, says so once, leaves no half file; a shard stops", async () => {
    const folder = folderWith(2);
    mountAt(join(folder, "disk"), "size=64k");
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--store", "disk/store");
    expect(code).toBe(0);
    expect(stderr.match(/neyman: The store .*disk\/store cannot be written: ENOSPC.* This run goes on; what cannot be stored is not kept\.\n/g)).toHaveLength(1);
    expect(nuisancesOf(folder).fitted).toBe(TASKS);
    const names = filesBelow(join(folder, "disk"));
    expect(names.length).toBeGreaterThan(0);
    expect(names.length).toBeLessThan(TASKS);
    expect(names.filter((name) => !name.endsWith(".bin"))).toEqual([]);
    const again = await neyman(folder, "run", "study.yaml", "--store", "disk/store", "--out", "again");
    expect(again.code).toBe(0);
    expect(nuisancesOf(folder, "again").stored).toBe(names.length); // all of them whole
    expect(textOf(folder, "again/estimates.json")).toBe(textOf(folder, "study-output/estimates.json"));

    const shard = await neyman(folder, "run", "study.yaml", "--store", "disk/store", "--shard", "1/1");
    expect(shard.code).toBe(2);
    expect(shard.stderr).toMatch(/^neyman: The store .* cannot be written: ENOSPC.* Mend it, or name another with --store; what is stored already is kept\.\n$/);
  }, 180_000);

  it("that can only be read: what it has is used, the run says once that nothing is kept", async () => {
    const folder = folderWith(2);
    mountAt(join(folder, "disk"), "size=4m");
    await neyman(folder, "run", "study.yaml", "--store", "disk", "--threads", "1");
    writeFileSync(join(folder, "study.yaml"), studyOf(2).replace("{ seed: 0 }", "{ seed: 100 }"));
    execFileSync("mount", ["-o", "remount,ro", join(folder, "disk")]);
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--store", "disk");
    expect(code).toBe(0);
    expect(stderr.match(/The store .*disk cannot be written: EROFS.* This run goes on; what cannot be stored is not kept\./g)).toHaveLength(1);
    expect(nuisancesOf(folder)).toEqual({ distinct: TASKS, fitted: 2, stored: TASKS - 2 });
  });
});

it("results of other numerics or formats are not used, and a folder of other files is left as it is", async () => {
  const folder = folderWith(2);
  mkdirSync(join(folder, ".neyman/ab"), { recursive: true });
  for (const name of ["notes.txt", "ab/notes.txt"]) writeFileSync(join(folder, ".neyman", name), "mine\n");
  await neyman(folder, "run", "study.yaml");
  const [name = ""] = [...writtenIn(folder).keys()];
  const text = readFileSync(join(folder, name), "latin1").replace("neyman-nuisance-2", "neyman-nuisance-1");
  writeFileSync(join(folder, name), text, "latin1");
  // Of other numerics is a result under another key.
  const key = "0".repeat(64);
  mkdirSync(join(folder, ".neyman/00"), { recursive: true });
  writeFileSync(join(folder, `.neyman/00/${key}.bin`), text, "latin1");
  await neyman(folder, "run", "study.yaml");
  expect(nuisancesOf(folder)).toEqual({ distinct: TASKS, fitted: 1, stored: TASKS - 1 });

  const shown = await neyman(folder, "store", "study.yaml");
  expect(shown.stdout).toMatch(/^\.neyman: 25 results, \d+\.\d kB\.\nThis study needs 24 nuisances: 24 results, \d+\.\d kB of them\.\nNot needed: 1 file, \d+\.\d kB\. Remove with --clean\.\n$/);
  const cleaned = await neyman(folder, "store", "study.yaml", "--clean");
  expect(cleaned.stdout).toMatch(/\nRemoved: 1 file, \d+\.\d kB\.\n$/);
  expect(writtenIn(folder).size).toBe(TASKS);
  expect(filesBelow(folder)).toEqual(expect.arrayContaining([".neyman/notes.txt", ".neyman/ab/notes.txt"]));
});

it("what sbm made under derive is kept with the study that needs it; plan and status look, and write nothing", async () => {
  const folder = folderWith(2);
  const derive = "derive:\n  - { name: e, sbm: { inputs: [x1], outputs: [size], rts: vrs, negatives: drop, zeros: drop } }\n";
  const file = join(folder, "study.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("base:", `${derive}base:`));
  expect((await neyman(folder, "plan", "study.yaml")).code).toBe(0);
  expect(filesBelow(folder).filter((name) => name.startsWith(".neyman"))).toEqual([]);
  await neyman(folder, "run", "study.yaml");
  const written = writtenIn(folder);
  expect(written.size).toBe(TASKS + 1);
  expect((await neyman(folder, "status", "study.yaml")).code).toBe(0);
  const cleaned = await neyman(folder, "store", "study.yaml", "--clean");
  expect(cleaned.stdout).toMatch(/\nThis study needs 24 nuisances and 1 derived: 25 results, [^\n]* of them\.\n$/);
  expect(writtenIn(folder)).toEqual(written);
});
