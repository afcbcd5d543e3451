import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatsIn, requestOf, styled } from "../../src/cli/outputOptions.js";
import { refuseUnknown } from "../../src/cli/table.js";
import { DEFAULT_OUTPUT, FORMATS } from "../../src/study/output.js";
import { filesBelow, neyman, textOf, workspace } from "../helpers/cli.js";
import { outputsCsv, outputsStudy } from "../helpers/outputs.js";

/** One run for all tests that only read its results. */
const done = (async () => {
  const folder = workspace({ "study.yaml": outputsStudy, "panel.csv": outputsCsv() });
  const ended = await neyman(folder, "run", "study.yaml", "--format", "all");
  const written = filesBelow(folder).filter((name) => name.startsWith("study-output/"));
  // What is made again must need neither the data nor the fits.
  rmSync(join(folder, ".neyman"), { recursive: true });
  rmSync(join(folder, "panel.csv"));
  return { folder, ended, written };
})();

it("run --format all writes every format", async () => {
  const { ended, written } = await done;
  expect(ended.code, ended.stderr).toBe(3); // one column has no rows
  for (const name of ["estimates.json", "results.json", "report.html", "tables.md", "tables.tex", "tables/main.tex", "tables/main.csv", "tables.html", "tables.docx", "tables.rtf", "tables.json", "methods.md", "replicate.do", "replicate.py", "figures/main-estimates.svg", "figures/main-estimates.png"]) {
    expect(written).toContain(`study-output/${name}`);
  }
  expect(written.filter((name) => name.endsWith(".part"))).toEqual([]);
});

it("table prints what run printed, and the rows used", async () => {
  const { folder, ended } = await done;
  const { code, stdout, stderr } = await neyman(folder, "table", "study.yaml");
  expect(code, stderr).toBe(0);
  expect(stdout.startsWith(ended.stdout.slice(ended.stdout.indexOf("\n\n") + 2).trimEnd())).toBe(true);
  expect(stdout).toContain("main-sample. Effect of d: rows used and dropped");
});

it("table and plot make the same files again, without data and without fits", async () => {
  const { folder } = await done;
  const again = await neyman(folder, "table", "study-output", "--format", "md,latex,html,rtf,csv,json,report,methods,stata,python", "--out", "again");
  expect(again.code, again.stderr).toBe(0);
  expect((await neyman(folder, "plot", "study-output/results.json", "--out", "again")).code).toBe(0);
  const names = filesBelow(join(folder, "again"));
  expect(names.length).toBeGreaterThan(30);
  expect(again.stdout.split("\n")).toContain(join("again", "report.html"));
  for (const name of names) expect(textOf(folder, `again/${name}`), name).toBe(textOf(folder, `study-output/${name}`));
});

it("table takes titles, labels and output of the study file as it is now, and the command line over it", async () => {
  const { folder } = await done;
  mkdirSync(join(folder, "renamed-output"));
  writeFileSync(join(folder, "renamed-output/results.json"), textOf(folder, "study-output/results.json"));
  writeFileSync(join(folder, "renamed.yaml"), outputsStudy.replace("title: Effect of d", "title: Renamed").replace("x1: 控制 }", "x1: Control one }\noutput: { below: p, stars: esttab, digits: 1 }"));
  const { stdout, stderr } = await neyman(folder, "table", "renamed.yaml", "moments", "main", "--digits", "2");
  expect(stdout, stderr).toMatch(/Control one[^]*main\. Renamed/);
  expect(stdout).toMatch(/0\.90\*\*\* /);
  expect(stdout).toContain("P values in parentheses. * p < 0.05, ** p < 0.01, *** p < 0.001.");
  expect(stdout).not.toContain("By region");
});

it("a study that was not run has no results, and a broken file says so", async () => {
  const folder = workspace({ "study.yaml": outputsStudy, "results.json": "{\"format\":" });
  const { code, stderr, stdout } = await neyman(folder, "table", "study.yaml");
  expect(stderr).toMatch(/There are no results of study\.yaml in .*Run `neyman run study\.yaml` first/);
  expect([code, stdout]).toEqual([2, ""]);
  expect((await neyman(folder, "plot", "results.json", "--formt", "svg")).stderr).toContain("Did you mean `--format`?");
  expect((await neyman(folder, "plot", "results.json")).stderr).toContain("results.json is not whole");
});

it("formats: commas, other names, all, and what is none", () => {
  expect(formatsIn("latex, HTML,word,tex")).toEqual(["latex", "html", "docx"]);
  expect(formatsIn("all")).toEqual(FORMATS);
  expect(() => formatsIn("latx")).toThrow("--format: there is no format `latx` here. Did you mean `latex`?");
  expect(() => formatsIn("jpg", ["svg", "png"])).toThrow("--format: there is no format `jpg` here.");
  expect(() => formatsIn(",")).toThrow("--format is empty.");
});

it("style: below, digits, stars, theme, and what is none", () => {
  const given = { below: undefined, digits: undefined, stars: undefined };
  expect(styled(DEFAULT_OUTPUT, given)).toEqual(DEFAULT_OUTPUT);
  expect(styled(DEFAULT_OUTPUT, { below: "t, p", digits: 0, stars: "0.01,0.1" })).toMatchObject({ below: ["t", "p"], digits: 0, stars: [0.1, 0.01] });
  expect(styled(DEFAULT_OUTPUT, { ...given, below: "none", stars: "none" })).toMatchObject({ below: [], stars: [] });
  expect(() => styled(DEFAULT_OUTPUT, { ...given, below: "sd" })).toThrow("--below: there is no `sd`. Known: se, t, p, ci");
  expect(() => styled(DEFAULT_OUTPUT, { ...given, digits: 2.5 })).toThrow("--digits must be a whole number from 0 to 10.");
  expect(() => styled(DEFAULT_OUTPUT, { ...given, stars: "many" })).toThrow("--stars: `many` is neither");
  expect(() => requestOf([], { theme: "blue", font: undefined }, null)).toThrow("--theme: `blue` is none. Take light or dark.");
});

it("names of tables and figures that are none", () => {
  expect(() => refuseUnknown(["mian"], ["main", "zones"], "table")).toThrow("There is no table `mian` in the results. Did you mean `main`?");
  expect(() => refuseUnknown(["xyz"], ["main", "zones"], "figure")).toThrow("There is no figure `xyz` in the results. There are: `main`, `zones`.");
  expect(() => refuseUnknown(["main.1"], ["main.1-fit"], "figure")).not.toThrow();
});
