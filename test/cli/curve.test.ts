import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { tableFromIPC } from "apache-arrow";
import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readScores } from "../../src/node/scores.js";
import { filesBelow, neyman, nuisancesOf, start, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, fixedEffects: [firm, year] }
tables:
  - id: c
    title: A small curve
    curve:
      vary:
        learner: { OLS: ols, Forest: { rf: { trees: 60 } } }
        controls: { always: [x1], subsets: [x2, size] }
        sample: { All: {}, North: { where: 'region == "north"' }, Nobody: { where: size > 100 } }
        errors: { Firm: { cluster: [firm] }, HC1: hc1 }
      preferred: { learner: OLS, controls: x2, sample: All, errors: Firm }
`;
const SIZE = 2 * 4 * 3 * 2;
const FAILED = SIZE / 3;

function studyFolder(): string {
  return workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
}

/** What a run of a curve leaves; run.json tells of the run itself. */
function bytesOf(folder: string): Readonly<Record<string, string>> {
  const files = filesBelow(join(folder, "study-output")).filter((name) => name !== "run.json");
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, "study-output", name)).toString("base64")]));
}

const whole = studyFolder();
const run = neyman(whole, "run", "study.yaml", "--threads", "1", "--format", "csv", "--ndjson", "rows.ndjson");

describe("neyman run of a curve", () => {
  it("prints a summary, names why rows failed, and ends with 3 if some did", async () => {
    const { code, stdout, stderr } = await run;
    expect(code).toBe(3);
    expect(stdout).toMatch(/Specifications +48\nEstimated +32\n/);
    expect(stdout).toMatch(/Preferred +0\.\d{4}\*{0,3}\n +\(0\.\d{4}\)/);
    expect(stdout).toContain(`${FAILED} not estimated: No rows are left: 180 not chosen by \`where\`.`);
    expect(stderr).toMatch(/^\d+ nuisances: \d+ fitted, 0 from the store, in \d+\.\d s\. 16 of 48 specifications could not be estimated\. Results in study-output\.\n$/);
  });

  it("writes the rows as Arrow and CSV, a line of JSON for each, and scores that belong to them", async () => {
    await run;
    const table = tableFromIPC(readFileSync(join(whole, "study-output/c.arrow")));
    const csv = textOf(whole, "study-output/c.csv").trim().split("\n").map((line) => line.split(","));
    expect(csv[0]).toEqual(table.schema.fields.map(({ name }) => name));
    expect(table.numRows).toBe(SIZE);
    const scores = readScores(join(whole, "study-output"), "c");
    const lines = textOf(whole, "rows.ndjson").trim().split("\n").map((line) => JSON.parse(line) as { id: string; choices: Record<string, string>; coef: number | null });
    expect(lines).toHaveLength(SIZE);
    for (const { id, choices, coef } of lines) {
      const row = table.get(Number(id.slice(2)) - 1)?.toJSON();
      const text = csv[Number(id.slice(2))] ?? [];
      expect(row).toMatchObject({ id, ...choices });
      expect([row?.["coef"], text[5]]).toEqual(coef === null ? [NaN, ""] : [coef, String(coef)]);
      expect(text[8]).toBe(coef === null ? "" : String(row?.["p_rw"]));
      const squares = scores.scores(Number(id.slice(2)) - 1).values.reduce((sum, value) => sum + value * value, 0);
      expect(Math.sqrt(squares)).toBeCloseTo(coef === null ? 0 : Number(row?.["se"]), 12); // one rounding a cluster
    }
  });

  it("gives the same bytes on two threads, and from the store", async () => {
    await run;
    const two = studyFolder();
    await neyman(two, "run", "study.yaml", "--threads", "2", "--format", "csv");
    expect(bytesOf(two)).toEqual(bytesOf(whole));
    await neyman(two, "run", "study.yaml", "--format", "csv");
    expect(nuisancesOf(two).fitted).toBe(0);
    expect(bytesOf(two)).toEqual(bytesOf(whole));
  });

  it("killed at ten moments and run again: the same bytes, and nothing that was stored is fitted again", { timeout: 240_000 }, async () => {
    await run;
    const folder = studyFolder();
    const stored = (): ReadonlyMap<string, number> => new Map(filesBelow(folder).filter((name) => name.endsWith(".bin")).map((name) => [name, statSync(join(folder, name)).mtimeMs]));
    const known = new Map<string, number>();
    for (let kill = 0; kill < 10; kill++) {
      const { child, ended } = start(folder, ["run", "study.yaml", "--threads", "2", "--format", "csv"]);
      const until = stored().size + 1 + ((kill * 7) % 5); // moments with one to five more tasks done
      while (child.exitCode === null && stored().size < until) await pause(2);
      child.kill("SIGKILL");
      await ended;
      for (const [name, time] of stored()) {
        if (!known.has(name)) known.set(name, time);
        expect(time).toBe(known.get(name));
      }
    }
    await neyman(folder, "run", "study.yaml", "--format", "csv");
    const { distinct, fitted, stored: found } = nuisancesOf(folder);
    expect(fitted + found).toBe(distinct);
    expect(found).toBe(known.size);
    expect(bytesOf(folder)).toEqual(bytesOf(whole)); // nor has a killed process left anything
  });

  it("--where runs a part; the rest is not-run; wrong labels and times are refused with what to do", async () => {
    await run;
    const { stdout, code } = await neyman(whole, "run", "study.yaml", "--out", "part", "--where", "learner == OLS & sample != Nobody");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Specifications +48\nRun +16\nEstimated +16\n/);
    expect([...(tableFromIPC(readFileSync(join(whole, "part/c.arrow"))).getChild("error") ?? [])].filter((value: unknown) => value === "not-run")).toHaveLength(SIZE - 16);
    for (const [args, message] of [[["--where", "learner == Forst"], /--where: .*`Forst`.*Did you mean `Forest`/], [["--max-time", "soon"], /--max-time: `soon` is no time/], [["--where", ""], /--where is empty\. Name options of a curve/]] as const) {
      const wrong = await neyman(whole, "run", "study.yaml", ...args);
      expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
      expect(wrong.stderr).toMatch(message);
    }
  });

  it("--max-time stops in good order, and the next run goes on", async () => {
    const folder = studyFolder();
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--max-time", "0.001s", "--format", "csv");
    expect([code, stderr]).toEqual([3, expect.stringContaining("Time is up: run again to go on.")]);
    await neyman(folder, "run", "study.yaml", "--format", "csv");
    await run;
    expect(bytesOf(folder)).toEqual(bytesOf(whole));
  });
});

describe("neyman plan of a curve", () => {
  it("counts specifications, shared and stored nuisances, and what is refused", async () => {
    await run;
    const { code, stdout } = await neyman(whole, "plan", "study.yaml");
    const { distinct } = nuisancesOf(whole);
    expect(code).toBe(3);
    expect(stdout).toContain("c: 48 specifications: learner (2), controls (4), sample (3), errors (2).\n");
    expect(stdout).toMatch(new RegExp(`They need \\d+ nuisances: ${distinct} distinct, ${distinct} stored, 0 to fit\\.`));
    expect(stdout).toContain(`${FAILED} cannot be estimated: No rows are left`);
    const { curves } = JSON.parse((await neyman(whole, "plan", "study.yaml", "--store", "none", "--json")).stdout) as { curves: readonly { nuisances: { distinct: number; stored: number }; seconds: number; byLearner: Record<string, { tasks: number }> }[] };
    expect(curves[0]?.nuisances).toMatchObject({ distinct, stored: 0 });
    expect(curves[0]?.seconds).toBeGreaterThan(0);
    expect(Object.values(curves[0]?.byLearner ?? {}).reduce((sum, { tasks }) => sum + tasks, 0)).toBe(distinct);
  });

  it("--test estimates each option once and says which fail", async () => {
    await run;
    const { code, stdout } = await neyman(whole, "plan", "study.yaml", "--test");
    expect(code).toBe(3);
    expect(stdout).toContain("c: each option once, in 8 specifications; 1 cannot be estimated.");
    expect(stdout).toMatch(/sample: Nobody +not estimated/);
  });
});
