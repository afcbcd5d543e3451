/**
 * Which clustered errors hold their level with few units: `nice -n 19 node bench/fewUnits.mjs [file]`. Coverage and median
 * length of 95 % intervals, 10 to 300 units x 8 periods, unit effects, errors that are heteroskedastic and correlated over
 * time. Draws are seeded; blocks of them are appended to the file, and a second run goes on where the first stopped.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../dist/engine.js";
import { leftAfter } from "../dist/fit/residuals.js";
import { coefficientFreedom, criticalValue } from "../dist/inference/errors/critical.js";
import { finalStage } from "../dist/inference/finalStage.js";
import { standardErrors } from "../dist/inference/errors/covariance.js";
import { wildClusterBootstrap } from "../dist/inference/wild/wildClusterBootstrap.js";
import { createSpecial } from "../dist/kernels/special.js";
import { prepareStudy, runStudy } from "../dist/pipeline.js";
import { readStudy } from "../dist/study/read.js";
import { machine } from "./measure.mjs";

const file = process.argv[2] ?? join(tmpdir(), "fewUnits.jsonl");
const EFFECT = 0.5;
const PERIODS = 8;
const LEVEL = 0.95;
const WILD_DRAWS = 399;
const sizes = [10, 20, 30, 50, 100, 300];
const methods = ["CR1 normal", "CR1 t", "CR2", "CR3", "wild"];
const fits = { known: { draws: 1000, block: 50 }, ols: { draws: 300, block: 20 }, lassocv: { draws: 300, block: 20 } };
const cells = Object.keys(fits).flatMap((fit) => ["even", "skewed"].flatMap((treatment) => sizes.map((units) => ({ fit, treatment, units }))));

const engine = await createEngine();
const { kernels } = engine;
const special = createSpecial(kernels);

const done = new Map();
const keyOf = ({ fit, treatment, units }, block) => [fit, treatment, units, block].join(" ");
if (existsSync(file)) for (const line of readFileSync(file, "utf8").trim().split("\n").filter(Boolean)) done.set(JSON.parse(line).key, JSON.parse(line).rows);
for (const cell of cells) {
  const { draws, block } = fits[cell.fit];
  for (let first = 0; first < draws; first += block) {
    const key = keyOf(cell, first);
    if (done.has(key)) continue;
    const rows = [];
    for (let draw = first; draw < Math.min(draws, first + block); draw++) rows.push(await intervalsOf(cell, panel(cell, draw), draw));
    appendFileSync(file, `${JSON.stringify({ key, rows })}\n`);
    done.set(key, rows);
  }
  process.stderr.write(`${Object.values(cell).join(" ")}\n`);
}
report();

/** A panel of known effect. skewed: the treatment's own variation differs between units by a lognormal factor. */
function panel({ treatment, units }, draw) {
  const random = normals(draw * 1000 + units * 2 + (treatment === "even" ? 0 : 1));
  const rows = units * PERIODS;
  const columns = Object.fromEntries(["unit", "y", "d", "l", "m", "g", "x1", "x2", "x3", "x4", "x5"].map((name) => [name, new Float64Array(rows)]));
  for (let unit = 0; unit < units; unit++) {
    const [inY, inD, inX, scale] = [random(), random(), random(), treatment === "even" ? 1 : special.exp(random())];
    let [u, v] = [random(), random()];
    for (let t = 0; t < PERIODS; t++) {
      const row = unit * PERIODS + t;
      if (t > 0) [u, v] = [0.6 * u + 0.8 * random(), 0.6 * v + 0.8 * random()];
      const x = [1, 2, 3, 4, 5].map(() => random() + 0.5 * inX);
      const [m, g] = [0.5 * x[0] - 0.5 * x[1], x[0] + 0.5 * x[2]];
      const d = m + inD + scale * v;
      const values = { unit, d, m, g, l: EFFECT * m + g, y: EFFECT * d + g + inY + u * Math.sqrt(0.5 + 0.5 * v * v) };
      for (const [name, value] of Object.entries(values)) columns[name][row] = value;
      x.forEach((value, j) => (columns[`x${j + 1}`][row] = value));
    }
  }
  return columns;
}

async function intervalsOf(cell, columns, draw) {
  return cell.fit === "known" ? knownNuisances(columns, cell.units, draw) : fitted(columns, cell, draw);
}

/** The iv-type score with the true nuisances. */
function knownNuisances({ unit, y, d, m, g }, units, seed) {
  const clusters = { codes: Int32Array.from(unit), levels: units, labels: Array.from({ length: units }, (_, u) => String(u)) };
  const less = (a, b) => a.map((value, i) => value - b[i]);
  const [left, x, z] = leftAfter(kernels, [clusters], [less(y, g), d, less(d, m)], null);
  const stage = finalStage(left, [x], [z]);
  const [coef] = stage.coefficients;
  const cluster = (correction) => ({ kind: "cluster", clusters: [clusters], rule: "cgm", correction, parameters: 2 });
  const interval = (correction, freedom) => {
    const [se] = standardErrors(stage, cluster(correction));
    const { quantile } = criticalValue(special, LEVEL, freedom ?? coefficientFreedom(stage, cluster(correction), 0));
    return [coef - quantile * se, coef + quantile * se];
  };
  const adjusted = (kind) => interval({ kind, crossed: [] });
  const wild = wildClusterBootstrap({ stage, x: [x], z: [z] }, clusters, { coefficient: 0, hypothesis: 0, level: LEVEL, draws: WILD_DRAWS, weights: null, seed });
  return [interval(true, Infinity), interval(true), adjusted("cr2"), adjusted("cr3"), wild.ci];
}

/** The default estimate under `encode: effects`. */
async function fitted(columns, { fit, units }, seed) {
  const study = {
    data: { file: "simulated", unit: "unit" },
    base: { outcome: "y", treatment: "d", controls: ["x1", "x2", "x3", "x4", "x5"], fixedEffects: ["unit"], learner: fit, seed },
    tables: [{ id: "t", columns: [{ wild: { draws: WILD_DRAWS } }, { distribution: "t" }, ...["cr2", "cr3"].map((correction) => ({ errors: { cluster: ["unit"], correction } }))] }],
  };
  const entries = Object.entries(columns).map(([name, values]) => [name, { kind: "number", name, values }]);
  const data = { source: "simulated", rows: units * PERIODS, columns: new Map(entries) };
  const { result } = await runStudy(prepareStudy(readStudy(JSON.stringify(study), "bench"), data, kernels), engine);
  const [first, ...others] = result.rows.map(({ estimate, error }) => {
    if (estimate === null) throw new Error(error.message);
    return estimate;
  });
  return [first.ci, ...others.map(({ ci }) => ci), first.wild.ci];
}

/** Coverage in percent and median length by cell, a method a column; of the draws that there are. */
function report() {
  console.log(`${machine()}; true effect ${EFFECT}, ${PERIODS} periods; coverage in % and median length of 95 % intervals\n`);
  console.log(`| nuisances | treatment | units | draws | ${methods.join(" | ")} |\n|:--|:--|--:|--:|${methods.map(() => "--:|").join("")}`);
  for (const cell of cells) {
    const rows = [...done].filter(([key]) => key.startsWith(keyOf(cell, ""))).flatMap(([, block]) => block);
    if (rows.length === 0) continue;
    const shown = methods.map((_, j) => {
      const intervals = rows.map((row) => row[j].map((limit, side) => limit ?? (side === 0 ? -Infinity : Infinity)));
      const covers = intervals.filter(([low, high]) => low <= EFFECT && EFFECT <= high).length / rows.length;
      const lengths = intervals.map(([low, high]) => high - low).sort((a, b) => a - b);
      return `${(100 * covers).toFixed(1)}, ${lengths[lengths.length >> 1].toFixed(3)}`;
    });
    console.log(`| ${cell.fit} | ${cell.treatment} | ${cell.units} | ${rows.length} | ${shown.join(" | ")} |`);
  }
}

/** Normal numbers from a seed: a mixed counter, then the quantile. */
function normals(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let h = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return special.normalQuantile((((h ^ (h >>> 15)) >>> 0) + 0.5) / 4294967296);
  };
}
