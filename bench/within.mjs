/**
 * Boosting under the within loss (`encode: effects`) against LightGBM with a custom objective in Python and against our own
 * boosting without effects, one thread, in turn: `node bench/within.mjs [rounds] [shape] [fits|rows] [learner]`. Then whole rows (three
 * nuisances, five folds), a process each, file to estimate: time and peak memory.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { here, machine, python, shown, start, wholeProcess } from "./measure.mjs";
import { effectsPanel, paper, write } from "./shapes.mjs";

const rounds = Number(process.argv[2] ?? 5);
const only = process.argv[3] ?? "";
/** fits, rows, or both. */
const part = process.argv[4] ?? "";
const learner = process.argv[5];
const FOLDS = 5;
const TREES = 200;

const SHAPES = [
  { name: "paper", about: "4,200 rows, 282 units in 15 periods, 16 features", make: paper },
  { name: "1,000 x 10", about: "10,000 rows, balanced, 8 features", make: () => effectsPanel(1000, 10, 8), isRow: true },
  { name: "1,000 x 10, gaps", about: "8,000 rows, a fifth of the cells missing, 8 features", make: () => effectsPanel(1000, 10, 8, 0.8) },
  { name: "100,000 x 10", about: "1,000,000 rows, balanced, 8 features; two folds, once", make: () => effectsPanel(100_000, 10, 8), isRow: true, isHuge: true },
];

/** The defaults under effects, with as many leaves in the peer's trees. */
const CASES = [
  { learner: "gradboost", options: { trees: TREES, minLeaf: 20 }, leaves: 8, depth: 3 },
  { learner: "histboost", options: { trees: TREES, leaves: 8 }, leaves: 8, depth: -1 },
].filter((one) => learner === undefined || one.learner === learner);

async function measure({ learner, options, leaves, depth }, folder, folds, count) {
  const [ours, theirs] = [start(process.execPath, [join(here, "ours.mjs"), folder]), start(python(), [join(here, "peers", "within.py"), folder])];
  const asked = { learner, options, leaves, depth, rounds: TREES, folds, threads: 1 };
  const turns = {
    ours: (seed) => ours.ask({ ...asked, encode: "effects", seed }),
    theirs: (seed) => theirs.ask({ ...asked, encode: "effects", seed }),
    plain: (seed) => ours.ask({ ...asked, encode: "none", seed }),
    theirPlain: (seed) => theirs.ask({ ...asked, encode: "none", seed }),
    started: (seed) => ours.ask({ ...asked, options: { ...options, start: "linear" }, encode: "effects", seed }),
  };
  if (count > 1) for (const turn of Object.values(turns)) await turn(0);
  const runs = [];
  for (let round = 1; round <= count; round++) {
    const run = {};
    for (const [name, turn] of Object.entries(turns)) run[name] = await turn(round);
    runs.push(run);
  }
  ours.stop();
  theirs.stop();
  return runs;
}

function line(name, runs) {
  const seconds = (side) => runs.map((run) => run[side].cpu); // of one thread: steadier than the clock on a shared machine
  const ratio = (a, b) => shown(seconds(a).map((one, i) => one / seconds(b)[i]), 2);
  const peak = (side) => Math.max(...runs.map((run) => run[side].peak)).toFixed(0);
  const fit = (side) => runs[0][side].r2.toFixed(3);
  return `| ${name} | ${shown(seconds("ours"), 2)} | ${shown(seconds("theirs"), 2)} | ${ratio("theirs", "ours")} | ${ratio("ours", "plain")} | ${ratio("started", "plain")} | ${ratio("theirs", "theirPlain")} | ${peak("ours")}, ${peak("theirs")} | ${fit("ours")}, ${fit("theirs")} |`;
}

/** The last feature is the treatment. */
function study({ features, groups, target }) {
  const folder = mkdtempSync(join(tmpdir(), "row-"));
  const names = ["unit", "period", "y", ...features.map((_, f) => (f === features.length - 1 ? "d" : `x${f}`))];
  const columns = [groups[0].codes, groups[1].codes, target, ...features];
  const lines = Array.from(target, (_, i) => columns.map((column) => column[i]).join(","));
  writeFileSync(join(folder, "panel.csv"), `${names.join(",")}\n${lines.join("\n")}\n`);
  return (learner) => {
    const file = join(folder, `${learner}.json`);
    const base = { outcome: "y", treatment: "d", controls: names.slice(3, -1), fixedEffects: ["unit", "period"], learner };
    writeFileSync(file, JSON.stringify({ data: { file: "panel.csv", unit: "unit", time: "period" }, base, tables: [{ id: "row", columns: [{}] }] }));
    return file;
  };
}

async function rows(shape, made, folder, count) {
  const fileOf = study(made);
  for (const { learner, leaves } of CASES) {
    const [ours, theirs] = [[], []];
    for (let round = 0; round < count; round++) {
      ours.push(await wholeProcess("node", [resolve(here, "../dist/cli/main.js"), "run", fileOf(learner), "--store", "none", "--threads", "1", "--json"]));
      theirs.push(await wholeProcess(python(), [join(here, "peers", "within.py"), folder, "row", String(leaves), String(TREES)]));
    }
    const seconds = (side) => side.map(({ cpu }) => cpu);
    const [{ coef }] = JSON.parse(ours[0].output).estimates;
    const peak = (side) => Math.max(...side.map((one) => one.peak)).toFixed(0);
    console.log(`| ${shape.name}, ${learner} | ${shown(seconds(ours))} | ${shown(seconds(theirs))} | ${shown(seconds(theirs).map((one, i) => one / seconds(ours)[i]), 1)} | ${peak(ours)}, ${peak(theirs)} | ${coef.toFixed(4)}, ${Number(theirs[0].output).toFixed(4)} |`);
  }
}

console.log(`${machine()}; ${rounds} rounds in turn, median (min-max); ${TREES} rounds of boosting, folds of units, seconds of CPU\n`);
console.log("| shape, learner | ours, s | LightGBM, s | ratio | ours with effects / without | with `start: linear` / without | LightGBM with / without | MB, ours, theirs | within R2 |\n|:--|--:|--:|--:|--:|--:|--:|--:|--:|");
const chosen = SHAPES.filter(({ name }) => name.startsWith(only)).map((shape) => ({ shape, made: shape.make() })).map((one) => ({ ...one, folder: write(one.made) }));
for (const { shape, folder } of part === "rows" ? [] : chosen) {
  for (const one of CASES) console.log(line(`${shape.name}, ${one.learner}`, await measure(one, folder, shape.isHuge ? 2 : FOLDS, shape.isHuge ? 1 : rounds)));
}
console.log("\nWhole rows, file to estimate, the defaults of each learner; one thread, seconds of CPU.\n");
console.log("| row | ours, s | LightGBM, s | ratio | MB, ours, theirs | estimate |\n|:--|--:|--:|--:|--:|--:|");
for (const { shape, made, folder } of part === "fits" ? [] : chosen.filter((one) => one.shape.isRow)) await rows(shape, made, folder, shape.isHuge ? 1 : rounds);
