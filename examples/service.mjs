/**
 * A service: a study and its data posted as a form, a line of JSON back for each estimate as soon as it is there.
 *
 *   node examples/service.mjs 8080
 *   curl -N -F study=@examples/wages.yaml -F data=@data/wagepan.csv http://localhost:8080/
 */
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { createEngine, createMemoryStore, deriveStudy, estimateRecord, InputError, prepareStudy, readPanel, readStudy, runStudy } from "neyman";
import { createThreadPool } from "neyman/node";

const LARGEST = 200 * 1024 * 1024;
const engine = await createEngine({ pool: await createThreadPool() });

const server = createServer(async (request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const line = (record) => response.write(`${JSON.stringify(record)}\n`);
  try {
    const { study, panel } = await posted(request);
    const own = { ...engine, store: createMemoryStore() }; // a folder store instead would serve the same study again at once
    const prepared = prepareStudy(study, await deriveStudy(study, panel, own, gone.signal), own.kernels);
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    line({ kind: "plan", estimates: prepared.plan.specifications.length, nuisances: prepared.plan.tasks.size });
    const { progress } = await runStudy(prepared, own, { signal: gone.signal, onRow: (row) => line({ kind: "estimate", ...estimateRecord(row) }) });
    line({ kind: "end", fitted: progress.fitted });
  } catch (error) {
    if (gone.signal.aborted) return;
    if (!response.headersSent) response.writeHead(error instanceof InputError ? 400 : 500, { "content-type": "application/x-ndjson" });
    line({ kind: "error", message: error instanceof InputError ? error.message : "The run failed." });
    if (!(error instanceof InputError)) console.error(error);
  } finally {
    response.end();
  }
});

/** The study and the panel in a posted form. */
async function posted(request) {
  const { method, headers } = request;
  if (method !== "POST" || !/^multipart\/form-data/.test(headers["content-type"] ?? "")) throw new InputError("POST a form with the files `study` and `data`.");
  if (!(Number(headers["content-length"]) <= LARGEST)) throw new InputError(`Give the length of the form; it may be ${LARGEST} bytes at most.`);
  const form = await new Response(Readable.toWeb(request), { headers }).formData();
  const [text, data] = [form.get("study"), form.get("data")];
  if (text === null || !(data instanceof File)) throw new InputError("The form lacks `study` or the file `data`.");
  const study = readStudy(typeof text === "string" ? text : await text.text(), "study");
  return { study, panel: await readPanel(new Uint8Array(await data.arrayBuffer()), data.name, study.data) };
}

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));

process.once("SIGTERM", async () => {
  server.closeAllConnections();
  server.close();
  await engine.pool.close();
});
