import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { kernelExportNames } from "../src/kernels/exports.js";
import { version } from "../src/version.js";

const root = resolve(import.meta.dirname, "..");
const sources = filesIn(join(root, "src")).filter((file) => file.endsWith(".ts"));

/** A folder imports only from itself and from those before it. */
const ORDER = ["panel", "kernels", "indices", "efficiency", "derive", "learners", "models", "study", "plan", "fit", "inference", "curve", "report", "(top)", "node", "browser", "cluster", "cli"];
/** Files at the top of src/ that anyone may import: they import nothing but each other. */
const COMMON = ["errors.ts", "json.ts", "version.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

it("imports go one way: panel, kernels, indices, efficiency, derive, learners, models, study, plan, fit, inference, curve, report, then what puts them together", () => {
  const wrong = importsOf(sources)
    .filter(({ to }) => to.startsWith("src/") && !COMMON.includes(relative("src", to)))
    .filter(({ from, to }) => layer(to) > layer(from))
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
});

it("no import cycle, in src/ and in assembly/", () => {
  const kernels = filesIn(join(root, "assembly")).filter((file) => file.endsWith(".ts"));
  for (const files of [sources, kernels]) expect(cycleIn(importsOf(files).filter((one) => !one.typeOnly))).toEqual([]);
});

it("assembly/ imports only within itself", () => {
  const kernels = filesIn(join(root, "assembly")).filter((file) => file.endsWith(".ts"));
  const outside = importsOf(kernels).filter(({ to }) => !to.startsWith("assembly/"));
  expect(outside).toEqual([]);
});

it("only src/node, src/cluster and src/cli import anything of Node or the pool", () => {
  const wrong = importsOf(sources)
    .filter(({ to }) => /^(node:|piscina|yargs)/.test(to))
    .filter(({ from }) => !from.startsWith("src/node/") && !from.startsWith("src/cluster/") && !from.startsWith("src/cli/"));
  expect(wrong).toEqual([]);
});

it("only src/kernels/memory.ts looks into the kernels' memory", () => {
  const wrong = sources.filter((file) => /memory\.buffer/.test(readFileSync(file, "utf8"))).map((file) => relative(root, file));
  expect(wrong).toEqual(["src/kernels/memory.ts"]);
});

it("the binary exports what the host's list says, and imports nothing", () => {
  const module = new WebAssembly.Module(readFileSync(join(root, "build/kernels.wasm")));
  expect(WebAssembly.Module.exports(module).map((one) => one.name).sort()).toEqual([...kernelExportNames].sort());
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});

it("every export of src/ is documented", () => {
  const bare = sources.flatMap((file) => undocumented(file)).filter((name) => !name.includes("embedded.ts"));
  expect(bare).toEqual([]);
});

it("package.json: exact versions, and the version that the command prints", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, Record<string, string>>;
  expect(manifest["version"]).toBe(version);
  const ranges = Object.values({ ...manifest["dependencies"], ...manifest["devDependencies"] });
  expect(ranges.filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
}

function layer(file: string): number {
  const [, folder = "", rest] = file.split("/");
  return ORDER.indexOf(rest === undefined ? "(top)" : folder);
}

function importsOf(files: readonly string[]): readonly Import[] {
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
    return source.statements.flatMap((statement): Import[] => {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
      if (statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
      const specifier = statement.moduleSpecifier.text;
      const path = resolve(dirname(file), specifier).replace(/\.js$/, "");
      const to = specifier.startsWith(".") ? `${relative(root, path)}.ts` : specifier;
      return [{ from: relative(root, file), to, typeOnly: isTypeOnly(statement) }];
    });
  });
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return clause.name === undefined && names !== undefined && ts.isNamedImports(names) && names.elements.every((one) => one.isTypeOnly);
}

/** The files of a cycle, or nothing. */
function cycleIn(imports: readonly Import[]): readonly string[] {
  const state = new Map<string, "open" | "done">();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (state.get(file) === "open") return [...path.slice(path.indexOf(file)), file];
    if (state.get(file) === "done") return [];
    state.set(file, "open");
    for (const { to } of imports.filter((one) => one.from === file)) {
      const found = visit(to, [...path, file]);
      if (found.length > 0) return found;
    }
    state.set(file, "done");
    return [];
  };
  for (const { from } of imports) {
    const found = visit(from, []);
    if (found.length > 0) return found;
  }
  return [];
}

function undocumented(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword))
    .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .map((statement) => `${relative(root, file)}: ${statement.getText().slice(0, 60).split("\n")[0] ?? ""}`);
}
