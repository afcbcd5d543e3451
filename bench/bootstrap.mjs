/** The multiplier bootstrap against numpy as DoubleML calls it, one thread each. `node bench/bootstrap.mjs [rounds]` */
import { join } from "node:path";
import { createEngine } from "../dist/engine.js";
import { multiplierBootstrap } from "../dist/kernels/bootstrap.js";
import { here, machine, python, shown, wholeProcess } from "./measure.mjs";

/** Estimates, clusters, draws. numpy holds clusters by draws in memory, so a million rows get a hundred draws. */
const CASES = [
  [1, 1_000_000, 100],
  [10, 4_230, 1_000],
  [100, 4_230, 1_000],
  [1_000, 300, 1_000],
  [20_000, 300, 1_000],
];
const rounds = Number(process.argv[2] ?? 3);

function ours([estimates, clusters, draws], kernels) {
  const influence = Array.from({ length: estimates }, (_, k) => Float64Array.from({ length: clusters }, (_, g) => ((g * 7919 + k) % 1009) / 1009 - 0.5));
  const labels = Uint32Array.from({ length: 2 * clusters }, (_, i) => i);
  const start = performance.now();
  multiplierBootstrap(kernels, { influence, labels, key: [1, 2], multiplier: "normal", draws });
  return (performance.now() - start) / 1000;
}

async function theirs(sizes) {
  process.env.OMP_NUM_THREADS = "1";
  const { output } = await wholeProcess(python(), [join(here, "peers", "bootstrap.py"), ...sizes.map(String)]);
  return Number(output);
}

console.log(machine());
console.log("| estimates | clusters | draws | ours, s | numpy, s | ratio |\n|--:|--:|--:|--:|--:|--:|");
const { kernels } = await createEngine();
ours([10, 1000, 1000], kernels);
for (const sizes of CASES) {
  const pairs = [];
  for (let round = 0; round < rounds; round++) pairs.push([ours(sizes, kernels), await theirs(sizes)]);
  const [mine, other, ratio] = [pairs.map(([a]) => a), pairs.map(([, b]) => b), pairs.map(([a, b]) => b / a)];
  console.log(`| ${sizes.join(" | ")} | ${shown(mine, 3)} | ${shown(other, 3)} | ${shown(ratio, 1)} |`);
}
