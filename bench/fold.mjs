/** One fold of the paper's shape, for benches of a single learner: ours in this thread, the peer's in a process of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cityPanel } from "../data/generate.mjs";
import { createEngine } from "../dist/engine.js";
import { here, python } from "./measure.mjs";

const FEATURES = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc", "Ins", "Lngrva", "Gtfe", "IV", "co2", "pm25", "longitude", "latitude"];

/** 4,200 rows, 16 continuous features, 282 and 15 levels; every fifth row held out. */
export function paperFold(isBinary) {
  const columns = cityPanel(42).columns;
  const groups = ["city", "year"].map((name) => codesOf(columns[name]));
  const numbers = Float64Array.from(columns.AI);
  const target = isBinary ? numbers.map((value, i) => (value > yearMedian(numbers, groups[1].codes, groups[1].codes[i]) ? 1 : 0)) : numbers;
  const held = Int32Array.from(target, (_, i) => ((7 * i + Math.floor(i / 11)) % 5 === 0 ? 1 : 0));
  return { features: FEATURES.map((name) => Float64Array.from(columns[name])), groups, target, held };
}

/** The middle of a year's values: a binary target that varies within cities and years. */
function yearMedian(values, codes, code) {
  const own = values.filter((_, i) => codes[i] === code).sort();
  return own[own.length >> 1];
}

function codesOf(values) {
  const seen = new Map();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}

/** Fits a learner of ours on the fold: CPU seconds, held-out predictions and notes. */
export async function ourFit(learner, options, { features, groups, target, held }) {
  const { kernels } = await createEngine();
  const defaults = Object.fromEntries(Object.entries(learner.options).map(([name, schema]) => [name, schema.default]));
  const rows = Uint32Array.from(target, (_, i) => i);
  const job = {
    design: { key: "fold", rows: rows.length, features, groups }, target, train: rows.filter((row) => !held[row]), predict: rows.filter((row) => held[row]),
    options: { ...defaults, ...options }, weights: null, together: null,
  };
  return (seed) => {
    const before = process.cpuUsage();
    const { predictions, notes } = learner.fit(kernels, { ...job, key: [seed, 7] }, { from: 0, to: 1 });
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1e6, predictions: Array.from(predictions), notes };
  };
}

/** A peer that reads one line of options and writes one line of results, for as long as it is asked. One thread. */
export function startPeer(script, { features, groups, target, held }) {
  const folder = mkdtempSync(join(tmpdir(), "fold-"));
  const flat = new Float64Array(features.length * target.length);
  features.forEach((feature, f) => flat.set(feature, f * target.length));
  writeFileSync(join(folder, "x.bin"), Buffer.from(flat.buffer));
  writeFileSync(join(folder, "y.bin"), Buffer.from(target.buffer));
  writeFileSync(join(folder, "held.bin"), Buffer.from(held.buffer));
  groups.forEach(({ codes }, g) => writeFileSync(join(folder, `group${g}.bin`), Buffer.from(codes.buffer)));
  writeFileSync(join(folder, "shape.json"), JSON.stringify({ rows: target.length, features: features.length, levels: groups.map((group) => group.levels) }));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python(), [join(here, "peers", script), folder], { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async fit(ask) {
      child.stdin.write(`${JSON.stringify(ask)}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: () => child.stdin.end(),
  };
}

/** Out-of-fold R2 on the held-out rows. */
export function heldR2({ target, held }, predictions) {
  const y = Array.from(target).filter((_, i) => held[i]);
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  const left = y.reduce((sum, value, i) => sum + (value - predictions[i]) ** 2, 0);
  return 1 - left / y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
