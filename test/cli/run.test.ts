import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, neyman, nuisancesOf, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `title: A small study
data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2]
  fixedEffects: [firm, year]
  learner: { rf: { trees: 4 } }
  folds: { k: 3 }
tables:
  - { id: moments, describe: [y, d] }
  - id: main
    title: Effect of d
    columns:
      - {}
      - { encode: dummies, repetitions: 2 }
      - { encode: within, learner: ols, degree: 2 }
      - { fixedEffects: [], controls: [x1, x2, size] }
`;

function studyFolder(study = STUDY): string {
  return workspace({ "study.yaml": study, "panel.csv": panelCsv() });
}

describe.concurrent("a run", () => {
  it("prints its tables, writes its files, and says in one line on stderr what it did", async () => {
    const folder = studyFolder();
    const { code, stdout, stderr } = await neyman(folder, "run", "study.yaml");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^A small study\n180 rows, 30 firm, 6 year, balanced\.\n/);
    expect(stdout).toContain("Effect of d");
    expect(stderr).toMatch(/^16 nuisances: 16 fitted, 0 from the store, in \d+\.\d s\. Results in study-output\.\n$/);
    const made = filesBelow(folder).filter((name) => name.startsWith("study-output/"));
    expect(made).toEqual(["estimates.arrow", "estimates.json", "report.html", "results.json", "run.json", "tables.md"].map((name) => `study-output/${name}`));
  });

  it("gives the same bytes with 1, 2 and 3 threads", async () => {
    const folder = studyFolder();
    const results: string[] = [];
    for (const threads of ["1", "2", "3"]) {
      await neyman(folder, "run", "study.yaml", "--threads", threads, "--store", "none", "--out", threads);
      results.push(textOf(folder, `${threads}/estimates.json`));
      expect(readFileSync(join(folder, threads, "estimates.arrow"))).toEqual(readFileSync(join(folder, "1", "estimates.arrow")));
      expect((JSON.parse(textOf(folder, `${threads}/run.json`)) as { threads: number }).threads).toBe(Number(threads));
    }
    expect(new Set(results).size).toBe(1);
  });

  it("has no path, date, time or number of threads in its estimates", async () => {
    const folder = studyFolder();
    await neyman(folder, "run", join(folder, "study.yaml"), "--threads", "2");
    const estimates = textOf(folder, "study-output/estimates.json");
    expect(estimates).not.toContain(folder);
    expect(estimates).not.toMatch(/thread|"date"|seconds|\d{4}-\d{2}-\d{2}|\d:\d{2}/i);
    expect(readFileSync(join(folder, "study-output/estimates.arrow")).includes(folder)).toBe(false);
    expect(textOf(folder, "study-output/tables.md")).not.toContain(folder);
  });

  it("prints estimates.json with --json", async () => {
    const folder = studyFolder();
    const { stdout } = await neyman(folder, "run", "study.yaml", "--json");
    expect(stdout).toBe(textOf(folder, "study-output/estimates.json"));
    const { estimates } = JSON.parse(stdout) as { estimates: { id: string; coef: number; spec: { seed: number } }[] };
    expect(estimates.map((row) => row.id)).toEqual(["main.1", "main.2", "main.3", "main.4"]);
    expect(estimates.every((row) => Number.isFinite(row.coef) && row.spec.seed === 42)).toBe(true);
  });

  it("reads a study in JSON, with names in Chinese", async () => {
    const study = {
      title: "企业", data: { file: "panel.csv", unit: "firm", time: "year" }, labels: { 处理: "Treatment" },
      tables: [{ id: "t", base: { outcome: "结果", treatment: "处理", controls: ["x1"], fixedEffects: ["地区*year"], learner: "ols" }, columns: [{ where: "`地区` == '东'" }] }],
    };
    const data = panelCsv().replace(",y,d,", ",结果,处理,");
    const folder = workspace({ "study.json": JSON.stringify(study), "panel.csv": data });
    const { code, stdout, stderr } = await neyman(folder, "run", "study.json");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/企业[^]*Treatment[^]*地区\*year/);
  });

  it("runs a study of descriptive statistics alone", async () => {
    const folder = studyFolder("data: { file: panel.csv }\ntables:\n  - { id: moments, describe: [y] }\n");
    const { code, stdout, stderr } = await neyman(folder, "run", "study.yaml");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("180");
  });
});

describe.concurrent("running again", () => {
  it("fits nothing and prints the same", async () => {
    const folder = studyFolder();
    const first = await neyman(folder, "run", "study.yaml");
    const estimates = textOf(folder, "study-output/estimates.json");
    const second = await neyman(folder, "run", "study.yaml");
    expect(second.stdout).toBe(first.stdout);
    expect(textOf(folder, "study-output/estimates.json")).toBe(estimates);
    expect(nuisancesOf(folder)).toEqual({ distinct: 16, fitted: 0, stored: 16 });
    expect(second.stderr).toMatch(/^16 nuisances: 0 fitted, 16 from the store/);
  });

  it("fits nothing for other titles, labels, notes, errors, levels, orders of controls and file names", async () => {
    const folder = studyFolder();
    await neyman(folder, "run", "study.yaml");
    const changed = STUDY
      .replace("A small study", "Another title\nnote: A note\nlabels: { d: The treatment }")
      .replace("title: Effect of d", "title: Effects")
      .replace("- {}", "- { label: first, errors: hc1, level: 0.9, distribution: t }")
      .replace("controls: [x1, x2]\n", "controls: [x2, x1]\n")
      .replace("panel.csv", "renamed.csv");
    renameSync(join(folder, "panel.csv"), join(folder, "renamed.csv"));
    writeFileSync(join(folder, "study.yaml"), changed);
    const { code, stdout, stderr } = await neyman(folder, "run", "study.yaml");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("The treatment");
    expect(nuisancesOf(folder)).toEqual({ distinct: 16, fitted: 0, stored: 16 });
  });

  it("fits only what is new for an added column, and shares what others have", async () => {
    const folder = studyFolder();
    await neyman(folder, "run", "study.yaml");
    const added = "      - { score: partialling-out }\n      - { treatment: x2, controls: [x1, size], fixedEffects: [] }\n";
    writeFileSync(join(folder, "study.yaml"), STUDY + added);
    await neyman(folder, "run", "study.yaml");
    expect(nuisancesOf(folder)).toEqual({ distinct: 18, fitted: 2, stored: 16 });
  });

  it("keeps nothing with --store none", async () => {
    const folder = studyFolder();
    await neyman(folder, "run", "study.yaml", "--store", "none");
    await neyman(folder, "run", "study.yaml", "--store", "none");
    expect(nuisancesOf(folder).fitted).toBe(16);
    expect(filesBelow(folder).some((name) => name.startsWith(".neyman"))).toBe(false);
  });

  it("finds the same keys from another folder", async () => {
    const [one, two] = [studyFolder(), studyFolder()];
    await neyman(one, "run", "study.yaml", "--store", join(two, "store"));
    await neyman(two, "run", "study.yaml", "--store", "store");
    expect(nuisancesOf(two)).toEqual({ distinct: 16, fitted: 0, stored: 16 });
  });
});
