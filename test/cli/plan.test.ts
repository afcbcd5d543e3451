import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { filesBelow, neyman, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2]
  fixedEffects: [firm, year]
  learner: { rf: { trees: 2 } }
  twicing: false
  folds: { k: 3 }
tables:
  - id: main
    columns:
      - {}
      - { score: partialling-out, learner: { l: { rf: { trees: 2 } }, m: { column: size } } }
`;
const LATER = `      - { errors: hc1 }
      - { outcome: x1, controls: [x2] }
      - { folds: { k: 100 } }
`;

interface Plan {
  readonly panel: { readonly rows: number; readonly units: number; readonly balanced: boolean };
  readonly specifications: readonly {
    readonly id: string;
    readonly rows: number | null;
    readonly refused: string | null;
    readonly nuisances: readonly { readonly role: string; readonly state: string; readonly key: string; readonly learner: string; readonly repetition: number }[];
  }[];
  readonly nuisances: { readonly needed: number; readonly distinct: number; readonly stored: number };
  readonly seconds: number;
}

async function planOf(folder: string): Promise<Plan> {
  return JSON.parse((await neyman(folder, "plan", "study.yaml", "--json")).stdout) as Plan;
}

function states(plan: Plan): readonly string[] {
  return plan.specifications.map((row) => row.nuisances.map(({ role, state }) => `${role} ${state}`).join(", "));
}

it("shows what would be fitted, what is shared and what is stored; fits and writes nothing", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  const before = await planOf(folder);
  expect(before.panel).toMatchObject({ rows: 180, units: 30, balanced: true });
  expect(states(before)).toEqual(["l to fit, m to fit, g to fit", "l shared, m given"]);
  expect(before.nuisances).toEqual({ needed: 4, distinct: 3, stored: 0 });
  expect(filesBelow(folder)).toEqual(["panel.csv", "study.yaml"]);

  await neyman(folder, "run", "study.yaml");
  writeFileSync(join(folder, "study.yaml"), STUDY + LATER);
  const after = await planOf(folder);
  expect(states(after)).toEqual(["l stored, m stored, g stored", "l stored, m given", "l stored, m stored, g stored", "l to fit, m to fit, g to fit", ""]);
  expect(after.nuisances).toEqual({ needed: 10, distinct: 6, stored: 3 });
  expect(after.specifications[4]).toMatchObject({ rows: null, refused: expect.stringContaining("30 values of `firm` cannot be dealt to 100 folds") as unknown });
  expect(after.specifications[0]?.nuisances[0]?.key).toBe(before.specifications[0]?.nuisances[0]?.key);
});

it("as text: the panel, the sum, a line a specification", async () => {
  const folder = workspace({ "study.yaml": STUDY + LATER, "panel.csv": panelCsv() });
  const { code, stdout, stderr } = await neyman(folder, "plan", "study.yaml", "--threads", "1");
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("180 rows, 30 firm, 6 year, balanced.");
  expect(lines[1]).toBe("5 specifications need 10 nuisances: 6 distinct, 0 stored, 6 to fit, less than 1 s on 1 thread by a rough guess.");
  expect(stdout).toMatch(/\nmain\.1 +180 {2}l rf [0-9a-f]{8} to fit, m rf [0-9a-f]{8} to fit, g rf [0-9a-f]{8} to fit\n/);
  expect(stdout).toMatch(/\nmain\.2 +180 {2}l rf [0-9a-f]{8} shared, m size [0-9a-f]{8} given\n/);
  expect(stdout).toMatch(/\nmain\.5 +– {2}cannot be estimated: 30 values of `firm`/);
  expect(stderr).toBe("");
  expect(code).toBe(3);
});

it("counts what twicing finds among what is needed", async () => {
  const folder = workspace({ "study.yaml": STUDY.replace("  twicing: false\n", ""), "panel.csv": panelCsv() });
  expect((await planOf(folder)).nuisances).toEqual({ needed: 2 * 3 + 3, distinct: 7, stored: 0 }); // the second row's l is the first's, its m is given and leaves something too
});

it("counts the fits of a combination among those that are needed", async () => {
  const stack = (type: string): string => `- { label: ${type}, learner: { stack: { learners: [ols, lassocv], type: ${type}, folds: 2 } }, score: partialling-out }`;
  const folder = workspace({ "study.yaml": STUDY.replace("- {}", `${stack("short")}\n      ${stack("pooled")}`).replace(/ {6}- \{ score.*\n/, ""), "panel.csv": panelCsv() });
  const { nuisances } = await planOf(folder);
  // Of l and m: two learners and their combination, and all three once more on what it leaves; pooled, too, two learners in each of three folds.
  expect(nuisances).toEqual({ needed: 2 * 6 + 2 * (6 + 6), distinct: 2 * 6 + 2 * (6 + 6 - 2), stored: 0 });
});

it("names each repetition", async () => {
  const folder = workspace({ "study.yaml": STUDY.replace("- {}", "- { repetitions: 2 }"), "panel.csv": panelCsv() });
  const plan = await planOf(folder);
  expect(plan.specifications[0]?.nuisances.map(({ role, repetition }) => `${role} ${repetition}`)).toEqual(["l 1", "m 1", "g 1", "l 2", "m 2", "g 2"]);
  expect(new Set(plan.specifications[0]?.nuisances.map(({ key }) => key)).size).toBe(6);
});

it("does not look into a store with --store none, and says nothing of units that there are not", async () => {
  const folder = workspace({ "study.yaml": STUDY.replace(", unit: firm, time: year", ""), "panel.csv": panelCsv() });
  await neyman(folder, "run", "study.yaml");
  const { stdout } = await neyman(folder, "plan", "study.yaml", "--store", "none");
  expect(stdout).toMatch(/^180 rows\.\n2 specifications need 4 nuisances: 3 distinct, 0 stored, 3 to fit/);
});

it("where nothing can be estimated: lists the reasons, exit code 2", async () => {
  const folder = workspace({ "study.yaml": STUDY.replace("k: 3", "k: 100").replace(/ {6}- \{ score.*\n/, ""), "panel.csv": panelCsv() });
  const { code, stdout, stderr } = await neyman(folder, "plan", "study.yaml");
  expect(stdout).toContain("cannot be estimated");
  expect(stderr).toContain("study.yaml, line 13 (table `main`, column 1): 30 values of `firm`");
  expect(code).toBe(2);
});
