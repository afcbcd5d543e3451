/**
 * Slacks-based efficiency with undesirable outputs against HiGHS, one thread each: 3 inputs, 1 output, 3 undesirable
 * ones, variable returns. Times are of the processor, ours with all that Node does beside. `node bench/dea.mjs [rounds]`
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slacksBased } from "../dist/efficiency/slacksBased.js";
import { runEfficiencyPiece } from "../dist/efficiency/piece.js";
import { resamplePieces } from "../dist/efficiency/resample.js";
import { createEngine } from "../dist/engine.js";
import { here, machine, python, shown, wholeProcess } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 3);
/** Units, and how many of them scipy and highspy measure; their times are multiplied up. */
const CASES = [[282, 282, 282], [4200, 60, 4200]];
const GROWTH = [282, 1000, 4200, 10_000, 20_000];
/** Inputs and undesirable outputs of 4,200 units beside one output: the programs' rows grow with them. */
const WIDTHS = [[1, 1], [3, 3], [5, 5], [8, 8]];
/** Scores of both sides agree to HiGHS' own tolerance. */
const AGREE = 1e-6;

/** City-years: sizes over two orders of magnitude, a frontier with decreasing returns, distance from it, and emissions. */
function made(units, inputCount = 3, badCount = 3) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = () => random() + random() + random() + random() - 2;
  const sizes = Float64Array.from({ length: units }, () => Math.exp(2 * normal()));
  const column = (spread) => sizes.map((size) => size * Math.exp(spread * normal()));
  const inputs = Array.from({ length: inputCount }, () => column(0.5));
  const good = sizes.map((_, i) => inputs.reduce((product, input) => product * input[i], 1) ** (0.9 / inputCount) * Math.exp(-random()));
  return { inputs, outputs: [good], undesirable: Array.from({ length: badCount }, () => good.map((value) => value * Math.exp(normal()))) };
}

function ours(kernels, production, superVariant = null) {
  const before = process.cpuUsage();
  const results = slacksBased(kernels, production, { returns: "vrs", orientation: "none", superVariant, frontier: { kind: "pooled" } });
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, results };
}

async function theirs(file, units, method, sample) {
  const { output } = await wholeProcess(python(), [join(here, "peers", "dea.py"), file, String(units), method, String(sample)]);
  const { seconds, scores } = JSON.parse(output.trim().split("\n").at(-1)); // HiGHS greets
  return { seconds: (seconds * units) / sample, scores, sample };
}

function write({ inputs, outputs, undesirable }) {
  const file = join(mkdtempSync(join(tmpdir(), "dea-")), "columns.bin");
  writeFileSync(file, Buffer.concat([...inputs, ...outputs, ...undesirable].map((column) => Buffer.from(column.buffer))));
  return file;
}

function largestDifference(results, { scores, sample }) {
  return Math.max(...scores.map((score, i) => Math.abs(score - results[Math.floor((i * results.length) / sample)].sbm)));
}

async function compare(kernels, [units, scipySample, highsSample]) {
  const production = made(units);
  const file = write(production);
  const lines = [];
  for (let round = 0; round < rounds; round++) {
    const own = ours(kernels, production);
    const scipy = await theirs(file, units, "scipy", scipySample);
    const highs = await theirs(file, units, "highspy", highsSample);
    const worst = Math.max(largestDifference(own.results, scipy), largestDifference(own.results, highs));
    if (!(worst < AGREE)) throw new Error(`Scores differ by ${worst}`);
    lines.push({ own: own.seconds, scipy: scipy.seconds, highs: highs.seconds, worst });
  }
  const of = (pick, digits) => shown(lines.map(pick), digits);
  console.log(`| ${units} | ${of((l) => 1000 * l.own, 1)} | ${of((l) => l.scipy)} | ${of((l) => l.scipy / l.own, 0)} | ${of((l) => l.highs)} | ${of((l) => l.highs / l.own, 0)} | ${Math.max(...lines.map((l) => l.worst)).toExponential(0)} |`);
}

process.env.OMP_NUM_THREADS = "1";
const { kernels } = await createEngine();
for (let i = 0; i < 5; i++) ours(kernels, made(1000), "B");
console.log(`${machine()}\n`);
console.log("| units | ours, ms | scipy, s | ratio | highspy warm, s | ratio | scores differ by |\n|--:|--:|--:|--:|--:|--:|--:|");
for (const one of CASES) await compare(kernels, one);
console.log("\n| units | ours, ms | a unit, us | efficient | pivots a unit | with super-efficiency, ms |\n|--:|--:|--:|--:|--:|--:|");
for (const units of GROWTH) {
  const production = made(units);
  const { seconds, results } = ours(kernels, production);
  const further = ours(kernels, production, "B");
  const pivots = results.reduce((sum, one) => sum + one.pivots, 0) / units;
  console.log(`| ${units} | ${(1000 * seconds).toFixed(1)} | ${((1e6 * seconds) / units).toFixed(1)} | ${results.filter((one) => 1 - one.sbm <= 1e-7).length} | ${pivots.toFixed(1)} | ${(1000 * further.seconds).toFixed(1)} |`);
}

console.log("\n| inputs, undesirable outputs | ours, ms | a unit, us | efficient | pivots a unit |\n|--:|--:|--:|--:|--:|");
for (const [inputs, bads] of WIDTHS) {
  const { seconds, results } = ours(kernels, made(4200, inputs, bads));
  console.log(`| ${inputs}, ${bads} | ${(1000 * seconds).toFixed(1)} | ${((1e6 * seconds) / 4200).toFixed(1)} | ${results.filter((one) => 1 - one.sbm <= 1e-7).length} | ${(results.reduce((sum, one) => sum + one.pivots, 0) / 4200).toFixed(1)} |`);
}

const draws = 20;
const panel = made(4200);
const options = { returns: "vrs", orientation: "none", superVariant: null, frontier: { kind: "pooled" } };
const pieces = resamplePieces(kernels, panel, options, { draws, size: null, level: 0.95, seed: 1 });
const before = process.cpuUsage();
for (const piece of pieces) runEfficiencyPiece(kernels, piece);
const { user, system } = process.cpuUsage(before);
console.log(`\nIntervals: ${draws} draws of ${pieces[0].size} of 4,200 units take ${((user + system) / 1e6).toFixed(1)} s, ${((user + system) / draws / 4200).toFixed(1)} us a unit and draw.`);
