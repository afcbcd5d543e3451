/** Each kernel by itself, with the package `benchmark`: to compare one commit with another. `node bench/kernels.mjs` */
import Benchmark from "benchmark";
import { createEngine } from "../dist/engine.js";
import { createDemeaner } from "../dist/kernels/demean.js";
import { growForest } from "../dist/kernels/forest.js";
import { leastSquares } from "../dist/kernels/ols.js";
import { machine } from "./measure.mjs";

const { kernels } = await createEngine();
const UNITS = 282;
const PERIODS = 15;
const ROWS = UNITS * PERIODS;

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const column = () => Float64Array.from({ length: ROWS }, random);
const features = Array.from({ length: 16 }, column);
const unit = { codes: Int32Array.from({ length: ROWS }, (_, i) => Math.floor(i / PERIODS)), levels: UNITS };
const time = { codes: Int32Array.from({ length: ROWS }, (_, i) => i % PERIODS), levels: PERIODS };
const target = column().map((noise, i) => noise + features[0][i] * features[1][i]);
const train = Uint32Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 5 !== 0);
const predict = Uint32Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 5 === 0);
const design = { key: "bench", rows: ROWS, features, groups: [unit, time] };
const grow = (maxFeatures, minLeaf) => {
  const settings = { maxFeatures, minLeaf, minSplit: 2, maxDepth: 0x7fffffff, draws: train.length };
  growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key: [1, 2], from: 0, to: 10 });
};

console.log(machine());
new Benchmark.Suite()
  .add("demean one column, two-way, 4,230 rows", () => kernels.heap.scope(() => createDemeaner(kernels, [unit, time]).demean(target)))
  .add("least squares, 3,384 x 16", () => leastSquares(kernels, { columns: features, targets: [target], intercept: true, rows: train }))
  .add("10 trees, all 313 columns, leaf 1", () => grow(313, 1))
  .add("10 trees, all 313 columns, leaf 5", () => grow(313, 5))
  .add("10 trees, 17 of 313 columns, leaf 1", () => grow(17, 1))
  .add("10 trees, 17 of 313 columns, leaf 5", () => grow(17, 5))
  .on("cycle", ({ target: one }) => console.log(`${one.name.padEnd(44)} ${(one.stats.mean * 1000).toFixed(3)} ms ±${one.stats.rme.toFixed(1)} %`))
  .run();
