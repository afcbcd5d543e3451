import { copyFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { shardFrom } from "../../src/cli/shard.js";
import { filesBelow, neyman, nuisancesOf, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

/** Tasks that need others (g, twicing), combinations, a row that fails, a row that is refused. */
const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2]
  fixedEffects: [firm, year]
  learner: ols
  folds: { k: 3 }
tables:
  - id: main
    columns:
      - {}
      - { outcome: x1, controls: [x2, size] }
      - { learner: { rf: { trees: 3, stages: 2 } } }
      - { learner: { stack: { learners: [ols, lassocv], folds: 2 } }, score: partialling-out }
      - { learner: { l: { nnet: { hidden: "9999,9999,9999" } }, m: ols }, encode: dummies }
      - { folds: { k: 100 } }
`;
const RESULTS = ["estimates.json", "estimates.arrow", "results.json", "tables.md", "report.html"];
const SOUND = STUDY.replace(/ {6}- \{ learner: \{ l:[^]*/, "");
const FILES = { "study.yaml": STUDY, "panel.csv": panelCsv() };

function bytesOf(folder: string, out: string): readonly string[] {
  return RESULTS.map((name) => textOf(folder, `${out}/${name}`));
}

async function withShards(folder: string, count: number, threads: string): Promise<readonly string[]> {
  const stores = Array.from({ length: count }, (_, i) => `store${i + 1}`);
  for (const [i, store] of stores.entries()) {
    const { code, stdout } = await neyman(folder, "run", "study.yaml", "--shard", `${i + 1}/${count}`, "--store", store, "--threads", threads);
    expect([code, stdout]).toEqual([0, ""]);
  }
  return stores;
}

let whole: readonly string[] = [];
let distinct = 0;
beforeAll(async () => {
  const folder = workspace(FILES);
  await neyman(folder, "run", "study.yaml", "--store", "none");
  whole = bytesOf(folder, "study-output");
  distinct = nuisancesOf(folder).distinct;
});

describe("shards", () => {
  it.each([[2, "1"], [4, "2"]])("%i of them, each with a store of its own and %s threads, merged: the same bytes of every output", async (count, threads) => {
    const folder = workspace(FILES);
    const stores = await withShards(folder, count, threads);
    expect(filesBelow(folder).some((name) => name.startsWith("study-output"))).toBe(false);
    const { code, stderr } = await neyman(folder, "merge", "study.yaml", ...stores, "--threads", threads);
    expect(code).toBe(3);
    expect(stderr).toContain(`${stores.at(-1)}: `);
    expect(bytesOf(folder, "study-output")).toEqual(whole);
    // The network has no room anywhere, so each machine tries it; it is neither fitted nor found.
    expect(nuisancesOf(folder)).toEqual({ distinct, fitted: 0, stored: distinct - 1 });
  });

  it("with one store do not fit twice what two of them need, at the same time too", async () => {
    const folder = workspace(FILES);
    const ran = await Promise.all([1, 2, 3].map((i) => neyman(folder, "run", "study.yaml", "--shard", `${i}/3`, "--store", "one")));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
    await neyman(folder, "merge", "study.yaml", "--store", "one", "--out", "out");
    expect(bytesOf(folder, "out")).toEqual(whole);
    expect(nuisancesOf(folder, "out").fitted).toBe(0);
    expect(filesBelow(folder).filter((name) => name.endsWith(".claim") || name.endsWith(".part"))).toEqual([]);
  });

  it("beyond the number of nuisances have nothing to do, and say so", async () => {
    const folder = workspace(FILES);
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--shard", "500/500");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Shard 500 of 500 has nothing to do: the study has \d+ nuisances\. \d+\.\d s\.\n$/)]);
  });

  it("say what failed", async () => {
    const folder = workspace(FILES);
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--shard", "1/1");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Shard 1 of 1: (\d+) of \1 nuisances, \d+ fitted, 0 from the store\. 1 could not be fitted: `neyman merge` names the rows and the reasons\. \d+\.\d s\.\n$/)]);
  });

  it("write no tables, so options of outputs are refused, and no store is no use", async () => {
    const folder = workspace(FILES);
    const refused = await Promise.all([["--json"], ["--store", "none"]].map((args) => neyman(folder, "run", "study.yaml", "--shard", "1/2", ...args)));
    expect(refused.map(({ code }) => code)).toEqual([2, 2]);
    expect(refused.map(({ stderr }) => stderr)).toEqual([
      "neyman: --shard writes no tables: leave out --json, and give it to `neyman merge`.\n",
      "neyman: --shard keeps what it fits in the store: name one with --store, or leave the option out.\n",
    ]);
  });
});

describe("the number of a shard", () => {
  it.each([
    ["2/3", {}, { index: 2, count: 3 }],
    ["auto/2", { SLURM_ARRAY_TASK_ID: "2" }, { index: 2, count: 2 }],
    ["auto/2", { JOB_COMPLETION_INDEX: "0" }, { index: 1, count: 2 }],
    ["env", { SLURM_ARRAY_TASK_ID: "1", SLURM_ARRAY_TASK_COUNT: "3" }, { index: 1, count: 3 }],
  ])("%s with %j is %j", (text, env, shard) => {
    expect(shardFrom(text, env)).toEqual(shard);
  });

  it.each([
    ["env", { JOB_COMPLETION_INDEX: "0" }, "--shard env: SLURM_ARRAY_TASK_COUNT is not set. Say how many shards there are, as in `--shard auto/4`."],
    ["auto/2", { SLURM_ARRAY_TASK_ID: "0" }, "--shard auto/2: the shard's number is 0, and must be from 1 to 2. An array of SLURM counts from 1: `--array=1-2`."],
    ["auto/2", { JOB_COMPLETION_INDEX: "2" }, "--shard auto/2: the shard's number is 3, and must be from 1 to 2."],
    ["auto/2", {}, "--shard auto/2: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set."],
    ["3/2", {}, "--shard 3/2: the shard's number is 3, and must be from 1 to 2."],
    ["1/0", {}, "--shard 1/0: the number of shards must be from 1 to 10000."],
    ["one", {}, "--shard must say which part of how many, as in `--shard 1/4`"],
    ["", {}, "--shard must say which part of how many"],
  ])("%s with %j is refused", (text, env, message) => {
    expect(() => shardFrom(text, env)).toThrow(message);
  });
});

describe("neyman merge", () => {
  it("leaves out what is damaged, names it, and fits it now", async () => {
    const folder = workspace({ ...FILES, "study.yaml": SOUND });
    const stores = await withShards(folder, 2, "1");
    const [cut = "", foreign = "", other = ""] = filesBelow(join(folder, "store1"));
    const [whole2 = ""] = filesBelow(join(folder, "store2"));
    truncateSync(join(folder, "store1", cut), 100);
    writeFileSync(join(folder, "store1", foreign), "a note\n");
    copyFileSync(join(folder, "store2", whole2), join(folder, "store1", other));
    const { stderr } = await neyman(folder, "merge", "study.yaml", ...stores);
    for (const name of [cut, foreign, other]) expect(stderr).toContain(name);
    expect(stderr).toMatch(/store1: \d+ of \d+ nuisances brought in\. Damaged and left out: /);
    expect(stderr).toContain("They are fitted now.");
    const merged = bytesOf(folder, "study-output");
    await neyman(folder, "run", "study.yaml", "--store", "none");
    expect(bytesOf(folder, "study-output")).toEqual(merged);
  });

  it("names what is missing, and with --no-fit refuses and names the shards", async () => {
    const folder = workspace({ ...FILES, "study.yaml": SOUND });
    await withShards(folder, 3, "1");
    const refused = await neyman(folder, "merge", "study.yaml", "store1", "store3", "--no-fit", "--shards", "3");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/neyman: \d+ of \d+ nuisances are in no store: `.*main\.\d \w+.*`.* Of 3 shards, `2\/3` is not done: run `neyman run study\.yaml --shard 2\/3`, or leave out --no-fit: then they are fitted now\.\n$/);
    expect(filesBelow(folder).some((name) => name.startsWith("study-output"))).toBe(false);
    const done = await neyman(folder, "merge", "study.yaml", "store1", "store2", "store3", "--no-fit");
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/store1: 0 of \d+ nuisances brought in, \d+ were there already\.\n/);
    expect(nuisancesOf(folder).fitted).toBe(0);
  });

  it.each([
    [["nowhere"], "There is no store nowhere. Name the folders that shards have written, their --store."],
    [["panel.csv"], "panel.csv is no folder. Name the folders that shards have written, their --store."],
    [["--shards", "x"], "--shards must be a whole number from 1 to 10000."],
  ])("%j: %s", async (args, expected) => {
    const folder = workspace(FILES);
    const { code, stderr } = await neyman(folder, "merge", "study.yaml", ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`neyman: ${expected}`)]);
  });
});
