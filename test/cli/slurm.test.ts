import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { neyman, nuisancesOf, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { slurmMissing, startSlurm } from "../helpers/slurm.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1, x2], learner: { rf: { trees: 20 } }, folds: { k: 3 } }
tables: [{ id: main, columns: [{}, { seed: 2 }, { outcome: x1, controls: [x2] }, { learner: lassocv }] }]
`;

const missing = slurmMissing();
if (missing !== null && process.env["NEYMAN_TEST_SERVERS"] === "required") throw new Error(`The test of SLURM must not be skipped here: ${missing}.`);

describe.skipIf(missing !== null)(`a SLURM cluster${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  it("runs what plan --emit slurm writes: four shards, then the merge, to the same bytes", async () => {
    const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
    // `neyman` is a command on the nodes.
    mkdirSync(join(folder, "bin"));
    symlinkSync(resolve(import.meta.dirname, "../../dist/cli/main.js"), join(folder, "bin/neyman"));
    const { stdout: script } = await neyman(folder, "plan", "study.yaml", "--emit", "slurm", "--shards", "4", "--threads", "1");
    writeFileSync(join(folder, "job.sh"), script);
    const cluster = await startSlurm();
    try {
      const env = { ...cluster.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
      const said = execFileSync("bash", ["job.sh", "--partition=main"], { cwd: folder, env, encoding: "utf8" });
      expect(said).toMatch(/^Shards: job \d+; merge: job \d+\. How far they are: neyman status study\.yaml\n$/);
      while (execFileSync("squeue", ["--noheader"], { env, encoding: "utf8" }) !== "") await pause(200);
    } finally {
      await cluster.stop();
    }
    expect(nuisancesOf(folder)).toMatchObject({ fitted: 0 });
    await neyman(folder, "run", "study.yaml", "--store", "none", "--out", "alone");
    expect(textOf(folder, "study-output/estimates.json")).toBe(textOf(folder, "alone/estimates.json"));
  }, 180_000);
});
