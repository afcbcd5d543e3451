import { createEngine, deriveStudy, estimatesJson, htmlTable, InputError, prepareStudy, printedTables, readPanel, readStudy, runStudy } from "neyman";
import { createWorkerPool } from "neyman/browser";

/* The text of the worker, put here by build.mjs: a page without a server has no second file to start one from. */
/* global WORKER */
const workerAddress = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
const element = (id) => document.getElementById(id);
let data = null;
let stopping = null;

async function run() {
  stopping = new AbortController();
  element("run").disabled = true;
  element("stop").disabled = false;
  element("download").hidden = true;
  say("running", "Running.");
  const engine = await createEngine({ pool: await createWorkerPool({ start: () => new Worker(workerAddress) }) });
  try {
    const study = readStudy(element("study").value, "study");
    const panel = await readPanel(new Uint8Array(await data.arrayBuffer()), data.name, study.data);
    const prepared = prepareStudy(study, await deriveStudy(study, panel, engine, stopping.signal), engine.kernels);
    const { result } = await runStudy(prepared, engine, {
      signal: stopping.signal,
      onProgress: ({ done, work }) => (element("progress").value = work === 0 ? 1 : done / work),
    });
    element("tables").innerHTML = printedTables(result).map(htmlTable).join("");
    element("download").href = URL.createObjectURL(new Blob([estimatesJson(result)], { type: "application/json" }));
    element("download").hidden = false;
    say("done", `${result.rows.length} estimates.`);
  } catch (error) {
    say("failed", error instanceof InputError ? error.message : stopping.signal.aborted ? "Stopped." : `${error}`);
  } finally {
    await engine.pool.close();
    element("run").disabled = false;
    element("stop").disabled = true;
  }
}

function take(file) {
  if (file === undefined) return;
  data = file;
  element("run").disabled = false;
  say("ready", `${file.name}, ${file.size} bytes.`);
}

function say(state, text) {
  element("status").dataset.state = state;
  element("status").textContent = text;
}

element("data").addEventListener("change", ({ target }) => take(target.files[0]));
element("run").addEventListener("click", run);
element("stop").addEventListener("click", () => stopping?.abort());
element("drop").addEventListener("dragover", (event) => {
  event.preventDefault();
  element("drop").classList.add("over");
});
element("drop").addEventListener("dragleave", () => element("drop").classList.remove("over"));
element("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  element("drop").classList.remove("over");
  take(event.dataTransfer.files[0]);
});
