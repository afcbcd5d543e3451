/**
 * Every model on designs whose effect is known (`models`), every way of removing fixed effects on simulated panels (`panels`), there further
 * learners (`panelLearners`) and the other models (`panelModels`):
 * `node bench/montecarlo.mjs [STUDY ...] [--draws N] [--only PATTERN] [--workers N] [--table]`.
 * Each draw is added to bench/montecarlo/record/STUDY.json as it ends; what stands there is not computed again, so a run that
 * was stopped goes on, and more draws are added to those that are there. After a change of a design raise its `version`.
 * `--only`: cells whose "design n cell" matches, such as "^plr 500 .*known". `--table`: no draws; the tables are put into README.md, those of the default under effects into docs/panels.md.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Piscina } from "piscina";
import { designs } from "./designs/index.mjs";
import { pasteTables } from "./montecarlo/paste.mjs";
import { pendingDraws } from "./montecarlo/pending.mjs";
import { foldLines, readRecord, writeRecord } from "./montecarlo/record.mjs";
import { coverageTable, tablesOf } from "./montecarlo/table.mjs";
import { here } from "./measure.mjs";

/** Milliseconds between lines of progress. */
const TELL = 30_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    draws: { type: "string", default: "100" }, only: { type: "string", default: "" },
    workers: { type: "string", default: "1" }, table: { type: "boolean", default: false },
  },
});
const studies = positionals.length > 0 ? positionals : Object.keys(designs);
const unknown = studies.find((study) => designs[study] === undefined);
if (unknown !== undefined) throw new Error(`No study ${unknown}. There are: ${Object.keys(designs).join(", ")}.`);

for (const study of studies) {
  if (!values.table) await run(study);
  const record = readRecord(study, designs[study]);
  const tables = tablesOf(designs[study], record);
  if (values.table) pasteTables(join(here, "README.md"), study, tables);
  else console.log(tables);
  if (values.table && study === "panels") pasteTables(join(here, "..", "docs", "panels.md"), study, coverageTable(designs[study], record, "effects"));
}

/** Draws in turn, all designs of one before the next, so that a run may be stopped at any time: Piscina's own queue keeps no order. */
async function run(study) {
  let [record, waiting] = [readRecord(study, designs[study]), []];
  const pending = pendingDraws(study, designs[study], record, { draws: Number(values.draws), only: values.only });
  writeRecord(study, record); // without the draws of old versions
  const workers = Number(values.workers);
  const piscina = new Piscina({ filename: new URL("./montecarlo/draw.mjs", import.meta.url).href, maxThreads: workers });
  const start = performance.now();
  let [done, told] = [0, start];
  const queue = pending.values();
  const work = async () => {
    for (const job of queue) {
      const lines = await piscina.run(job);
      ({ record, left: waiting } = foldLines(record, [...waiting, ...lines]));
      writeRecord(study, record);
      done += 1;
      if (performance.now() - told < TELL) continue;
      told = performance.now();
      process.stderr.write(`${study}: ${done} of ${pending.length}, ${((told - start) / 1000).toFixed(0)} s\n`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await piscina.destroy();
}
