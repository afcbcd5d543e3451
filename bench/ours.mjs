/**
 * Our side of bench/learners.mjs and bench/within.mjs: cross-fits what a line of JSON asks for, answers with a line,
 * until the input ends. `node bench/ours.mjs FOLDER`
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createEngine } from "../dist/engine.js";
import { createDemeaner } from "../dist/kernels/demean.js";
import { learners } from "../dist/learners/registry.js";
import { createThreadPool } from "../dist/node/pool.js";
import { foldOf, foldOfUnit } from "./shapes.mjs";

const folder = process.argv[2];
const { rows, features: width, levels } = JSON.parse(readFileSync(join(folder, "shape.json"), "utf8"));
const bytes = (name) => {
  const file = readFileSync(join(folder, name));
  const shared = new SharedArrayBuffer(file.length);
  new Uint8Array(shared).set(file);
  return shared;
};
const x = new Float64Array(bytes("x.bin"));
const design = {
  rows,
  features: Array.from({ length: width }, (_, f) => x.subarray(f * rows, (f + 1) * rows)),
  groups: levels.map((count, g) => ({ codes: new Int32Array(bytes(`group${g}.bin`)), levels: count })),
};

/** Row numbers in memory that threads share. */
function rowsWhere(wanted) {
  const list = Array.from({ length: rows }, (_, row) => row).filter(wanted);
  const shared = new Uint32Array(new SharedArrayBuffer(list.length * 4));
  shared.set(list);
  return shared;
}

/** Out-of-fold predictions of every row, as a run makes them: pieces of all folds through the pool. */
async function crossFit(pool, { learner: name, options: given, binary, folds, seed, standard, encode = "dummies" }, design) {
  const learner = learners[name];
  const defaults = Object.fromEntries(Object.entries(learner.options).map(([key, schema]) => [key, schema.default]));
  const options = { ...defaults, ...given };
  const target = new Float64Array(bytes(binary ? "class.bin" : "y.bin"));
  if (standard) standardise(target);
  const units = design.groups[0]?.codes;
  const foldAt = encode === "dummies" ? (row) => foldOf(row, folds) : (row) => foldOfUnit(units[row], folds);
  const within = encode === "effects" ? { units, effects: design.groups } : null;
  const pieces = Array.from({ length: folds }, (_, fold) => {
    const job = {
      design: encode === "dummies" ? design : { ...design, groups: [] }, target, options, weights: null, together: null, key: [seed, fold],
      train: rowsWhere((row) => foldAt(row) !== fold), predict: rowsWhere((row) => foldAt(row) === fold),
    };
    return (within === null ? learner.cut(options) : [null]).map((range) => ({ learner: name, job, range, within }));
  });
  const predictions = new Float64Array(rows);
  const start = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(pieces.map(async (own) => {
    const parts = (await Promise.all(own.map((piece) => pool.run(piece, undefined)))).map((part) => part.predictions.at(-1));
    const all = within === null ? learner.combine(parts, options) : parts[0];
    all.forEach((value, i) => (predictions[own[0].job.predict[i]] = value));
  }));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
  return { ...seconds, r2: within === null ? r2(target, predictions) : await withinR2(target, predictions, within.effects) };
}

/** 1 - ||M (y - g)||^2 / ||M y||^2. */
async function withinR2(target, predictions, effects) {
  const { kernels } = await createEngine();
  const left = target.map((value, i) => value - predictions[i]);
  const [rest, total] = kernels.heap.scope(() => createDemeaner(kernels, effects).demeanColumns([left, target]));
  const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);
  return 1 - squares(rest) / squares(total);
}

function standardise(values) {
  const mean = values.reduce((a, b) => a + b, 0) / rows;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
  values.forEach((value, i) => (values[i] = (value - mean) / sd));
}

function r2(target, predictions) {
  const mean = target.reduce((a, b) => a + b, 0) / rows;
  const left = target.reduce((sum, value, i) => sum + (value - predictions[i]) ** 2, 0);
  return 1 - left / target.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function peak() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
}

let pool = null;
for await (const line of createInterface(process.stdin)) {
  const ask = JSON.parse(line);
  if (pool?.threads !== ask.threads) {
    await pool?.close();
    pool = await createThreadPool(ask.threads);
  }
  // A design of its own each time: what is sorted or binned once a run counts.
  const answer = await crossFit(pool, ask, { ...design, key: `design ${ask.seed}` });
  process.stdout.write(`${JSON.stringify({ ...answer, peak: peak() })}\n`);
}
await pool?.close();
