import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { filesBelow, neyman, nuisancesOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

/** A table that shares nuisances with the curve, and a curve of two blocks, a third of which cannot be estimated. */
const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, fixedEffects: [firm, year], learner: ols }
tables:
  - id: main
    columns: [{ controls: [x1, x2], folds: { k: 3 } }, { controls: [x1, x2], learner: { stack: { learners: [ols, lassocv], folds: 2 } } }]
  - id: c
    curve:
      vary:
        learner: { OLS: ols, Forest: { rf: { trees: 2 } } }
        controls: { subsets: [x1, x2] }
        score: { IV type: iv-type, Partialling-out: partialling-out }
        folds: { "2": { k: 2 }, "3": { k: 3 } }
        sample: { All: {}, North: { where: 'region == "north"' }, Nobody: { where: size > 100 } }
        errors: { Firm: { cluster: [firm] }, Both: { cluster: [firm, year] }, HC1: hc1, Driscoll and Kraay: { driscollKraay: {} } }
`;
const FILES = { "study.yaml": STUDY, "panel.csv": panelCsv() };

/** What a run leaves, by name; run.json tells of the run itself. */
function bytesOf(folder: string): Readonly<Record<string, string>> {
  const files = filesBelow(join(folder, "study-output")).filter((name) => name !== "run.json");
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, "study-output", name)).toString("base64")]));
}

let whole: Readonly<Record<string, string>> = {};
let distinct = 0;
beforeAll(async () => {
  const folder = workspace(FILES);
  await neyman(folder, "run", "study.yaml", "--threads", "1");
  whole = bytesOf(folder);
  distinct = filesBelow(folder).filter((name) => name.endsWith(".bin")).length;
  expect(Object.keys(whole)).toEqual(expect.arrayContaining(["c.arrow", "c.scores", "estimates.json", "results.json"]));
}, 60_000);

describe("shards of a study with a curve", () => {
  it("four, each with a store of its own, merged without a fit: the same bytes as from one process", async () => {
    const folder = workspace(FILES);
    const stores = ["1", "2", "3", "4"].map((i) => `store${i}`);
    const ran = await Promise.all(stores.map((store, i) => neyman(folder, "run", "study.yaml", "--shard", `${i + 1}/4`, "--store", store, "--threads", i < 2 ? "1" : "2")));
    const counts = ran.map(({ code, stderr }) => {
      const [, tasks, of, fitted] = /^Shard \d of 4: (\d+) of (\d+) nuisances, (\d+) fitted, 0 from the store\. /.exec(stderr) ?? [];
      expect([code, Number(of), fitted]).toEqual([0, distinct, tasks]);
      return Number(tasks);
    });
    for (const count of counts) expect(count).toBeLessThan(distinct); // each does its part, even by cost, not by number
    const refused = await neyman(folder, "merge", "study.yaml", "store1", "store2", "store4", "--no-fit", "--shards", "4");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/nuisances are in no store: .*`c\.\d+ \w+.* Of 4 shards, `3\/4` is not done/)]);
    const merged = await neyman(folder, "merge", "study.yaml", ...stores, "--no-fit", "--threads", "2");
    expect(merged.code).toBe(3);
    expect(nuisancesOf(folder).fitted).toBe(0);
    expect(bytesOf(folder)).toEqual(whole);
  });

  it("of a part of the curve hold that part alone", async () => {
    const folder = workspace(FILES);
    const where = ["--where", "learner == OLS & sample == All"];
    const { stderr } = await neyman(folder, "run", "study.yaml", "--shard", "1/1", "--store", "part", ...where);
    expect(Number(/ of (\d+) nuisances/.exec(stderr)?.[1])).toBeLessThan(distinct / 2);
    const merged = await neyman(folder, "merge", "study.yaml", "part", "--no-fit", ...where);
    expect([merged.code, nuisancesOf(folder).fitted]).toEqual([0, 0]);
    expect((await neyman(folder, "merge", "study.yaml", "part", "--no-fit")).code).toBe(2);
  });

  it("stopped by --max-time end with 3; the next run goes on", async () => {
    const folder = workspace(FILES);
    const { code, stderr } = await neyman(folder, "run", "study.yaml", "--shard", "1/2", "--max-time", "0.001s");
    expect([code, stderr]).toEqual([3, "neyman: time is up. What was fitted is stored; run again to go on.\n"]);
  });
});

describe("the store of a study with a curve", () => {
  it("status, store and the jobs of a batch system count the nuisances of the curve", async () => {
    const folder = workspace(FILES);
    await neyman(folder, "run", "study.yaml", "--shard", "1/2");
    const done = filesBelow(folder).filter((name) => name.endsWith(".bin")).length;
    const { nuisances } = JSON.parse((await neyman(folder, "status", "study.yaml", "--json")).stdout) as { nuisances: object };
    expect(nuisances).toEqual({ distinct, done, failed: 0, missing: distinct - done });
    expect((await neyman(folder, "store", "study.yaml", "--clean")).stdout).toContain(`This study needs ${distinct} nuisances: ${done} results`);
    expect(filesBelow(folder).filter((name) => name.endsWith(".bin"))).toHaveLength(done);
    expect((await neyman(folder, "plan", "study.yaml", "--emit", "slurm", "--shards", "3")).stdout).toContain(`# ${distinct} nuisances in 3 shards`);
  });
});
