/**
 * Whole rows under `encode: effects` by number of controls, a process each, file to estimate, one thread: seconds of CPU and
 * peak memory. Panels of ten periods whose first three controls matter: `node bench/controls.mjs [units]`.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { wide } from "./designs/panel.mjs";
import { here, machine, wholeProcess } from "./measure.mjs";

const units = Number(process.argv[2] ?? 150);
const WIDTHS = [6, 13, 26, 40, 60, 100];
const LEARNERS = {
  "histboost": { learner: "histboost" },
  "gradboost": { learner: "gradboost" },
  "rf": { learner: "rf" },
  "nnet": { learner: "nnet" },
  "lassocv": { learner: "lassocv" },
  "lassocv, squares": { learner: "lassocv", degree: 2 },
};

const folder = mkdtempSync(join(tmpdir(), "controls-"));
const names = Object.keys(LEARNERS);
console.log(`${machine()}; ${units} units in 10 periods, the defaults, one thread; seconds of CPU, MB\n`);
console.log(`| controls | ${names.join(" | ")} |\n|--:|${names.map(() => "--:").join("|")}|`);
for (const width of WIDTHS) {
  const { m0, g0, l0, ...columns } = wide(units, width);
  const header = Object.keys(columns);
  writeFileSync(join(folder, "panel.csv"), [header.join(","), ...Array.from(columns.y, (_, i) => header.map((name) => columns[name][i]).join(","))].join("\n"));
  const cells = [];
  for (const options of Object.values(LEARNERS)) cells.push(await row(header.filter((name) => name.startsWith("X")), options));
  console.log(`| ${width} | ${cells.join(" | ")} |`);
}

async function row(controls, options) {
  const file = join(folder, "study.json");
  const base = { outcome: "y", treatment: "d", controls, fixedEffects: ["unit", "time"], ...options };
  writeFileSync(file, JSON.stringify({ data: { file: "panel.csv", unit: "unit", time: "time" }, base, tables: [{ id: "row", columns: [{}] }] }));
  const { cpu, peak } = await wholeProcess("node", [resolve(here, "../dist/cli/main.js"), "run", file, "--store", "none", "--threads", "1", "--json"]);
  return `${cpu.toFixed(1)}, ${peak.toFixed(0)}`;
}
