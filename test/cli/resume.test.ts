import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { filesBelow, neyman, nuisancesOf, start, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const SEEDS = 12;
/** Two nuisances a column, none shared: some seconds of work in one thread. */
const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2, size]
  learner: { rf: { trees: 300 } }
tables:
  - id: main
    columns:
${Array.from({ length: SEEDS }, (_, i) => `      - { seed: ${i} }`).join("\n")}
`;
const TASKS = 2 * SEEDS;

function studyFolder(): string {
  return workspace({ "study.yaml": STUDY, "panel.csv": panelCsv(60) });
}

function storedIn(folder: string): readonly string[] {
  return filesBelow(folder).filter((name) => name.startsWith(".neyman/") && name.endsWith(".bin"));
}

/** Starts a run and sends it a signal as soon as some of its tasks are stored. */
async function interrupted(folder: string, signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly stderr: string; readonly stdout: string; readonly milliseconds: number }> {
  const { child, ended } = start(folder, ["run", "study.yaml", "--threads", "2"]);
  while (storedIn(folder).length < 3) await pause(5);
  const sent = performance.now();
  child.kill(signal);
  const { code, stderr, stdout } = await ended;
  return { code, stderr, stdout, milliseconds: performance.now() - sent };
}

async function uninterrupted(): Promise<string> {
  const folder = studyFolder();
  await neyman(folder, "run", "study.yaml", "--store", "none");
  return textOf(folder, "study-output/estimates.json");
}

describe("an interrupted run", () => {
  it("killed midway and run again gives the same bytes, and refits nothing that was stored", async () => {
    const folder = studyFolder();
    await interrupted(folder, "SIGKILL");
    const stored = storedIn(folder).length;
    expect(stored).toBeGreaterThanOrEqual(3);
    expect(stored).toBeLessThan(TASKS);
    expect(filesBelow(folder).some((name) => name.startsWith("study-output"))).toBe(false);
    await neyman(folder, "run", "study.yaml");
    expect(nuisancesOf(folder)).toEqual({ distinct: TASKS, fitted: TASKS - stored, stored });
    expect(textOf(folder, "study-output/estimates.json")).toBe(await uninterrupted());
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s: ends within a second with 130, says so, keeps what was finished", async (signal) => {
    const folder = studyFolder();
    const { code, stderr, stdout, milliseconds } = await interrupted(folder, signal);
    expect(code).toBe(130);
    expect(milliseconds).toBeLessThan(1000);
    expect(stderr).toBe("neyman: interrupted. What was fitted is stored; run again to go on.\n");
    expect(stdout).toBe("");
    const stored = storedIn(folder).length;
    expect(stored).toBeLessThan(TASKS);
    expect(filesBelow(folder).some((name) => name.startsWith("study-output"))).toBe(false);
    await neyman(folder, "run", "study.yaml");
    expect(nuisancesOf(folder).stored).toBe(stored);
  });
});

describe("a store", () => {
  it("is not trusted where a file is cut, foreign, changed or of another key: these are fitted anew", async () => {
    const folder = workspace({ "study.yaml": STUDY.replace("trees: 300", "trees: 2"), "panel.csv": panelCsv() });
    await neyman(folder, "run", "study.yaml");
    const estimates = textOf(folder, "study-output/estimates.json");
    const [cut = "", foreign = "", changed = "", other = "", empty = "", whole = ""] = storedIn(folder).map((name) => join(folder, name));
    truncateSync(cut, 1000);
    writeFileSync(foreign, "not a nuisance\n");
    const bytes = readFileSync(changed);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
    writeFileSync(changed, bytes);
    copyFileSync(whole, other);
    writeFileSync(empty, "");
    await neyman(folder, "run", "study.yaml");
    expect(nuisancesOf(folder)).toEqual({ distinct: TASKS, fitted: 5, stored: TASKS - 5 });
    expect(textOf(folder, "study-output/estimates.json")).toBe(estimates);
    await neyman(folder, "run", "study.yaml");
    expect(nuisancesOf(folder).fitted).toBe(0);
  });

  it("serves two runs at once", async () => {
    const folder = workspace({ "study.yaml": STUDY.replace("trees: 300", "trees: 20"), "panel.csv": panelCsv() });
    const both = await Promise.all(["one", "two"].map((out) => neyman(folder, "run", "study.yaml", "--out", out)));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(textOf(folder, "one/estimates.json")).toBe(textOf(folder, "two/estimates.json"));
  });
});

it("a reader that closes its pipe early is no error", async () => {
  const folder = workspace({ "study.yaml": STUDY.replace("trees: 300", "trees: 2"), "panel.csv": panelCsv() });
  const { child, ended } = start(folder, ["run", "study.yaml"]);
  child.stdout?.destroy();
  const { code, stderr } = await ended;
  expect(stderr).not.toMatch(/error|EPIPE/i);
  expect(code).toBe(0);
  expect(filesBelow(folder)).toContain("study-output/estimates.json");
});
