import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { ask } from "../../src/cli/init.js";
import { readPanel } from "../../src/index.js";
import { guessIds, guessStudy, firstStudyText } from "../../src/study/firstStudy.js";
import { readStudy } from "../../src/study/read.js";
import { filesBelow, neyman, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const panel = async (text: string) => readPanel(new TextEncoder().encode(text), "panel.csv", {});

it("writes a study that plan takes as it is, and says what it guessed", async () => {
  const folder = workspace({ "panel.csv": panelCsv() });
  const { code, stdout, stderr } = await neyman(folder, "init", "panel.csv");
  expect(code, stderr).toBe(0);
  expect(stdout).toBe("panel.yaml: unit firm, time year; the effect of d on y with 2 controls.\n");
  const text = textOf(folder, "panel.yaml");
  expect(text).toContain("data: { file: panel.csv, unit: firm, time: year }");
  expect(text).toContain("controls: [x1, x2]"); // constants and what is constant within a firm are not among them
  expect((await neyman(folder, "plan", "panel.yaml")).code).toBe(0);
  const twice = await neyman(folder, "init", "panel.csv");
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("panel.yaml is there already. Name another with --out, or write over it with --force.")]);
});

it("flags go before guesses; names that the data do not have are refused with a suggestion", async () => {
  const folder = workspace({ "panel.csv": panelCsv() });
  const flags = ["--outcome", "x1", "--treatment", "x2", "--controls", "y,地区", "--unit", "none", "--time", "none", "--effects", "none", "--out", "mine.yaml"];
  const { code, stderr } = await neyman(folder, "init", "panel.csv", ...flags);
  expect([code, stderr]).toEqual([2, expect.stringContaining("`地区`")]); // text is no control
  expect(filesBelow(folder)).toEqual(["panel.csv"]);
  const wrong = await neyman(folder, "init", "panel.csv", "--outcome", "yy");
  expect(wrong.stderr).toContain("--outcome: panel.csv has no column `yy`. Did you mean `y`?");
  expect((await neyman(folder, "init")).stderr).toContain("Name the data file, as in `neyman init panel.csv`.");
});

it.each([
  ["country,year,gdp,tax\nA,2000,1,2\nA,2001,2,1\nB,2000,3,3\nB,2001,4,5\n", "country", "year"],
  ["城市,年份,污染,机器人\n京,2000,1,2\n京,2001,2,1\n沪,2000,3,3\n沪,2001,4,5\n", "城市", "年份"],
  ["y,stkcd,when\n1,600000,2000\n2,600000,2001\n3,600001,2000\n4,600001,2001\n", "stkcd", "when"],
  ["y,d,x\n0.5,1.5,2.5\n0.1,0.2,0.3\n0.7,0.1,0.9\n", null, null],
  ["id,y,d\n1,0.5,0.2\n2,0.7,0.1\n3,0.1,0.9\n", "id", null],
])("guesses unit and time of %j", async (text, unit, time) => {
  expect(guessIds(await panel(text))).toEqual({ unit, time });
});

it("names of any kind come back from the file that is written", async () => {
  const names = ["a: b", "#x", "- y", "'q'", "\"w\"", "yes", "1.5", "null", "a, b", "{c}", "工资", "*p", "&r", "!t", "%u", "@v", "`z`"];
  const choice = guessStudy(await panel(`y,d\n1,2\n2,1\n`), { unit: null, time: null, outcome: names[0]!, treatment: names[1]!, controls: names.slice(2), fixedEffects: [] });
  const study = readStudy(firstStudyText("a #1: data.csv", choice), "s.yaml");
  expect(study.data.file).toBe("a #1: data.csv");
  const [, main] = study.tables;
  expect(main?.kind === "estimates" && main.specifications[0]).toMatchObject({ outcome: names[0], treatments: [names[1]], controls: names.slice(2) });
});

/** Answers to the questions, one by one as these are asked; what was said, and what came of it. */
async function asked(...answers: readonly string[]): Promise<{ readonly said: string; readonly choice: unknown }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let said = "";
  const left = [...answers];
  output.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (!/\]: $/.test(text)) return;
    const answer = left.shift();
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
  });
  const data = await panel(panelCsv());
  const choice = await ask(data, {}, guessStudy(data, {}), { input, output }).catch((error: unknown) => (error as Error).message);
  return { said, choice };
}

it("asks on a terminal: Enter takes the guess, later guesses know earlier answers, an unknown column is asked for again", async () => {
  const enter = await asked("", "", "", "", "");
  expect(enter.choice).toMatchObject({ unit: "firm", time: "year", outcome: "y", treatment: "d", controls: ["x1", "x2"] });
  expect(enter.said).toContain("Column of the unit, or none [firm]: ");
  const own = await asked("none", "none", "yy", "x1", "", "x2, d");
  expect(own.choice).toMatchObject({ unit: null, time: null, outcome: "x1", controls: ["x2", "d"], fixedEffects: [] });
  expect(own.said).toContain("There is no column `yy`. Did you mean `y`?");
});

it("says what to do where the answers end before the questions", async () => {
  expect((await asked("firm", "year")).choice).toBe("The answers ended before the questions, and nothing was written. Answer each, or say all by flags.");
});
