import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, crossFit } from "../../src/index.js";
import { chromiumProgram, project, tool } from "../helpers/examples.js";

const folder = project();

/** Sixty rows that need no file; the same lines run here and in the bundles. */
const DATA = `const x = Float64Array.from({ length: 60 }, (_, i) => ((i * 37) % 101) / 50 - 1);
const d = x.map((value, i) => value + ((i * 53) % 97) / 97);
const y = x.map((value, i) => 0.5 * d[i] + value + ((i * 71) % 89) / 89);`;
const OPTIONS = { outcome: "y", treatment: "d", controls: ["x"], learner: { rf: { trees: 10 } } };
const APP = `import { createEngine, crossFit } from "neyman";
import { createWorkerPool } from "neyman/browser";
${DATA}
const pool = await createWorkerPool({ threads: 2 });
const { estimate } = await crossFit({ y, d, x }, ${JSON.stringify(OPTIONS)}, await createEngine({ pool }));
document.title = String(estimate.coef);
`;
const expected = await (async () => {
  const data = runInNewContext(`${DATA} ({ y, d, x })`, { Float64Array }) as Record<string, Float64Array>;
  return String((await crossFit(data, OPTIONS, await createEngine())).estimate.coef);
})();

/** An application's folder. */
function application(name: string, html: string): string {
  const own = join(folder, name);
  mkdirSync(own);
  writeFileSync(join(own, "app.js"), APP);
  writeFileSync(join(own, "index.html"), html);
  return own;
}

const page = (script: string): string => `<!doctype html><title>waiting</title><script type="module" src="${script}"></script>`;
const esm: BuildOptions = { bundle: true, splitting: true, minify: true, format: "esm", target: "es2022", metafile: true, logLevel: "silent" };

describe("esbuild", () => {
  const own = application("with-esbuild", page("./out/app.js"));
  let metafile: Metafile;
  beforeAll(async () => {
    const result = await build({ ...esm, absWorkingDir: own, entryPoints: { app: "./app.js", worker: "neyman/worker" }, outdir: "out" });
    metafile = result.metafile as Metafile;
  }, 60_000);

  it("finds nothing of Node, and leaves what few files need for later", () => {
    const outputs = Object.entries(metafile.outputs);
    const external = outputs.flatMap(([, { imports }]) => imports.filter((one) => one.external === true).map(({ path }) => path));
    expect(external).toEqual([]);
    // Nothing of it at all, not even for later: the queue is a command's.
    const all = outputs.flatMap(([, { inputs }]) => Object.keys(inputs));
    expect(all.filter((path) => /\/dist\/(node|cli|cluster)\/|@nats-io|piscina|yargs|resvg/.test(path))).toEqual([]);
    const first = inputsAtStart(metafile, "out/app.js");
    expect(first.filter((path) => /node_modules\/ajv|apache-arrow|hyparquet|read-excel-file|fflate|fzstd|piscina|yargs/.test(path))).toEqual([]);
    const worker = inputsAtStart(metafile, "out/worker.js");
    expect(worker.filter((path) => /node_modules\/(ajv|yaml|apache-arrow)|embedded\.js|\/(study|report|inference|plan)\/(?!shared)/.test(path))).toEqual([]);
  });

  it("the bundle runs in Node as it is", async () => {
    const file = join(own, "node.js");
    writeFileSync(file, APP.replace(/import \{ createWorkerPool.*\n/, "").replace(/const pool.*\n/, "").replace("{ pool }", "").replace("document.title = ", "console.log").replace(/log(.*);\n$/, "log($1);\n"));
    await build({ ...esm, platform: "browser", absWorkingDir: own, entryPoints: [file], outdir: "node", outExtension: { ".js": ".mjs" } });
    expect(execFileSync("node", [join(own, "node/node.mjs")], { encoding: "utf8" })).toBe(`${expected}\n`);
  });
});

describe.skipIf(!existsSync(chromiumProgram))(`bundles in Chromium (skipped where there is no ${chromiumProgram}: apt-get install chromium)`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumProgram, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(() => browser.close(), 60_000);

  /** A strict site's: no code made of text, nothing from elsewhere. */
  const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

  /** Serves a folder, opens its page, and waits for the title. */
  async function titleOf(served: string): Promise<{ readonly title: string; readonly workers: number }> {
    const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };
    const server = createServer(({ url = "/" }, response) => {
      const file = join(served, url === "/" ? "index.html" : url);
      if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY }).end(readFileSync(file));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const opened = await browser.newPage();
    const complaints: string[] = [];
    let workers = 0;
    opened.on("worker", () => workers++);
    opened.on("pageerror", (error) => complaints.push(error.message));
    try {
      await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      // Asked from outside: waitForFunction makes code of text, which the policy forbids.
      await expect.poll(async () => (complaints.length > 0 ? complaints.join("\n") : opened.title()), { timeout: 50_000 }).not.toBe("waiting");
      expect(complaints).toEqual([]);
      return { title: await opened.title(), workers };
    } finally {
      await opened.close();
      server.close();
    }
  }

  it("of esbuild, with the worker as a second entry", async () => {
    expect(await titleOf(join(folder, "with-esbuild"))).toEqual({ title: expected, workers: 2 });
  });

  it("of Vite, as it is", async () => {
    const own = application("with-vite", page("./app.js"));
    const { build: viteBuild } = await import("vite");
    await viteBuild({ root: own, logLevel: "silent", configFile: false, base: "./", worker: { format: "es" }, build: { target: "es2022" } });
    expect(await titleOf(join(own, "dist"))).toEqual({ title: expected, workers: 2 });
  });

  const webpack = tool("webpack");
  it.skipIf(!existsSync(webpack))("of webpack, as it is (skipped where TOOLS has none: npm install webpack webpack-cli)", async () => {
    const own = application("with-webpack", page("./out/main.js"));
    execFileSync("node", [webpack, "--mode", "production", "--no-optimization-minimize", "--entry", "./app.js", "--output-path", join(own, "out"), "--output-public-path", "auto"], { cwd: own, encoding: "utf8" });
    expect(await titleOf(own)).toEqual({ title: expected, workers: 2 });
  }, 180_000); // webpack takes its time
});

/** The sources of an output and of what it imports at once. */
function inputsAtStart({ outputs }: Metafile, file: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    outputs[path]?.imports.filter(({ kind }) => kind === "import-statement").forEach((one) => visit(one.path));
  };
  visit(file);
  return [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}
