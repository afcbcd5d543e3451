import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project, root, runs, tool, wagesInNode } from "../helpers/examples.js";

const folder = project();
const [deno, bun] = ["deno", "bun"].map(tool) as [string, string];
const python = process.env["TOOLS"] === undefined ? "python3" : join(process.env["TOOLS"], "venv/bin/python");
const run = (program: string, ...args: readonly string[]): string => execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const expected = await wagesInNode();

describe("in Node", () => {
  it("a script runs a study in threads, with the bytes of one thread", () => {
    expect(run("node", "examples/script.mjs", "examples/wages.yaml", "out")).toContain("0.0793***");
    expect(readFileSync(join(folder, "out/estimates.json"), "utf8")).toBe(expected);
  });

  it("arrays are cross-fitted without a study file", () => {
    const [effect = "", table] = run("node", "examples/crossfit.mjs").split("\n");
    const [, coef = "", se = ""] = /effect ([\d.]+), standard error ([\d.]+)/.exec(effect) ?? [];
    expect(Math.abs(Number(coef) - 0.5)).toBeLessThan(3 * Number(se));
    expect(table).toBe("300 rows of firm, year, fold, l, m, g");
  });
});

// The same script, the same bytes, elsewhere.
describe.skipIf(!runs(deno, "--version"))("in Deno (skipped where it is not installed: npm install deno)", () => {
  it("Web Workers give the bytes of Node", () => {
    run(deno, "run", "-A", "examples/workers.mjs", "examples/wages.yaml", "data/wagepan.csv", "deno.json");
    expect(readFileSync(join(folder, "deno.json"), "utf8")).toBe(expected);
  });
});

describe.skipIf(!runs(bun, "--version"))("in Bun (skipped where it is not installed: npm install bun)", () => {
  it("Web Workers give the bytes of Node", () => {
    run(bun, "examples/workers.mjs", "examples/wages.yaml", "data/wagepan.csv", "bun.json");
    expect(readFileSync(join(folder, "bun.json"), "utf8")).toBe(expected);
  });
});

describe.skipIf(!runs(python, "-c", "import wasmtime"))("in Python (skipped where wasmtime is not installed: pip install wasmtime)", () => {
  it("the kernels demean and regress: the coefficient that stands under the table as OLS", () => {
    const [line = ""] = run(python, "examples/python/kernels.py", join(root, "build/kernels.wasm"), "data/wagepan.csv").split("\n");
    const { estimates: [first] } = JSON.parse(expected) as { estimates: [{ ols: { coef: number } }] };
    expect(line).toBe(`   union ${first.ols.coef.toFixed(6).padStart(9)}`);
  });
});

describe("the service", () => {
  let service: ChildProcess;
  let address = "";
  beforeAll(async () => {
    service = spawn("node", ["examples/service.mjs", "0"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    address = await new Promise((resolve) => service.stdout?.once("data", (text: Buffer) => resolve(text.toString().trim())));
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => service.once("exit", resolve));
    service.kill("SIGTERM");
    await ended;
  }, 60_000);

  const wages = readFileSync(join(root, "examples/wages.yaml"), "utf8");
  const csv = readFileSync(join(root, "data/wagepan.csv"));
  const form = (study: string, data: Uint8Array<ArrayBuffer> = csv): FormData => {
    const filled = new FormData();
    filled.append("study", study);
    filled.append("data", new File([data], "wagepan.csv"));
    return filled;
  };
  const post = async (body: FormData, signal: AbortSignal | null = null): Promise<Response> => fetch(address, { method: "POST", body, signal });
  const linesOf = async (response: Response): Promise<readonly Record<string, unknown>[]> =>
    (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

  it("streams a line for each estimate, those of estimates.json; two at once do not disturb each other", async () => {
    const { estimates } = JSON.parse(expected) as { estimates: readonly object[] };
    for (const lines of await Promise.all([post(form(wages)).then(linesOf), post(form(wages)).then(linesOf)])) {
      expect(lines.map(({ kind }) => kind)).toEqual(["plan", "estimate", "estimate", "estimate", "end"]);
      expect(lines.slice(1, 4)).toEqual(estimates.map((row) => ({ kind: "estimate", ...row })));
    }
  });

  it("sends an estimate before the next one is fitted", async () => {
    const slow = wages.replace("trees: 20", "trees: 60");
    const gone = new AbortController();
    const response = await post(form(slow), gone.signal);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"kind":"estimate"')) text += (await reader?.read())?.value ?? "";
    expect(text).toContain('"label":"least squares"');
    expect(text).not.toContain('"kind":"end"');
    gone.abort(); // the client goes: what is under way is given up, and the service serves the next
    const lines = await linesOf(await post(form(wages.replace(/\n {6}- \{ label: forest[^]*$/, "\n"))));
    expect(lines.map(({ kind }) => kind)).toEqual(["plan", "estimate", "end"]);
  });

  it.each([
    ["a study with a mistake", () => post(form(wages.replace("outcome: lwage", "outcome: wage"))), /no column `wage`/],
    ["data that are none", () => post(form(wages, new Uint8Array([0, 1, 2]))), /wagepan\.csv/],
    ["a form without data", () => post(new FormData()), /lacks `study`|form/],
    ["no form", () => fetch(address, { method: "POST", body: "x" }), /POST a form/],
    ["no post", () => fetch(address), /POST a form/],
  ])("answers 400 to %s", async (_, ask, message) => {
    const response = await ask();
    expect(response.status).toBe(400);
    const [line] = await linesOf(response);
    expect(line?.["kind"]).toBe("error");
    expect(line?.["message"]).toMatch(message);
  });
});
