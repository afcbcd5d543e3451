import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { encodeFailure } from "../../src/fit/store.js";
import { filesBelow, neyman, nuisancesOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1], fixedEffects: [firm], learner: ols }
tables:
  - id: c
    curve: { vary: { folds: { "2": { k: 2 }, "3": { k: 3 } } } }
`;

it("neyman run --retry-errors fits again what an earlier run could not fit, and stores what comes of it", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  await neyman(folder, "run", "study.yaml");
  const [file = ""] = filesBelow(folder).filter((name) => name.endsWith(".bin"));
  const key = basename(file, ".bin");
  writeFileSync(join(folder, file), encodeFailure(key, new EstimationError("memory", "No room that day.")));
  expect((await neyman(folder, "run", "study.yaml")).stdout).toContain("No room that day.");
  const again = await neyman(folder, "run", "study.yaml", "--retry-errors");
  expect([again.code, nuisancesOf(folder).fitted]).toEqual([0, 1]);
  const after = await neyman(folder, "run", "study.yaml");
  expect([after.code, nuisancesOf(folder).fitted]).toEqual([0, 0]);
}, 60_000);

it("neyman merge --retry-errors leaves the reasons where they are, and fits again what they stand for", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  await neyman(folder, "run", "study.yaml", "--store", "one");
  const [file = ""] = filesBelow(folder).filter((name) => name.endsWith(".bin"));
  writeFileSync(join(folder, file), encodeFailure(basename(file, ".bin"), new EstimationError("memory", "No room that day.")));
  const merged = await neyman(folder, "merge", "study.yaml", "one", "--store", "own", "--retry-errors");
  expect([merged.code, nuisancesOf(folder).fitted]).toEqual([0, 1]);
  expect((await neyman(folder, "merge", "study.yaml", "one", "--store", "other")).stdout).toContain("No room that day.");
}, 60_000);
