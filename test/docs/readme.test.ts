import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { readStudy } from "../../src/index.js";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(`${root}/README.md`, "utf8");

it("README shows what npm start prints", () => {
  const output = execFileSync("node", ["dist/cli/main.js", "run", "data/paper.yaml"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [, shown = ""] = /<!-- output -->\n```text\n([^]*?)\n```\n<!-- \/output -->/.exec(readme) ?? [];
  expect(shown).not.toBe("");
  expect(output).toContain(shown);
}, 600_000); // the whole study, where nothing is stored yet

it("README's study file is a study file", () => {
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
  expect(readStudy(yaml, "README.md").tables).toHaveLength(1);
});

it("README's lines of options are options", () => {
  const blocks = [...readme.matchAll(/```yaml\n([^]*?)```/g)].slice(1).map(([, yaml = ""]) => yaml).filter((yaml) => !/^(derive|tables):/.test(yaml));
  const lines = blocks.flatMap((block) => block.split("\n")).map((line) => line.replace(/ +#.*$/, "")).filter((line) => line !== "" && !line.endsWith(":"));
  expect(lines.length).toBeGreaterThan(20);
  const base = { outcome: "y", treatment: "d", controls: ["x", "Pgdp", "Fin", "Gov"] };
  const files = lines.map((line) => {
    const option = line.startsWith("  - ") ? line.slice(4) : `{ ${line} }`;
    if (option.includes("joint:")) return `{ data: { file: a.csv }, base: ${JSON.stringify(base)}, tables: [{ id: table2, columns: [{}, {}] }, { id: table4, columns: [{}] }, ${option}] }`;
    return `{ data: { file: a.csv }, base: ${JSON.stringify(base)}, tables: [{ id: t, columns: [${option}] }] }`;
  });
  for (const file of files) expect(() => readStudy(file, "README.md"), file).not.toThrow();
});

it("README's derived columns are steps", () => {
  const [, yaml = ""] = /```yaml\n(derive:[^]*?)```/.exec(readme) ?? [];
  expect(readStudy(`data: { file: a.csv }\n${yaml}tables: [{ id: t, describe: [EI] }]\n`, "README.md").derive).toHaveLength(6);
});

it("README's curve is a curve", () => {
  const [, yaml = ""] = /```yaml\n(tables:[^]*?)```/.exec(readme) ?? [];
  expect(readStudy(`data: { file: a.csv, unit: city, time: year }\n${yaml}`, "README.md").tables[0]).toMatchObject({ kind: "curve", size: 2 * 3 * 8 * 2 * 2 - 32 + 1 });
});

it("README's library example runs", () => {
  const [, code = ""] = /```js\n([^]*?)```/.exec(readme) ?? [];
  const study = JSON.stringify({
    data: { file: "wagepan.csv", unit: "nr", time: "year" },
    base: { outcome: "lwage", treatment: "union", controls: ["married"], fixedEffects: ["nr", "year"], learner: "ols" },
    tables: [{ id: "t", columns: [{}] }],
  });
  const program = [
    `import { readFileSync, writeFileSync } from "node:fs";`,
    `const bytes = readFileSync("data/wagepan.csv");`,
    `const text = ${JSON.stringify(study)};`,
    code,
    `console.log(result.rows[0].estimate.n);`,
  ];
  // In the package's own folder, so that it may import itself by its name.
  const file = `${root}/build/readme-example.mjs`;
  writeFileSync(file, program.join("\n"));
  expect(execFileSync("node", [file], { cwd: root, encoding: "utf8" })).toBe("4360\n");
});
