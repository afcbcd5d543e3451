/**
 * The whole of data/curve.yaml, file to rows, as one process, against DoubleML with scikit-learn for some of its
 * specifications, drawn at random and scaled to all of them; one thread each, seconds of the processor, so that what else
 * the machine does counts for little: `node bench/curve.mjs [specifications] [study]`.
 *
 * `node bench/curve.mjs plan [specifications]`: peak memory and time of a plan of so many specifications (100,000) with
 * learners that cost next to nothing.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { here, machine, python, start, wholeProcess } from "./measure.mjs";

const cli = resolve(here, "../dist/cli/main.js");
const data = resolve(here, "../data/city-panel.csv");
const folder = mkdtempSync(join(tmpdir(), "curve-"));
if (process.argv[2] === "plan") await plan(Number(process.argv[3] ?? 100_000));
else await curve(Number(process.argv[2] ?? 10), resolve(process.argv[3] ?? join(here, "../data/curve.yaml")));

async function curve(drawn, study) {
  const run = (store, rows) => wholeProcess("node", [cli, "run", study, "--threads", "1", "--store", store, "--out", join(folder, "out"), "--ndjson", rows]);
  const cold = await run(join(folder, "store"), join(folder, "rows"));
  const { nuisances } = JSON.parse(readFileSync(join(folder, "out", "run.json"), "utf8"));
  const warm = await run(join(folder, "store"), join(folder, "rows"));
  const rows = readFileSync(join(folder, "rows"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const chosen = draw(rows, drawn);
  const peer = start(python(), [join(here, "peers", "curve.py"), data]);
  const theirs = [await peer.ask(chosen.map(({ choices }) => choices))];
  while (theirs.length < drawn) theirs.push(await peer.next());
  peer.stop();
  const mean = theirs.reduce((sum, { cpu }) => sum + cpu, 0) / drawn;
  console.log(`${machine()}; one thread, seconds of the processor\n`);
  console.log(`${rows.length} specifications, ${nuisances.distinct} distinct nuisances, ${nuisances.fitted} fitted: ${cold.cpu.toFixed(0)} s, peak ${cold.peak.toFixed(0)} MB.`);
  console.log(`From the store: ${warm.cpu.toFixed(1)} s, ${((1000 * warm.cpu) / rows.length).toFixed(2)} ms a specification.`);
  console.log(`DoubleML and scikit-learn: ${mean.toFixed(1)} s a specification (${drawn} drawn), ${((mean * rows.length) / 3600).toFixed(1)} h for all: ${((mean * rows.length) / cold.cpu).toFixed(0)} times.\n`);
  console.log("| specification | theirs, s | theirs | ours |\n|:--|--:|--:|--:|");
  chosen.forEach(({ choices, coef, se }, i) => console.log(`| ${Object.values(choices).join(", ")} | ${theirs[i].cpu.toFixed(1)} | ${theirs[i].coef.toFixed(4)} (${theirs[i].se.toFixed(4)}) | ${coef.toFixed(4)} (${se.toFixed(4)}) |`));
}

/** Park and Miller's numbers, so that the same are drawn again. */
function draw(rows, count) {
  let state = 7;
  const chosen = new Set();
  while (chosen.size < count) chosen.add(rows[(state = (state * 48271) % 2147483647) % rows.length]);
  return [...chosen];
}

async function plan(specifications) {
  const study = join(folder, "study.json");
  const controls = ["Pgdp", "Urban", "Open", "Fin", "Gov", "Fiscal", "Ind", "Hc"];
  const seeds = Array.from({ length: Math.ceil(specifications / 512) }, (_, i) => i);
  writeFileSync(study, JSON.stringify({
    data: { file: data, unit: "city", time: "year" },
    tables: [{ id: "c", base: { outcome: "co2", treatment: "AI", fixedEffects: ["city", "year"], learner: "ols" }, curve: { vary: { seed: seeds, controls: { subsets: controls }, errors: { city: { cluster: ["city"] }, rows: "hc1" } } } }],
  }));
  const { wall, cpu, peak } = await wholeProcess("node", [cli, "plan", study, "--store", "none", "--json"]);
  const size = seeds.length * 512;
  console.log(`${machine()}; plan of ${size} specifications: ${wall.toFixed(0)} s, of the processor ${cpu.toFixed(0)} s (${((1000 * cpu) / size).toFixed(2)} ms each), peak ${peak.toFixed(0)} MB.`);
}
