/**
 * Does inference over a whole curve keep its promises, and what does it cost? Panels are drawn as theory has them: each
 * specification's influence by cluster is given, estimates are off by its sum times independent normal numbers.
 *   node bench/curveInference.mjs [worlds]
 */
import { curveInference } from "../dist/curve/inference.js";
import { createEngine } from "../dist/engine.js";
import { createSpecial } from "../dist/kernels/special.js";

const WORLDS = Number(process.argv[2] ?? 400);
const { kernels } = await createEngine({});
const special = createSpecial(kernels);

/** Normal numbers of a seed. */
function normals(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let h = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return special.normalQuantile((((h ^ (h >>> 15)) >>> 0) + 0.5) / 4294967296);
  };
}

/** A full cross whose options have no effect but `shift` by option of the first dimension; all effects are `base`. */
function curveOf(seed, options, clusters, { base = 0, shift = 0, own = 0.3 } = {}) {
  const normal = normals(seed);
  const size = options.reduce((product, count) => product * count, 1);
  const dimensions = options.map((count, d) => ({ name: `choice ${d + 1}`, group: null, options: Array.from({ length: count }, (_, o) => String(o)) }));
  const choices = new Uint16Array(size * options.length);
  for (let i = 0; i < size; i++) for (let d = options.length - 1, rest = i; d >= 0; d--) [choices[i * options.length + d], rest] = [rest % options[d], Math.floor(rest / options[d])];
  const shared = Float64Array.from({ length: clusters }, normal);
  const drawn = Float64Array.from({ length: clusters }, normal);
  const all = new Float64Array(size * clusters);
  const [theta, se] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const values = all.subarray(i * clusters, (i + 1) * clusters);
    let squares = 0;
    theta[i] = base + shift * choices[i * options.length];
    for (let g = 0; g < clusters; g++) {
      values[g] = (Math.sqrt(1 - own) * shared[g] + Math.sqrt(own) * normal()) / Math.sqrt(clusters);
      squares += values[g] ** 2;
      theta[i] += values[g] * drawn[g];
    }
    se[i] = Math.sqrt(squares);
  }
  const codes = Int32Array.from({ length: clusters }, (_, g) => g);
  const rows = {
    dimensions, size, preferred: 0, choices, theta, se, lower: theta.map((t, i) => t - 1.959964 * se[i]), upper: theta.map((t, i) => t + 1.959964 * se[i]),
    p: new Float64Array(size), n: new Float64Array(size), clusters: new Float64Array(size), error: new Array(size).fill(null), warned: new Uint8Array(size),
  };
  return { rows, scores: { by: "unit", labels: Array.from(codes, String), scores: (i) => ({ clusters: codes, values: all.subarray(i * clusters, (i + 1) * clusters) }) } };
}

function percent(count) {
  return `${((100 * count) / WORLDS).toFixed(1)} %`;
}

/** No effect anywhere: every test at 5 %, bands at 95 %. */
for (const clusters of [30, 282]) {
  const count = { median: 0, dominant: 0, significant: 0, z: 0, "choice 1": 0, "choice 2": 0, "Romano-Wolf": 0, "bands hold all": 0, "median's interval holds": 0 };
  for (let world = 0; world < WORLDS; world++) {
    const { rows, scores } = curveOf(world * 7919 + clusters, [3, 8, 2], clusters);
    const { families: [all], spread, critical, romanoWolf } = curveInference(kernels, rows, scores, { draws: 500, multiplier: "normal", seed: world, level: 0.95 });
    for (const key of ["median", "dominant", "significant", "z"]) if (all.p[key] < 0.05) count[key]++;
    for (const { name, p } of spread.dimensions) if (name in count && p < 0.05) count[name]++;
    if (romanoWolf.some((p) => p < 0.05)) count["Romano-Wolf"]++;
    if (rows.theta.every((t, i) => Math.abs(t) <= critical * rows.se[i])) count["bands hold all"]++;
    if (all.ci[0] <= 0 && all.ci[1] >= 0) count["median's interval holds"]++;
  }
  console.log(`${clusters} clusters, 48 specifications, ${WORLDS} worlds: ${Object.entries(count).map(([key, value]) => `${key} ${percent(value)}`).join(", ")}`);
}

/** Seconds of the processor, and memory. */
for (const options of [[4, 4, 16, 2, 2, 2], [4, 5, 64, 2, 2, 4]]) {
  const { rows, scores } = curveOf(1, options, 282, { shift: 0.1 });
  curveInference(kernels, rows, scores, { draws: 100, multiplier: "normal", seed: 1, level: 0.95 });
  const before = process.cpuUsage();
  curveInference(kernels, rows, scores, { draws: 1000, multiplier: "normal", seed: 1, level: 0.95 });
  const { user, system } = process.cpuUsage(before);
  console.log(`${rows.size} specifications, 282 clusters, 1,000 draws: ${((user + system) / 1e6).toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 1e6)} MB in all`);
}
