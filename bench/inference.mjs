/**
 * What a row costs beside its fits: `node bench/inference.mjs [rounds]`. Milliseconds of CPU of `estimate` by kind of row on
 * the study's panel, 4,200 rows, warm; then planning and estimates of 180 variants whose fits are in the store.
 */
import { join } from "node:path";
import { createEngine } from "../dist/engine.js";
import { fitPlan } from "../dist/fit/run.js";
import { estimateBriefly } from "../dist/inference/brief.js";
import { estimate } from "../dist/inference/estimate.js";
import { createSpecial } from "../dist/kernels/special.js";
import { readPanel } from "../dist/panel/read.js";
import { readFileSync } from "node:fs";
import { prepareStudy, runStudy } from "../dist/pipeline.js";
import { readStudy } from "../dist/study/read.js";
import { here, machine, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 15);
const controls = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"];
const base = { outcome: "Lngrva", treatment: "AI", controls, fixedEffects: ["city", "year"], learner: "ols" };
const conley = { latitude: "latitude", longitude: "longitude", cutoff: 300 };
const KINDS = [
  { label: "plr, effects, clustered" },
  { label: "plr, effects, partialling-out", score: "partialling-out" },
  { label: "plr, effects, a path of three", learner: { histboost: { trees: 20 } } },
  { label: "plr, within", encode: "within" },
  { label: "plr, dummies, hc1", encode: "dummies", errors: "hc1" },
  { label: "plr, two treatments", treatment: ["AI", "Open"], controls: ["Pgdp", "Fin"] },
  { label: "plr, clustered in two ways", errors: { cluster: ["city", "year"] } },
  { label: "plr, conley, 300 km", errors: { conley } },
  { label: "plr, cr2, 282 clusters", errors: { cluster: ["city"], correction: "cr2" } },
  { label: "irm", model: "irm", treatment: "municipality", fixedEffects: [], learner: { g: "ols", m: { logit: { penalty: "ridge" } } }, errors: { cluster: ["city"] } },
];

/** Controls by five of eight, each with three kinds of errors: 168 rows, of which 56 have nuisances of their own. */
function variants() {
  const sets = controls.flatMap((_, i) => controls.flatMap((_, j) => controls.flatMap((_, k) => (i < j && j < k ? [controls.filter((_, c) => c !== i && c !== j && c !== k)] : []))));
  return sets.flatMap((own, s) => [{ cluster: ["city"] }, "hc1", { cluster: ["zone"] }].map((errors, e) => ({ label: `${s}.${e}`, controls: own, errors })));
}

const engine = await createEngine();
const panel = await readPanel(readFileSync(join(here, "../data/city-panel.csv")), "city-panel.csv", {});
const studyOf = (columns) => readStudy(JSON.stringify({ data: { file: "city-panel.csv", unit: "city", time: "year" }, base, tables: [{ id: "rows", columns }] }), "bench");

async function milliseconds(work) {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return [value, (user + system) / 1000];
}

console.log(`${machine()}; CPU, median (min-max) of ${rounds} rounds in turn\n\n| row | ms |\n|:--|--:|`);
const prepared = prepareStudy(studyOf(KINDS), panel, engine.kernels);
const { lookup } = await fitPlan(prepared.plan, engine);
const context = { kernels: engine.kernels, special: createSpecial(engine.kernels), lookup };
const times = prepared.plan.specifications.map(() => []);
for (let round = -3; round < rounds; round++) {
  for (const [i, planned] of prepared.plan.specifications.entries()) {
    const [, spent] = await milliseconds(() => estimate(planned, context));
    if (round >= 0) times[i].push(spent);
  }
}
KINDS.forEach(({ label }, i) => console.log(`| ${label} | ${shown(times[i])} |`));

const study = studyOf(variants());
const [planning, running, briefly] = [[], [], []];
for (let round = -1; round < 5; round++) {
  const [own, plans] = await milliseconds(() => prepareStudy(study, panel, engine.kernels));
  const [, runs] = await milliseconds(() => runStudy(own, engine));
  const count = own.plan.specifications.length;
  const { lookup } = await fitPlan(own.plan, engine);
  const [, briefs] = await milliseconds(() => own.plan.specifications.map((planned) => estimateBriefly(planned, { ...context, lookup })));
  if (round < 0) continue;
  briefly.push(briefs / count);
  planning.push(plans / count);
  running.push(runs / count);
}
console.log(`| ${study.tables[0].specifications.length} variants, all stored: planning, a row | ${shown(planning)} |\n| reading the store and estimates, a row | ${shown(running)} |\n| estimates as a curve has them, a row | ${shown(briefly)} |`);
await engine.pool.close();
