/** Histogram boosting on one fold against scikit-learn and LightGBM, one thread each, in turn: node bench/histboost.mjs [rounds] [shape]. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cityPanel } from "../data/generate.mjs";
import { createEngine } from "../dist/engine.js";
import { histboost } from "../dist/learners/histboost.js";
import { here, machine, python, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const only = process.argv[3] ?? "";
const TREES = 100;
const COLUMNS = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc", "Ins", "Lngrva", "Gtfe", "IV", "co2", "pm25", "longitude", "latitude"];

/** 4,200 rows, 16 continuous features, 282 and 15 levels. */
function paperShape() {
  const columns = cityPanel(42).columns;
  const features = COLUMNS.map((name) => Float64Array.from(columns[name]));
  return { features, groups: ["city", "year"].map((name) => codesOf(columns[name])), target: Float64Array.from(columns.AI) };
}

function codesOf(values) {
  const seen = new Map();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}

/** Uniform features, a sine, a product, a step and noise. */
function madeShape(rows, width) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const features = Array.from({ length: width }, () => Float64Array.from({ length: rows }, random));
  const [a, b, c, d] = features;
  const target = Float64Array.from({ length: rows }, (_, i) => Math.sin(6 * a[i]) + 2 * b[i] * c[i] + (d[i] > 0.5 ? 1 : 0) + random() + random() - 1);
  return { features, groups: [], target };
}

/** Every fifth row is held out. */
function isHeld(i) {
  return (7 * i + Math.floor(i / 11)) % 5 === 0;
}

function ours(kernels, name, { features, groups, target }) {
  const rows = Uint32Array.from(target.keys());
  const options = Object.fromEntries(Object.entries(histboost.options).map(([key, schema]) => [key, schema.default]));
  const job = {
    design: { key: `${name} ${performance.now()}`, rows: rows.length, features, groups }, // sorted anew in every round
    target, options, weights: null, together: null, key: [0, 0],
    train: rows.filter((i) => !isHeld(i)), predict: rows.filter(isHeld),
  };
  const before = process.cpuUsage();
  const { predictions } = histboost.fit(kernels, job, { from: 0, to: 1 });
  const used = process.cpuUsage(before);
  const y = Array.from(job.predict, (row) => target[row]);
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const rss = y.reduce((sum, value, i) => sum + (value - predictions[i]) ** 2, 0);
  return { cpu: (used.user + used.system) / 1e6, r2: 1 - rss / y.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

function startPeer({ features, groups, target }) {
  const folder = mkdtempSync(join(tmpdir(), "histboost-"));
  const flat = new Float64Array(features.length * target.length);
  features.forEach((feature, f) => flat.set(feature, f * target.length));
  writeFileSync(join(folder, "x.bin"), Buffer.from(flat.buffer));
  writeFileSync(join(folder, "y.bin"), Buffer.from(target.buffer));
  writeFileSync(join(folder, "held.bin"), Buffer.from(Int32Array.from(target, (_, i) => (isHeld(i) ? 1 : 0)).buffer));
  groups.forEach(({ codes }, g) => writeFileSync(join(folder, `group${g}.bin`), Buffer.from(codes.buffer)));
  writeFileSync(join(folder, "shape.json"), JSON.stringify({ rows: target.length, features: features.length, levels: groups.map((group) => group.levels) }));
  const child = spawn(python(), [join(here, "peers", "histboost.py"), folder], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, OMP_NUM_THREADS: "1" } });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async fit(kind) {
      child.stdin.write(`${JSON.stringify({ kind, trees: TREES })}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: () => child.stdin.end(),
  };
}

const SHAPES = [
  { name: "paper", make: paperShape },
  { name: "50,000 x 30", make: () => madeShape(50_000, 30) },
  { name: "1,000,000 x 20", make: () => madeShape(1_000_000, 20) },
];

console.log(`${machine()}; ${rounds} rounds, in turn; seconds of CPU for ${TREES} trees, sorting, binning and prediction included, median (min-max)\n`);
console.log("| shape | ours | scikit-learn | LightGBM | ratio, scikit-learn | ratio, LightGBM | R2 ours, scikit-learn, LightGBM |\n|:--|--:|--:|--:|--:|--:|--:|");
for (const { name, make } of SHAPES.filter((shape) => shape.name.startsWith(only))) {
  const { kernels } = await createEngine();
  const shape = make();
  const peer = startPeer(shape);
  ours(kernels, name, shape);
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    runs.push({ ours: ours(kernels, name, shape), sklearn: await peer.fit("sklearn"), lightgbm: await peer.fit("lightgbm") });
  }
  peer.stop();
  const seconds = (who) => runs.map((run) => run[who].cpu);
  const ratios = (who) => shown(runs.map((run) => run[who].cpu / run.ours.cpu), 1);
  const r2 = ["ours", "sklearn", "lightgbm"].map((who) => runs[0][who].r2.toFixed(4)).join(", ");
  console.log(`| ${name} | ${shown(seconds("ours"), 3)} | ${shown(seconds("sklearn"))} | ${shown(seconds("lightgbm"), 3)} | ${ratios("sklearn")} | ${ratios("lightgbm")} | ${r2} |`);
}
