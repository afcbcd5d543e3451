/**
 * The whole baseline column (forest of 100 trees for both nuisances, 5 folds, dummies) as one process each, file to
 * estimate, against DoubleML with scikit-learn at equal threads: `node bench/column.mjs [rounds]`.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { here, machine, python, shown, wholeProcess } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 3);
const threads = 2;
const trees = 100;
const folder = mkdtempSync(join(tmpdir(), "column-"));
const data = resolve(here, "../data/city-panel.csv");
const study = {
  data: { file: data, unit: "city", time: "year" },
  derive: [{ name: "EI", index: { columns: ["co2", "pm25"] } }],
  base: {
    outcome: "EI", treatment: "AI", controls: ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"],
    fixedEffects: ["city", "year"], encode: "dummies", errors: "hc1", learner: { rf: { trees } },
  },
  tables: [{ id: "baseline", columns: [{}] }],
};
writeFileSync(join(folder, "study.json"), JSON.stringify(study));
const run = () => wholeProcess("node", [resolve(here, "../dist/cli/main.js"), "run", join(folder, "study.json"), "--store", "none", "--threads", String(threads), "--json"]);
const peer = () => wholeProcess(python(), [join(here, "peers", "column.py"), data, String(threads), String(trees)]);

const ours = [];
const theirs = [];
for (let round = 0; round < rounds; round++) {
  ours.push(await run());
  theirs.push(await peer());
}
const wall = (runs) => runs.map((one) => one.wall);
const peak = (runs) => runs.map((one) => one.peak);
const [estimate] = JSON.parse(ours[0].output).estimates;
console.log(`${machine()}; ${rounds} rounds, alternating, ${threads} threads; whole processes, median (min-max)\n`);
console.log("| | ours | DoubleML 0.11.4, scikit-learn 1.9.1 | ratio by round |\n|:--|--:|--:|--:|");
console.log(`| wall, s | ${shown(wall(ours))} | ${shown(wall(theirs), 1)} | ${shown(wall(theirs).map((value, i) => value / wall(ours)[i]), 1)} |`);
console.log(`| peak memory, MB | ${shown(peak(ours), 0)} | ${shown(peak(theirs), 0)} | ${shown(peak(theirs).map((value, i) => value / peak(ours)[i]), 1)} |`);
console.log(`| estimate (s.e.) | ${estimate.coef.toFixed(4)} (${estimate.se.toFixed(4)}) | ${theirs[0].output.trim().split(" ").map((value) => Number(value).toFixed(4)).join(" (")}) | |`);
