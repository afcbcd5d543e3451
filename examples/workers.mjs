/** The same in Deno and Bun, whose workers are Web Workers: `deno run -A examples/workers.mjs`, `bun examples/workers.mjs`. */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { createEngine, deriveStudy, estimatesJson, prepareStudy, readPanel, readStudy, runStudy } from "neyman";
import { createWorkerPool } from "neyman/browser";

const [file = "examples/wages.yaml", data = "data/wagepan.csv", out = "estimates.json"] = process.argv.slice(2);
const study = readStudy(await readFile(file, "utf8"), file);
const panel = await readPanel(await readFile(data), data, study.data);

const engine = await createEngine({ pool: await createWorkerPool({ threads: 2 }) });
const prepared = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
const { result } = await runStudy(prepared, engine);
await writeFile(out, estimatesJson(result));
await engine.pool.close();
