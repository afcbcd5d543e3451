import { expect, it } from "vitest";
import { neyman, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, fixedEffects: [firm, year], learner: ols }
tables:
  - id: c
    title: A small curve
    draws: 200
    curve:
      vary:
        controls: { always: [x1], subsets: [x2, size] }
        folds: { "3": { k: 3 }, "5": { k: 5 } }
      preferred: { controls: x2, folds: 5 }
      groups: { folds: equivalent, controls: uncertain }
`;

it("a curve's tests, its spread and its figures come from stored results; nothing is fitted", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  const run = await neyman(folder, "run", "study.yaml", "--threads", "1");
  expect(run.code).toBe(0);
  expect(run.stdout.replaceAll(/\s+/g, " ")).toMatch(/8 of 8 estimated\. Median -?0\.\d+ \(p [<=] 0\.\d+ that no specification has an effect\)\./);
  expect(textOf(folder, "study-output/report.html")).toContain("id=\"c-explore\"");
  const { inference } = (JSON.parse(textOf(folder, "study-output/estimates.json")) as { curves: { c: { inference: { judged: number; choice: { draws: number }; families: unknown[] } } } }).curves.c;
  // All, two types of choices, and 4 + 2 options.
  expect([inference.judged, inference.choice.draws, inference.families.length]).toEqual([8, 200, 9]);
  const table = await neyman(folder, "table", "study-output", "c-tests");
  expect(table.stdout).toMatch(/All specifications +8 [^]*Equivalent choices only +2 [^]*Uncertain choices only +4 [^]*folds: 5 +4 /);
  const plot = await neyman(folder, "plot", "study-output", "c");
  expect(plot.stdout.trim().split("\n")).toEqual(["curve", "drivers", "options"].map((part) => `study-output/figures/c-${part}.svg`));
});
