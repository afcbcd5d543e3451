import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const main = resolve(import.meta.dirname, "../../dist/cli/main.js");

it("what a worker thread cannot estimate is an error of its row, and the other rows go on", () => {
  const folder = mkdtempSync(join(tmpdir(), "refusal-"));
  const rows = Array.from({ length: 24 }, (_, i) => [i % 2, i >> 1, ((i * 7) % 11) + i / 100, ((i * 5) % 13) - i / 50, (i * 3) % 7].join(","));
  writeFileSync(join(folder, "panel.csv"), `unit,time,y,d,x\n${rows.join("\n")}\n`);
  const study = {
    data: { file: "panel.csv", unit: "unit", time: "time" },
    base: { outcome: "y", treatment: "d", controls: ["x"], errors: "hc1" },
    tables: [{ id: "t", columns: [{ fixedEffects: ["unit"], learner: { rf: { trees: 5 } }, folds: { k: 2 } }, { learner: "ols" }] }],
  };
  writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  const { status, stderr } = spawnSync("node", [main, "run", join(folder, "study.json"), "--threads", "2"], { encoding: "utf8" });
  expect(stderr).not.toContain("internal error");
  expect(status).toBe(3);
  const { estimates } = JSON.parse(readFileSync(join(folder, "study-output", "estimates.json"), "utf8")) as { estimates: { error: { code: string } | null }[] };
  expect(estimates.map((row) => row.error?.code ?? null)).toEqual(["one-training-unit", null]);
});
