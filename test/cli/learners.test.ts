import { describe, expect, it } from "vitest";
import { learners } from "../../src/learners/registry.js";
import { learnerPage } from "../../src/report/learnerText.js";
import { neyman } from "../helpers/cli.js";

describe("neyman learners", () => {
  it("lists every learner in lines that fit a terminal", async () => {
    const { code, stdout } = await neyman(".", "learners");
    expect(code).toBe(0);
    const names = stdout.split("\n").filter((line) => /^\w/.test(line)).map((line) => line.split(" ")[0]);
    expect(names).toEqual([...Object.keys(learners), "stack"]);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("shows each option of one with its default and what differs under the within loss", async () => {
    const { code, stdout } = await neyman(".", "learners", "gradboost");
    expect(code).toBe(0);
    expect(stdout).toContain("\n  trees (whole number from 1 to 100000; default 100, under effects 200)\n    Boosting rounds");
    expect(stdout).toContain("\n  start (linear, none; default under effects linear)\n");
  });

  it.each(Object.values(learners))("has every option of $name", (learner) => {
    const page = learnerPage(learner);
    for (const option of Object.keys(learner.options)) expect(page).toContain(`\n  ${option} (`);
    for (const preset of Object.keys(learner.presets ?? {})) expect(page).toContain(`preset: ${preset} is `);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it("has the options of a combination", async () => {
    const { code, stdout } = await neyman(".", "learners", "stack");
    expect(code).toBe(0);
    expect(stdout).toContain("\n  final (nnls1, singlebest, average; default nnls1)\n");
    expect(stdout).not.toMatch(/undefined|\[object/);
  });

  it("knows what was meant", async () => {
    const { code, stderr } = await neyman(".", "learners", "lasocv");
    expect(code).toBe(2);
    expect(stderr).toContain("There is no learner `lasocv`. Did you mean `lassocv`?");
  });
});
