import type { Design, Group } from "../../../src/kernels/design.js";
import type { TreeSettings } from "../../../src/kernels/forest.js";
import { denseDemean } from "./demean.js";
import { bits, oneHot, outcomes, subKey } from "./forest.js";

/** A boosting to be run; as `BoostingRequest`, without the checkpoints. */
export interface Boosting {
  readonly design: Design;
  readonly settings: TreeSettings;
  readonly rate: number;
  readonly train: Uint32Array;
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly predict: Uint32Array;
  readonly units: Int32Array | null;
  readonly start: Float64Array;
  readonly logistic: boolean;
  readonly effects: readonly Group[];
  readonly key: readonly [number, number];
}

/** Boosting as the textbook has it, each round a tree by the slow twin: predictions after each checkpoint. */
export function boosted(boosting: Boosting, checkpoints: readonly number[]): Float64Array[] {
  const { design, settings, rate, train, target, weights, predict, logistic, effects } = boosting;
  const columns = oneHot(design);
  const weight = (row: number): number => weights[row] ?? NaN;
  const fitted = boosting.start.slice();
  const recorded: Float64Array[] = [];
  for (let round = 1; round <= Math.max(...checkpoints); round++) {
    const left = target.map((y, row) => y - (logistic ? share(fitted[row] ?? NaN) : (fitted[row] ?? NaN)));
    if (effects.length > 0) demeanRows(left, train, effects, weights);
    const rows = drawnRows(boosting, round - 1);
    const curvature = (row: number): number => share(fitted[row] ?? NaN) * (1 - share(fitted[row] ?? NaN));
    const newton = (leaf: readonly number[]): number =>
      sum(leaf, (row) => weight(row) * (left[row] ?? NaN)) / sum(leaf, (row) => weight(row) * curvature(row));
    const growth = { rows, target: left, weights, settings: { ...settings, maxFeatures: columns.length }, ...(logistic ? { leafValue: newton } : {}) };
    const steps = target.map((_, row) => outcomes(columns, growth, row)[0] ?? NaN);
    steps.forEach((step, row) => (fitted[row] = (fitted[row] ?? NaN) + rate * step));
    if (!checkpoints.includes(round)) continue;
    const level = effects.length === 0 ? 0 : sum(train, (row) => weight(row) * (fitted[row] ?? NaN)) / sum(train, weight);
    recorded.push(Float64Array.from(predict, (row) => (logistic ? share(fitted[row] ?? NaN) : (fitted[row] ?? NaN) - level)));
  }
  return recorded;
}

function share(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Replaces the training rows' values by their residuals on the effects. */
function demeanRows(values: Float64Array, train: Uint32Array, effects: readonly Group[], weights: Float64Array): void {
  const onTrain = (column: Float64Array): Float64Array => Float64Array.from(train, (row) => column[row] ?? NaN);
  const groups = effects.map((group) => ({ codes: Int32Array.from(train, (row) => group.codes[row] ?? 0), levels: group.levels }));
  const { residuals } = denseDemean(groups, onTrain(values), onTrain(weights));
  train.forEach((row, i) => (values[row] = residuals[i] ?? NaN));
}

/** The rows of a round's tree: all, or selection sampling of rows or units (Knuth 2, 3.4.2, algorithm S). */
function drawnRows({ train, units, settings, key }: Boosting, round: number): number[] {
  const rows = [...train];
  if (settings.draws === 0) return rows;
  const stream = subKey(subKey((BigInt(key[1]) << 32n) | BigInt(key[0]), round), 2);
  const nameOf = (row: number): number => (units === null ? row : (units[row] ?? NaN));
  const drawn = new Set<number>();
  const names = [...new Set(rows.map(nameOf))];
  names.forEach((name, i) => {
    const among = names.length - i;
    const ticket = Number(((bits(stream, i) & 0xffffffffn) * BigInt(among)) >> 32n);
    if (ticket < settings.draws - drawn.size) drawn.add(name);
  });
  return rows.filter((row) => drawn.has(nameOf(row)));
}

function sum(rows: Iterable<number>, value: (row: number) => number): number {
  let total = 0;
  for (const row of rows) total += value(row);
  return total;
}
