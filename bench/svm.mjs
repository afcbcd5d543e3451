/**
 * Support vector regression on one fold of the paper's shape, fit and prediction of the held-out fifth, against
 * scikit-learn's, both on one thread: `node bench/svm.mjs [rounds]`. Fits alternate, so that both see the machine in the
 * same state. CPU time of the process.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cityPanel } from "../data/generate.mjs";
import { createEngine } from "../dist/engine.js";
import { learners } from "../dist/learners/registry.js";
import { here, machine, python, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const FEATURES = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc", "Ins", "Lngrva", "Gtfe", "IV", "co2", "pm25", "longitude", "latitude"];
const { kernels } = await createEngine();

/** 4,200 rows, 16 continuous features, 282 and 15 levels; every fifth row held out. */
function paperShape(name, standardized) {
  const columns = cityPanel(42).columns;
  const features = FEATURES.map((feature) => Float64Array.from(columns[feature]));
  const groups = ["city", "year"].map((group) => codesOf(columns[group]));
  const target = Float64Array.from(columns[name]);
  const held = Int32Array.from(target, (_, i) => ((7 * i + Math.floor(i / 11)) % 5 === 0 ? 1 : 0));
  return { features, groups, target: standardized ? standardScores(target) : target, held };
}

function standardScores(values) {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const sd = Math.sqrt(variance(values));
  return values.map((value) => (value - mean) / sd);
}

function codesOf(values) {
  const seen = new Map();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}

function ours(shape, ask) {
  const rows = shape.target.length;
  const list = (wanted) => Uint32Array.from(Array.from(shape.held.keys()).filter((i) => shape.held[i] === wanted));
  const defaults = Object.fromEntries(Object.entries(learners.svm.options).map(([name, schema]) => [name, schema.default]));
  const job = {
    design: { key: ask.name, rows, features: shape.features, groups: shape.groups },
    target: shape.target, train: list(0), predict: list(1), weights: null, together: null, key: [1, 2],
    options: { ...defaults, kernel: ask.kernel, C: ask.C },
  };
  const before = process.cpuUsage();
  const { predictions, notes } = learners.svm.fit(kernels, job, { from: 0, to: 1 });
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, vectors: notes.supportVectors, iterations: notes.iterations, predictions };
}

function startPeer(shape) {
  const folder = mkdtempSync(join(tmpdir(), "svm-"));
  const flat = new Float64Array(shape.features.length * shape.target.length);
  shape.features.forEach((feature, f) => flat.set(feature, f * shape.target.length));
  writeFileSync(join(folder, "x.bin"), Buffer.from(flat.buffer));
  writeFileSync(join(folder, "y.bin"), Buffer.from(shape.target.buffer));
  writeFileSync(join(folder, "held.bin"), Buffer.from(shape.held.buffer));
  shape.groups.forEach(({ codes }, g) => writeFileSync(join(folder, `group${g}.bin`), Buffer.from(codes.buffer)));
  writeFileSync(join(folder, "shape.json"), JSON.stringify({ rows: shape.target.length, features: shape.features.length, levels: shape.groups.map((group) => group.levels) }));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python(), [join(here, "peers", "svm.py"), folder], { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async fit(ask) {
      child.stdin.write(`${JSON.stringify(ask)}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: () => child.stdin.end(),
  };
}

/** `cache`: megabytes for scikit-learn's kernel rows; 200 is its default. */
const CASES = [
  { name: "AI, standardised", column: "AI", standardized: true, kernel: "rbf", C: 1, cache: 200 },
  { name: "EI, standardised", column: "EI", standardized: true, kernel: "rbf", C: 1, cache: 200 },
  { name: "AI, standardised, C 10", column: "AI", standardized: true, kernel: "rbf", C: 10, cache: 200 },
  { name: "EI as it is", column: "EI", standardized: false, kernel: "rbf", C: 1, cache: 200 },
  { name: "AI, standardised, linear, C 0.01", column: "AI", standardized: true, kernel: "linear", C: 0.01, cache: 200 },
];

console.log(`${machine()}; ${rounds} rounds, alternating; one thread; CPU milliseconds, median (min-max)\n`);
console.log("| target | ours | scikit-learn | ratio by round | support vectors, iterations | theirs | furthest apart |\n|:--|--:|--:|--:|--:|--:|--:|");
for (const one of CASES) {
  const shape = paperShape(one.column, one.standardized);
  const peer = startPeer(shape);
  ours(shape, one);
  const mine = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(ours(shape, one));
    theirs.push(await peer.fit(one));
  }
  peer.stop();
  const a = mine.map((run) => run.cpu * 1000);
  const b = theirs.map((run) => run.cpu * 1000);
  const sd = Math.sqrt(variance(shape.target));
  const furthest = Math.max(...theirs[0].predictions.map((value, i) => Math.abs(value - mine[0].predictions[i]))) / sd;
  const counts = ({ vectors, iterations }) => `${vectors}, ${iterations}`;
  console.log(`| ${one.name} | ${shown(a, 0)} | ${shown(b, 0)} | ${shown(b.map((value, i) => value / a[i]), 1)} | ${counts(mine[0])} | ${counts(theirs[0])} | ${furthest.toExponential(1)} sd |`);
}

function variance(values) {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
