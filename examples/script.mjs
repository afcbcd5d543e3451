/** A study run from a script: `node examples/script.mjs examples/wages.yaml`. */
import { createEngine, deriveStudy, estimatesJson, prepareStudy, runStudy, terminalText } from "neyman";
import { createThreadPool, loadStudy, writeOutputs } from "neyman/node";

const [file = "examples/wages.yaml", out] = process.argv.slice(2);
const { study, panel } = await loadStudy(file);

const engine = await createEngine({ pool: await createThreadPool() });
try {
  const prepared = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
  const { result } = await runStudy(prepared, engine, {
    onRow: ({ specification, estimate, error }) => console.error(`${specification.id}: ${estimate?.coef ?? error.message}`),
  });
  console.log(terminalText(result));
  if (out !== undefined) await writeOutputs(out, { "estimates.json": estimatesJson(result) });
} finally {
  await engine.pool.close();
}
