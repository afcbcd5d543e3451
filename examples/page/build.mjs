/** Makes one HTML file of the page, its workers and the engine: `node examples/page/build.mjs page.html`. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** One script without imports. */
async function bundle(entry, define = {}) {
  const quiet = { "empty-import-meta": "silent" }; // of the pool's own way to start workers, which is not used here
  const options = { entryPoints: [entry], bundle: true, minify: true, format: "iife", target: "es2022", write: false, define, logOverride: quiet };
  const { outputFiles: [file] } = await build(options);
  return file.text.trimEnd();
}

const worker = await bundle(fileURLToPath(import.meta.resolve("neyman/worker")));
const script = await bundle(here("page.js"), { WORKER: JSON.stringify(worker) });
const [html, study] = await Promise.all([here("page.html"), here("../wages.yaml")].map((file) => readFile(file, "utf8")));
const parts = { study: study.replaceAll("&", "&amp;").replaceAll("<", "&lt;"), script: script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--") };
await writeFile(process.argv[2] ?? "page.html", html.replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]));
