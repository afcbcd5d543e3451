/** Writes the script of the report page (src/report/page/explorer/client) as a TypeScript string. */
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const folder = "src/report/page/explorer";
const files = ["data", "draw", "explore"];

/** One scope of its own for all: imports within it are dropped, exports are plain names. */
const body = files.map((name) => {
  const { outputText } = ts.transpileModule(readFileSync(`${folder}/client/${name}.ts`, "utf8"), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, removeComments: true, verbatimModuleSyntax: true } });
  return outputText.replace(/^import .*$/gm, "").replace(/^export (?=function|const)/gm, "").replace(/^export \{\};$/gm, "").trim();
});
const script = `"use strict";(() => {\n${body.join("\n")}\nfor (const root of document.querySelectorAll(".explore")) explore(root);\n})();`;
if (script.includes("</")) throw new Error("The script would end its element.");
writeFileSync(`${folder}/embedded.ts`, `/** The script of the page. Written by scripts/embed-page.mjs; not in git. */\nexport const embeddedScript = ${JSON.stringify(script)};\n`);
