import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { createEngine, estimatesJson, prepareStudy, readPanel, readStudy, runStudy } from "../../src/index.js";

/** The package's own folder. */
export const root = resolve(import.meta.dirname, "../..");

/** Debian's package; another can be named by CHROMIUM. */
export const chromiumProgram = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder, removed after the tests of a file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "neyman-examples-"));
  made.push(folder);
  return folder;
}

/** A project that depends on this package, with the examples and their data. Deno looks into node_modules only beside a package.json. */
export function project(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/neyman"));
  writeFileSync(join(folder, "package.json"), `{ "type": "module", "dependencies": { "neyman": "*" } }`);
  for (const part of ["examples", "data/wagepan.csv"]) cpSync(join(root, part), join(folder, part), { recursive: true });
  return folder;
}

/** A program that npm installed into the folder TOOLS (see .ci/run), else one on the path. */
export function tool(name: string): string {
  return process.env["TOOLS"] === undefined ? name : join(process.env["TOOLS"], "node_modules/.bin", name);
}

/** Whether a program can be run: tests of what is not installed skip. */
export function runs(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** estimates.json of examples/wages.yaml, by this process alone. */
export async function wagesInNode(): Promise<string> {
  const study = readStudy(readFileSync(join(root, "examples/wages.yaml"), "utf8"), "wages.yaml");
  const engine = await createEngine();
  const prepared = prepareStudy(study, await readPanel(readFileSync(join(root, "data/wagepan.csv")), "wagepan.csv", study.data), engine.kernels);
  return estimatesJson((await runStudy(prepared, engine)).result);
}
