import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
});

it("README's study file is a study file", () => {
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
  expect(readStudy(yaml, "README.md").tables).toHaveLength(1);
});
