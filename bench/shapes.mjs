/** The data of the learners' bench, made or read the same in every run, and written where both sides find them. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cityPanel } from "../data/generate.mjs";

const COLUMNS = ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc", "Ins", "Lngrva", "Gtfe", "IV", "co2", "pm25", "longitude", "latitude"];

/** The study's panel: 4,200 rows, 16 features, 282 and 15 levels. */
export function paper() {
  const { columns: written, derived } = cityPanel(42);
  const columns = { ...written, ...derived };
  return { features: COLUMNS.map((name) => Float64Array.from(columns[name])), groups: ["city", "year"].map((name) => codesOf(columns[name])), target: Float64Array.from(columns.AI) };
}

/** 4,360 rows, 8 features, 545 and 8 levels (Vella and Verbeek 1998). */
export function wagepan() {
  const [header, ...rows] = readFileSync(join(import.meta.dirname, "../data/wagepan.csv"), "utf8").trim().split("\n").map((line) => line.split(","));
  const column = (name) => Float64Array.from(rows, (row) => Number(row[header.indexOf(name)]));
  return {
    features: ["exper", "hours", "educ", "black", "hisp", "married", "poorhlth", "union"].map(column),
    groups: ["nr", "year"].map((name) => codesOf(column(name))), target: column("lwage"),
  };
}

/** Uniform features; a sine, a product, a step and noise. */
export function made(rows, width) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const features = Array.from({ length: width }, () => Float64Array.from({ length: rows }, random));
  const [a, b, c, d] = features;
  const target = Float64Array.from({ length: rows }, (_, i) => Math.sin(6 * a[i]) + 2 * b[i] * c[i] + (d[i] > 0.5 ? 1 : 0) + random() + random() - 1);
  return { features, groups: [], target };
}

/**
 * A panel with effects of units and periods in the target and its features, rows by unit, then period; of each cell the
 * share `kept` is seen. Target: a sine, a product, a step, effects and noise.
 */
export function effectsPanel(units, periods, width, kept = 1) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const [ofUnit, ofPeriod] = [units, periods].map((count) => Float64Array.from({ length: count }, () => 3 * (random() - 0.5)));
  const cells = Uint32Array.from({ length: units * periods }, (_, cell) => cell).filter(() => random() < kept);
  const [unit, period] = [cells.map((cell) => Math.floor(cell / periods)), cells.map((cell) => cell % periods)];
  const features = Array.from({ length: width }, (_, f) =>
    Float64Array.from(cells, (_, i) => 4 * (random() - 0.5) + (f % 2 === 0 ? ofUnit[unit[i]] : ofPeriod[period[i]])));
  const [a, b, c, d] = features;
  const target = Float64Array.from(cells, (_, i) =>
    Math.sin(2 * a[i]) + 0.5 * b[i] * c[i] + (d[i] > 0 ? 1 : 0) + ofUnit[unit[i]] + ofPeriod[period[i]] + 2 * (random() + random() - 1));
  return { features, groups: [codesOf(unit), codesOf(period)], target };
}

/** Every (rows / count)-th row of a shape. */
export function thinned({ features, groups, target }, count) {
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * target.length) / count));
  const at = (values) => Float64Array.from(rows, (row) => values[row]);
  return { features: features.map(at), groups: groups.map(({ codes }) => codesOf(Array.from(rows, (row) => codes[row]))), target: at(target) };
}

function codesOf(values) {
  const seen = new Map();
  const codes = Int32Array.from(values, (value) => seen.get(value) ?? (seen.set(value, seen.size), seen.size - 1));
  return { codes, levels: seen.size };
}

/** 1 above the middle of its period (or of all), 0 below. */
function aboveMiddle({ groups, target }) {
  const period = groups[1]?.codes ?? new Int32Array(target.length);
  const middles = new Map();
  for (const code of new Set(period)) {
    const own = target.filter((_, i) => period[i] === code).sort();
    middles.set(code, own[own.length >> 1]);
  }
  return target.map((value, i) => (value > middles.get(period[i]) ? 1 : 0));
}

/** Writes a shape into a folder of its own, as numbers both sides can read: features and targets f8, codes i4. */
export function write(shape) {
  const folder = mkdtempSync(join(tmpdir(), "learners-"));
  const { features, groups, target } = shape;
  const flat = new Float64Array(features.length * target.length);
  features.forEach((feature, f) => flat.set(feature, f * target.length));
  const put = (name, array) => writeFileSync(join(folder, name), Buffer.from(array.buffer));
  put("x.bin", flat);
  put("y.bin", target);
  put("class.bin", aboveMiddle(shape));
  groups.forEach(({ codes }, g) => put(`group${g}.bin`, codes));
  writeFileSync(join(folder, "shape.json"), JSON.stringify({ rows: target.length, features: features.length, levels: groups.map((group) => group.levels) }));
  return folder;
}

/** The fold of a row among k where units stay together. */
export function foldOfUnit(unit, k) {
  return unit % k;
}

/** The fold of a row among k: the reference files' rule. */
export function foldOf(row, k) {
  return (7 * row + Math.floor(row / 11)) % k;
}
