import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { version } from "../../src/version.js";
import { emptyFolder, root } from "../helpers/examples.js";

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly dependencies: Readonly<Record<string, string>>; readonly bin: { readonly neyman: string } };

// What the registry would get, unpacked where npm would put it, with the dependencies that it declares and no others.
const folder = emptyFolder();
const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })) as [Packed];
const installed = join(folder, "node_modules/neyman");
mkdirSync(installed, { recursive: true });
execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", installed, "--strip-components=1"]);
for (const name of Object.keys(manifest.dependencies)) link(name);

function link(name: string): void {
  const to = join(folder, "node_modules", name);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(join(root, "node_modules", name), to);
}

describe("the package", () => {
  it("holds what is needed to run and nothing else, in less than 1.3 megabytes", () => {
    const others = packed.files.map(({ path }) => path).filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["LICENSE", "README.md", "build/kernels.wasm", "dist/schema.json", "package.json"]);
    expect(packed.size).toBeLessThan(1_300_000);
  });

  it("runs as a command", () => {
    const command = join(installed, manifest.bin.neyman);
    expect(statSync(command).mode & 0o111).not.toBe(0);
    expect(execFileSync(command, ["--version"], { encoding: "utf8" })).toBe(`${version}\n`);
  });

  it("is imported by each of its entries", () => {
    const lines = [
      `const all = await Promise.all(["neyman", "neyman/node", "neyman/browser"].map((name) => import(name)));`,
      `const { createEngine, crossFit, createThreadPool, createWorkerPool } = Object.assign({}, ...all);`,
      `const { readFileSync } = await import("node:fs");`,
      `const kernels = await WebAssembly.instantiate(readFileSync(new URL(import.meta.resolve("neyman/kernels.wasm"))));`,
      `const values = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];`,
      `const engine = await createEngine({ pool: await createThreadPool(1) });`,
      `const { estimate } = await crossFit({ y: values.map((v, i) => v + (i % 3)), d: values }, { outcome: "y", treatment: "d", controls: [], learner: "ols", folds: { k: 2 } }, engine);`,
      `await engine.pool.close();`,
      `console.log(estimate.n, typeof createWorkerPool, typeof kernels.instance.exports.reserve);`,
    ];
    expect(execFileSync("node", ["--input-type=module", "-e", lines.join("\n")], { cwd: folder, encoding: "utf8" })).toBe("12 function function\n");
  });

  it("can be required, as nothing in it is awaited while it loads", () => {
    const line = `const { createEngine } = require("neyman"); require("neyman/node"); createEngine().then(({ pool }) => console.log(pool.threads));`;
    expect(execFileSync("node", ["--no-warnings", "-e", line], { cwd: folder, encoding: "utf8" })).toBe("1\n");
  });

  it("says where there are no Web Workers", () => {
    const line = `import("neyman/browser").then(({ createWorkerPool }) => createWorkerPool()).catch((error) => console.log(error.message));`;
    expect(execFileSync("node", ["-e", line], { cwd: folder, encoding: "utf8" })).toBe("There are no Web Workers here. In Node take `createThreadPool` of neyman/node, or leave the pool out.\n");
  });

  it.each([["node16", "node16"], ["esnext", "bundler"]])("has types under module %s, resolution %s", (module, moduleResolution) => {
    const consumer = [
      `import { createEngine, crossFit, type CrossFit, type ResultRow, runStudy, prepareStudy, readStudy, readPanel, estimatesTable, InputError } from "neyman";`,
      `import { createThreadPool } from "neyman/node";`,
      `import { createWorkerPool } from "neyman/browser";`,
      `const engine = await createEngine({ pool: await createThreadPool(2) });`,
      `const own = await createEngine({ pool: await createWorkerPool({ threads: 2, start: () => new Worker("worker.js") }) });`,
      `const fit: CrossFit = await crossFit({ y: new Float64Array(9), d: [1, null, 3], firm: ["a", "b", "c"] }, { outcome: "y", treatment: "d", controls: [], seed: 1 }, engine);`,
      `const [{ folds, predictions }] = fit.repetitions;`,
      `const sums: readonly [number, number] = [folds.length, predictions["l"]?.length ?? 0];`,
      `const panel = await readPanel(new Uint8Array(0), "panel.csv");`,
      `const { result } = await runStudy(prepareStudy(readStudy("", "study.yaml"), panel, own.kernels), own, { signal: AbortSignal.timeout(1), onRow: (row: ResultRow) => console.log(row.estimate?.coef, sums) });`,
      `const rows: number = (await estimatesTable(result)).numRows;`,
      `// @ts-expect-error: the treatment is lacking`,
      `await crossFit({ y: [1] }, { outcome: "y", controls: [] }, engine);`,
      `console.log(rows, new InputError("x").message);`,
    ];
    const own = join(folder, moduleResolution);
    mkdirSync(own);
    writeFileSync(join(own, "consumer.ts"), consumer.join("\n"));
    writeFileSync(join(own, "package.json"), `{ "type": "module" }`);
    const options = { module, moduleResolution, target: "es2022", lib: ["es2022", "dom"], types: [], strict: true, noEmit: true, skipLibCheck: true };
    writeFileSync(join(own, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }));
    const ended = (() => {
      try {
        return execFileSync("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", own], { encoding: "utf8" });
      } catch (error) {
        return (error as { readonly stdout: string }).stdout;
      }
    })();
    rmSync(own, { recursive: true });
    expect(ended).toBe("");
  });
});
