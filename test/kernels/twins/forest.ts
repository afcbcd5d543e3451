import fc from "fast-check";
import { columnCount, type Design, type Group } from "../../../src/kernels/design.js";
import type { TreeSettings } from "../../../src/kernels/forest.js";

/** scikit-learn's FEATURE_THRESHOLD, an f32 as there: neighbours no farther apart than this are not separated. */
export const GAP = Math.fround(1e-7);
/** Gains whose square roots differ by less, relatively or in units of the target, may be equal but for rounding. */
const NEAR = 1e-9;
const NOISE = 1e-12;

/** One tree to grow: distinct rows, and by row of the design the target and the weight. */
export interface Growth {
  readonly rows: readonly number[];
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly settings: TreeSettings;
  /** What a leaf of these rows gives; absent: its weighted mean. */
  readonly leafValue?: (rows: readonly number[]) => number;
}

/** Rows with value <= threshold go left, those without a value where it says. `root` is the square root of the fall in the sum of squares. */
export interface Cut {
  readonly column: number;
  readonly threshold: number;
  readonly missingRight: boolean;
  readonly root: number;
}

/** The design as scikit-learn would see it: f32 columns, each level of a group one 0/1 column. */
export function oneHot(design: Design): Float32Array[] {
  return [...design.features.map((feature) => Float32Array.from(feature)), ...design.groups.flatMap(dummies)];
}

function dummies({ codes, levels }: Group): Float32Array[] {
  return Array.from({ length: levels }, (_, level) => Float32Array.from(codes, (code) => (code === level ? 1 : 0)));
}

/**
 * Every value that a CART regression tree can give `row`, over all ways to break ties and, where fewer columns are
 * drawn than there are, over all draws. One value where the data leave no choice. Breiman et al. 1984, with
 * scikit-learn's rules: gaps, midpoints, missing values, minLeaf and minSplit on distinct rows, constants count as drawn.
 */
export function outcomes(columns: readonly Float32Array[], growth: Growth, row: number): number[] {
  const values = new Set<number>();
  const known = new Set<string>();
  const waiting = [{ rows: growth.rows, depth: 0 }];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { rows, depth } = node;
    const name = `${depth} ${rows.join()}`;
    if (known.has(name)) continue;
    known.add(name);
    const { cuts, mayEnd } = isLeaf(rows, depth, growth) ? { cuts: [], mayEnd: true } : choices(columns, growth, rows);
    if (mayEnd) values.add((growth.leafValue ?? meanOf(growth))(rows));
    for (const cut of cuts) {
      const own = isLeft(columns, cut, row);
      waiting.push({ rows: rows.filter((i) => isLeft(columns, cut, i) === own), depth: depth + 1 });
    }
  }
  return [...values];
}

function meanOf({ weights, target }: Growth): (rows: readonly number[]) => number {
  return (rows) => sum(rows, (i) => at(weights, i) * at(target, i)) / sum(rows, (i) => at(weights, i));
}

function isLeaf(rows: readonly number[], depth: number, { target, settings }: Growth): boolean {
  const { minLeaf, minSplit, maxDepth } = settings;
  const first = at(target, rows[0] ?? -1);
  return rows.length < minSplit || rows.length < 2 * minLeaf || depth >= maxDepth || rows.every((i) => at(target, i) === first);
}

export function isLeft(columns: readonly Float32Array[], cut: Cut, row: number): boolean {
  const value = at(columns[cut.column], row);
  return Number.isNaN(value) ? !cut.missingRight : value <= cut.threshold;
}

/** The cuts a node may be split by, and whether it may stay a leaf. */
export function choices(
  columns: readonly Float32Array[], growth: Growth, rows: readonly number[],
): { cuts: readonly Cut[]; mayEnd: boolean } {
  const found = columns.map((_, column) => bestCuts(columns, growth, rows, column));
  const roots = found.map((cuts) => Math.max(-1, ...cuts.map((cut) => cut.root)));
  const drawn = Math.min(growth.settings.maxFeatures, columns.length);
  // A column is chosen from a draw in which no other is better; constants and columns without a cut are never better.
  const cuts = found.filter((_, c) => roots.filter((root, k) => k !== c && !better(root, at(roots, c), growth)).length >= drawn - 1).flat();
  const idle = roots.filter((root) => root < 0).length;
  const varying = columns.some((_, c) => at(roots, c) < 0 && !isConstant(columns, rows, c));
  return { cuts, mayEnd: idle === columns.length || (varying && idle >= drawn) };
}

function better(root: number, than: number, { target, rows }: Growth): boolean {
  const scale = Math.max(...rows.map((i) => Math.abs(at(target, i))));
  return root * (1 - NEAR) > than + NOISE * scale;
}

function isConstant(columns: readonly Float32Array[], rows: readonly number[], column: number): boolean {
  const values = rows.map((i) => at(columns[column], i)).filter((value) => !Number.isNaN(value));
  if (values.length < rows.length) return values.length === 0;
  return Math.max(...values) <= Math.fround(Math.min(...values) + GAP);
}

/** The cuts of one column that share its best gain. Missing values go to either side; "missing against the rest" is a cut, too. */
export function bestCuts(columns: readonly Float32Array[], growth: Growth, rows: readonly number[], column: number): Cut[] {
  if (isConstant(columns, rows, column)) return [];
  const values = columns[column];
  const known = rows.filter((i) => !Number.isNaN(at(values, i))).sort((a, b) => at(values, a) - at(values, b));
  const missing = rows.filter((i) => Number.isNaN(at(values, i)));
  const cuts = cutsBetween(growth, values, known, [], missing);
  if (missing.length > 0) cuts.push(...cutsBetween(growth, values, known, missing, []));
  const best = Math.max(...cuts.map((cut) => cut.root));
  return cuts.filter((cut) => !better(best, cut.root, growth)).map((cut) => ({ column, ...cut }));
}

/** Every cut of the known rows, in their order; `before` and `after` are on the left and on the right of all. */
function cutsBetween(
  { target, weights, settings }: Growth, values: Float32Array | undefined, known: readonly number[], before: readonly number[], after: readonly number[],
): Omit<Cut, "column">[] {
  const weigh = (rows: readonly number[]) => ({ weight: sum(rows, (i) => at(weights, i)), total: sum(rows, (i) => at(weights, i) * at(target, i)) });
  const whole = weigh([...known, ...before, ...after]);
  const left = weigh(before);
  const cuts: Omit<Cut, "column">[] = [];
  known.forEach((row, p) => {
    left.weight += at(weights, row);
    left.total += at(weights, row) * at(target, row);
    const below = at(values, row);
    const above = p + 1 < known.length ? at(values, known[p + 1] ?? -1) : NaN;
    const [lefts, rights] = [before.length + p + 1, known.length - p - 1 + after.length];
    if (Math.min(lefts, rights) < settings.minLeaf || above <= Math.fround(below + GAP)) return;
    const right = { weight: whole.weight - left.weight, total: whole.total - left.total };
    const apart = Math.abs(left.total / left.weight - right.total / right.weight);
    const missingRight = before.length + after.length > 0 ? after.length > 0 : lefts <= rights;
    const threshold = Number.isNaN(above) ? Infinity : below / 2 + above / 2;
    cuts.push({ threshold, missingRight, root: apart * Math.sqrt((left.weight * right.weight) / whole.weight) });
  });
  return cuts;
}

function at(values: ArrayLike<number> | undefined, i: number): number {
  const value = values?.[i];
  if (value === undefined) throw new RangeError(`There is no entry ${i}.`);
  return value;
}

function sum(rows: readonly number[], value: (row: number) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}

const BITS = (1n << 64n) - 1n;
const GOLDEN = 0x9e3779b97f4a7c15n;

function mix(x: bigint): bigint {
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & BITS;
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & BITS;
  return x ^ (x >> 31n);
}

/** assembly/core/random.ts: the key of sub-stream `index`. */
export function subKey(key: bigint, index: number): bigint {
  return mix(mix((key + GOLDEN) & BITS) ^ (((BigInt(index) + 1n) * 0xd1342543de82ef95n) & BITS));
}

/** assembly/core/random.ts: number `counter` of a stream. */
export function bits(key: bigint, counter: number): bigint {
  return mix((key + (BigInt(counter) + 1n) * GOLDEN) & BITS);
}

/** How often each of `among` rows or units is drawn for tree `tree` of the forest with this key. */
export function drawCounts(key: readonly [number, number], tree: number, among: number, draws: number): Int32Array {
  const stream = subKey(subKey((BigInt(key[1]) << 32n) | BigInt(key[0]), tree), 0);
  const counts = new Int32Array(among);
  for (let d = 0; d < draws; d++) {
    const word = (bits(stream, d - (d % 2)) >> (d % 2 === 0 ? 0n : 32n)) & 0xffffffffn;
    const drawn = Number((word * BigInt(among)) >> 32n);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  return counts;
}

/** By row of the design: the weight in the bag of one tree. */
export function bagWeights(
  rows: number, train: Uint32Array, units: Int32Array | null, tree: { key: readonly [number, number]; tree: number; draws: number },
): Float64Array {
  const weights = new Float64Array(rows);
  const names = units === null ? [...train] : [...new Set(Array.from(train, (row) => at(units, row)))];
  const counts = drawCounts(tree.key, tree.tree, names.length, tree.draws);
  for (const row of train) weights[row] = tree.draws === 0 ? 1 : at(counts, names.indexOf(units === null ? row : at(units, row)));
  return weights;
}

let designs = 0;

/** A design under a name of its own. */
export function designOf(features: readonly ArrayLike<number>[], groups: readonly { codes: ArrayLike<number>; levels: number }[] = []): Design {
  const rows = features[0]?.length ?? groups[0]?.codes.length ?? 0;
  return {
    key: `design ${++designs}`,
    rows,
    features: features.map((feature) => Float64Array.from(feature)),
    groups: groups.map(({ codes, levels }) => ({ codes: Int32Array.from(codes), levels })),
  };
}

/** Settings that grow a whole tree on every row and column. */
export function settingsOf(design: Design, changed: Partial<TreeSettings> = {}): TreeSettings {
  return { maxFeatures: columnCount(design), minLeaf: 1, minSplit: 2, maxDepth: 0x7fffffff, draws: 0, ...changed };
}

/** Seeded numbers in [0, 1): Mulberry32. */
export function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A design with training rows and held-out rows, in random order; levels may be missing in either part. */
export interface Case {
  readonly design: Design;
  readonly target: Float64Array;
  readonly train: Uint32Array;
  readonly predict: Uint32Array;
  readonly units: Int32Array;
  readonly settings: TreeSettings;
  readonly key: readonly [number, number];
}

export type Kind = keyof typeof makers;

const makers = {
  real: (random: () => number) => 2 * random() - 1,
  /** Sums of them, and f32 of them, are exact. */
  dyadic: (random: () => number) => Math.floor(2048 * random()) / 1024 - 1,
  few: (random: () => number) => Math.floor(3 * random()),
  constant: () => 0.25,
  /** Neighbours mostly closer than GAP, in chains that are longer. */
  close: (random: () => number) => Math.floor(20 * random()) * 0.4 * GAP,
  /** A third of them missing. */
  gaps: (random: () => number) => (random() < 0.33 ? NaN : 2 * random() - 1),
  fewGaps: (random: () => number) => (random() < 0.33 ? NaN : Math.floor(3 * random())),
  closeGaps: (random: () => number) => (random() < 0.33 ? NaN : Math.floor(20 * random()) * 0.4 * GAP),
  /** Neighbours in f32 that are farther apart than GAP. */
  huge: (random: () => number) => 1e9 + 64 * Math.floor(4 * random()),
} as const;

/** Cases of up to `mostRows` training rows, 4 features of the given kinds and 3 groups. */
export function cases(kinds: readonly Kind[], mostRows: number, targets: readonly Kind[] = kinds): fc.Arbitrary<Case> {
  const oneOr = (usual: number, min: number, max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(usual), fc.integer({ min, max }));
  return fc
    .record({
      rows: fc.integer({ min: 1, max: mostRows }),
      features: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
      levels: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
      target: fc.constantFrom(...targets),
      settings: fc.record({ minLeaf: oneOr(1, 1, 5), minSplit: oneOr(2, 2, 8), maxDepth: oneOr(0x7fffffff, 1, 4) }),
      seed: fc.nat(),
    })
    .map(caseOf);
}

export function caseOf(shape: {
  rows: number; features: readonly Kind[]; levels: readonly number[]; target: Kind; settings: Partial<TreeSettings>; seed: number;
}): Case {
  const random = randoms(shape.seed);
  const rows = shape.rows + Math.ceil(shape.rows / 3) + 1;
  const column = (make: (random: () => number) => number): Float64Array => Float64Array.from({ length: rows }, () => make(random));
  const features = shape.features.map((kind) => column(makers[kind]));
  const groups = shape.levels.map((levels) => ({ codes: column(() => Math.floor(levels * random())), levels }));
  const design = { ...designOf(features, groups), rows };
  const order = Array.from(column(random).map((_, row) => row)).sort((a, b) => random() - 0.5 || a - b);
  return {
    design,
    target: column(makers[shape.target]),
    train: Uint32Array.from(order.slice(0, shape.rows)).sort(),
    predict: Uint32Array.from(order.slice(shape.rows)),
    units: Int32Array.from(column(() => 7 * Math.floor(1 + (shape.rows / 3) * random()))),
    settings: settingsOf(design, shape.settings),
    key: [Math.floor(random() * 2 ** 32), Math.floor(random() * 2 ** 32)],
  };
}
