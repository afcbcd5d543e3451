/**
 * A forest on one fold of the paper's shape, fit and prediction of the held-out fifth, against scikit-learn's at equal
 * threads: `node bench/forest.mjs [rounds]`. Fits alternate, so that both see the machine in the same state.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cityPanel } from "../data/generate.mjs";
import { createThreadPool } from "../dist/node/pool.js";
import { here, machine, python, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const CONTROLS = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"];
const OTHERS = ["Ins", "Lngrva", "Gtfe", "IV", "co2", "pm25", "longitude", "latitude"];

/** 4,200 rows, 16 continuous features, 282 and 15 levels; every fifth row held out. */
function paperShape(kind) {
  const columns = cityPanel(42).columns;
  const names = kind === "squares" ? CONTROLS : [...CONTROLS, ...OTHERS];
  const features = names.map((name) => Float64Array.from(columns[name]));
  if (kind === "squares") features.push(...features.map((feature) => feature.map((value) => value * value)));
  const groups = ["city", "year"].map((name) => codesOf(columns[name]));
  const target = Float64Array.from(columns.AI);
  const held = Int32Array.from(target, (_, i) => ((7 * i + Math.floor(i / 11)) % 5 === 0 ? 1 : 0));
  return { features, groups, target, held };
}

function codesOf(values) {
  const seen = new Map();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}

function share(array) {
  const shared = new array.constructor(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}

/** Ours: the pieces of one fold through the pool, as a run cuts them. */
async function ours(pool, shape, ask, seed) {
  const rows = shape.target.length;
  const list = (wanted) => share(Uint32Array.from(Array.from(shape.held.keys()).filter((i) => shape.held[i] === wanted)));
  const job = {
    design: { key: ask.kind, rows, features: shape.features.map(share), groups: shape.groups },
    target: share(shape.target), train: list(0), predict: list(1),
    options: { trees: ask.trees, maxFeatures: ask.maxFeatures === 1 ? "all" : ask.maxFeatures, minLeaf: ask.minLeaf, minSplit: 2, maxDepth: null, bootstrap: ask.learner === "rf", maxSamples: null },
    weights: null, together: null,
    key: [seed, 7],
  };
  const ranges = Array.from({ length: Math.ceil(ask.trees / 20) }, (_, i) => ({ from: i * 20, to: Math.min(ask.trees, i * 20 + 20) }));
  const cpu = process.cpuUsage();
  const start = performance.now();
  const parts = await Promise.all(ranges.map((range) => pool.run({ learner: ask.learner, job, range, within: null })));
  const wall = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const sums = parts.map((part) => part.predictions[0]).reduce((a, b) => a.map((value, i) => value + b[i]));
  const y = Array.from(job.predict, (row) => shape.target[row]);
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  const rss = y.reduce((sum, value, i) => sum + (value - sums[i] / ask.trees) ** 2, 0);
  return { wall, cpu: (used.user + used.system) / 1e6, r2: 1 - rss / y.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

function startPeer(shape) {
  const folder = mkdtempSync(join(tmpdir(), "forest-"));
  const flat = new Float64Array(shape.features.length * shape.target.length);
  shape.features.forEach((feature, f) => flat.set(feature, f * shape.target.length));
  writeFileSync(join(folder, "x.bin"), Buffer.from(flat.buffer));
  writeFileSync(join(folder, "y.bin"), Buffer.from(shape.target.buffer));
  writeFileSync(join(folder, "held.bin"), Buffer.from(shape.held.buffer));
  shape.groups.forEach(({ codes }, g) => writeFileSync(join(folder, `group${g}.bin`), Buffer.from(codes.buffer)));
  writeFileSync(join(folder, "shape.json"), JSON.stringify({ rows: shape.target.length, features: shape.features.length, levels: shape.groups.map((group) => group.levels) }));
  const child = spawn(python(), [join(here, "peers", "forest.py"), folder], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, OPENBLAS_CORETYPE: undefined } });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async fit(ask, seed) {
      child.stdin.write(`${JSON.stringify({ ...ask, maxFeatures: ask.maxFeatures === 1 ? null : ask.maxFeatures, seed })}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: () => child.stdin.end(),
  };
}

const CASES = [
  { name: "all features", kind: "distinct", maxFeatures: 1, minLeaf: 1 },
  { name: "all features, minLeaf 5", kind: "distinct", maxFeatures: 1, minLeaf: 5 },
  { name: "all features, 8 controls and their squares", kind: "squares", maxFeatures: 1, minLeaf: 1 },
  { name: "sqrt", kind: "distinct", maxFeatures: "sqrt", minLeaf: 1 },
  { name: "sqrt, minLeaf 5", kind: "distinct", maxFeatures: "sqrt", minLeaf: 5 },
  { name: "extremely randomised, all features", learner: "extratrees", kind: "distinct", maxFeatures: 1, minLeaf: 1 },
];

console.log(`${machine()}; ${rounds} rounds, alternating; milliseconds a tree, median (min-max)\n`);
console.log("| forest | threads | ours | scikit-learn | ratio by round | R2 ours, theirs |\n|:--|--:|--:|--:|--:|--:|");
for (const threads of [1, 2]) {
  const pool = await createThreadPool(threads);
  for (const one of CASES) {
    const shape = paperShape(one.kind);
    const peer = startPeer(shape);
    const ask = { learner: "rf", ...one, threads };
    await ours(pool, shape, { ...ask, trees: 40 }, 1);
    await peer.fit({ ...ask, trees: 4 }, 1);
    const mine = [];
    const theirs = [];
    for (let round = 0; round < rounds; round++) {
      mine.push(await ours(pool, shape, { ...ask, trees: 500 }, round));
      theirs.push(await peer.fit({ ...ask, trees: 40 }, round));
    }
    peer.stop();
    const perTree = (runs, trees) => runs.map((run) => (run.wall / trees) * 1000);
    const a = perTree(mine, 500);
    const b = perTree(theirs, 40);
    const mean = (runs) => (runs.reduce((sum, run) => sum + run.r2, 0) / runs.length).toFixed(3);
    console.log(`| ${one.name} | ${threads} | ${shown(a)} | ${shown(b, 1)} | ${shown(b.map((value, i) => value / a[i]), 1)} | ${mean(mine)}, ${mean(theirs)} |`);
  }
  await pool.close();
}
