import { expect, it } from "vitest";
import { readStudy } from "../../src/index.js";
import { DEFAULT_OUTPUT } from "../../src/study/output.js";

const study = (output: string): string => `data: { file: panel.csv }\n${output}\ntables: [{ id: t, describe: [y] }]\n`;

it("a study that says nothing has the default output", () => {
  expect(readStudy(study(""), "study.yaml").output).toEqual(DEFAULT_OUTPUT);
});

it("formats by their other names, one or several; stars by name or as p values", () => {
  expect(readStudy(study("output: { formats: [tex, word, latex], below: t, digits: 3, stars: esttab }"), "s").output).toEqual({ formats: ["latex", "docx"], below: ["t"], digits: 3, stars: [0.05, 0.01, 0.001] });
  expect(readStudy(study("output: { formats: rtf, stars: [0.01, 0.05] }"), "s").output).toMatchObject({ formats: ["rtf"], stars: [0.05, 0.01] });
  expect(readStudy(study("output: { formats: [], below: [], stars: none }"), "s").output).toMatchObject({ formats: [], below: [], stars: [] });
});

it.each(["formats: [pdf]", "below: sd", "digits: 40", "stars: lots", "stars: [0.1, 0.05, 0.01, 0.001]", "digts: 3"])("`output: { %s }` is refused with its line", (option) => {
  expect(() => readStudy(study(`output: { ${option} }`), "study.yaml")).toThrow(/^study\.yaml, line 2/);
});
