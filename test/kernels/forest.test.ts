import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnCount, type Design } from "../../src/kernels/design.js";
import { type ForestRequest, growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { builds } from "./builds.js";
import { bagWeights, designOf, GAP, oneHot, outcomes, randoms, settingsOf } from "./twins/forest.js";

/** Sums in another order. Targets are of size 1. */
const ROUNDING = 1e-12;

interface Case {
  readonly design: Design;
  readonly target: Float64Array;
  readonly train: Uint32Array;
  readonly predict: Uint32Array;
  readonly units: Int32Array;
  readonly settings: TreeSettings;
  readonly key: readonly [number, number];
}

type Kind = "real" | "few" | "constant" | "close" | "huge";

const makers: Readonly<Record<Kind, (random: () => number) => number>> = {
  real: (random) => 2 * random() - 1,
  few: (random) => Math.floor(3 * random()),
  constant: () => 0.25,
  // neighbours mostly closer than GAP, in chains that are longer
  close: (random) => Math.floor(20 * random()) * 0.4 * GAP,
  // f32 neighbours, farther apart than GAP
  huge: (random) => 1e9 + 64 * Math.floor(4 * random()),
};

interface Shape {
  readonly rows: number;
  readonly features: readonly Kind[];
  readonly groups: readonly number[];
  readonly target: Kind;
  readonly settings: Partial<TreeSettings>;
  readonly seed: number;
}

const settings = fc.record({
  minLeaf: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 })),
  minSplit: fc.oneof(fc.constant(2), fc.integer({ min: 2, max: 8 })),
  maxDepth: fc.oneof(fc.constant(0x7fffffff), fc.integer({ min: 1, max: 4 })),
});

function shapes(kinds: readonly Kind[], mostRows: number, targets: readonly Kind[] = kinds): fc.Arbitrary<Shape> {
  return fc.record({
    rows: fc.integer({ min: 1, max: mostRows }),
    features: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
    groups: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    target: fc.constantFrom(...targets),
    settings,
    seed: fc.nat(),
  });
}

/** A third of the rows more than `rows` are held out; levels may be missing in either part. */
function caseOf(shape: Shape): Case {
  const random = randoms(shape.seed);
  const all = shape.rows + Math.ceil(shape.rows / 3) + 1;
  const column = (kind: Kind): Float64Array => Float64Array.from({ length: all }, () => makers[kind](random));
  const features = shape.features.map(column);
  const groups = shape.groups.map((levels) => ({ codes: Int32Array.from({ length: all }, () => Math.floor(levels * random())), levels }));
  const made = designOf(features, groups);
  const design = { ...made, rows: all };
  const order = Array.from({ length: all }, (_, i) => ({ i, u: random() })).sort((a, b) => a.u - b.u).map(({ i }) => i);
  return {
    design,
    target: column(shape.target),
    train: Uint32Array.from(order.slice(0, shape.rows)).sort(),
    predict: Uint32Array.from(order.slice(shape.rows)),
    units: Int32Array.from({ length: all }, () => 7 * Math.floor(1 + (shape.rows / 3) * random())),
    settings: settingsOf(design, shape.settings),
    key: [Math.floor(random() * 2 ** 32), Math.floor(random() * 2 ** 32)],
  };
}

function grow(kernels: Kernels, one: Case, changed: Partial<ForestRequest> = {}): ReturnType<typeof growForest> {
  const { design, target, train, predict, settings, key } = one;
  return growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key, from: 0, to: 1, ...changed });
}

/** Holds each row's prediction by one tree to the values that the twin can give; returns how many rows had one only. */
function holdTree(got: { sums: Float64Array }, rows: Iterable<number>, one: Case, weights: Float64Array): number {
  const columns = oneHot(one.design);
  const growth = { rows: [...one.train].filter((row) => weights[row] !== 0), target: one.target, weights, settings: one.settings };
  const scale = Math.max(1, ...one.target.map(Math.abs));
  let determined = 0;
  for (const row of rows) {
    const value = got.sums[row] as number;
    const possible = outcomes(columns, growth, row);
    if (possible.length === 1) determined++;
    expect(Math.min(...possible.map((wanted) => Math.abs(wanted - value))), `row ${row}: ${value}, of ${possible.join()}`).toBeLessThan(ROUNDING * scale);
  }
  return determined;
}

describe.each(builds)("a tree against its twin, $build build", ({ build, kernels }) => {
  const ones = (one: Case): Float64Array => new Float64Array(one.design.rows).fill(1);

  test("all columns, no bootstrap: training rows and held-out rows, real numbers", () => {
    let determined = 0;
    let rows = 0;
    fc.assert(
      fc.property(shapes(["real"], 24), (shape) => {
        const one = caseOf(shape);
        const predict = Uint32Array.of(...one.train, ...one.predict);
        const got = grow(kernels, one, { predict });
        expect([...predict].every((row) => got.counts[row] === 1)).toBe(true);
        determined += holdTree(got, predict, one, ones(one));
        rows += predict.length;
      }),
      { numRuns: 150 },
    );
    console.log(build, determined / rows);
    expect(determined / rows).toBeGreaterThan(0.6);
  });

  test("all columns, ties, constants, close and huge values", () => {
    fc.assert(
      fc.property(shapes(["real", "few", "constant", "close", "huge"], 14, ["real", "few", "constant"]), (shape) => {
        const one = caseOf(shape);
        const predict = Uint32Array.of(...one.train, ...one.predict);
        holdTree(grow(kernels, one, { predict }), predict, one, ones(one));
      }),
      { numRuns: 300 },
    );
  });

  test("some columns: a value that some draw and tie can give", () => {
    fc.assert(
      fc.property(shapes(["real", "few", "constant", "close"], 10, ["real", "few"]), fc.nat(), (shape, pick) => {
        const one = caseOf(shape);
        const columns = columnCount(one.design);
        if (columns < 2) return;
        const settings = { ...one.settings, maxFeatures: 1 + (pick % (columns - 1)) };
        const predict = Uint32Array.of(...one.train, ...one.predict);
        holdTree(grow(kernels, one, { predict, settings }), predict, { ...one, settings }, ones(one));
      }),
      { numRuns: 200 },
    );
  });

  test("bootstrap by row and by unit: the bag, held-out rows, out-of-bag rows, counts", () => {
    fc.assert(
      fc.property(shapes(["real", "few"], 14, ["real"]), fc.boolean(), fc.integer({ min: 1, max: 20 }), fc.nat(1000), (shape, byUnit, draws, from) => {
        const one = caseOf(shape);
        const settings = { ...one.settings, draws };
        const units = byUnit ? one.units : null;
        for (const tree of [from, from + 1]) {
          const got = grow(kernels, one, { settings, units, outOfBag: true, from: tree, to: tree + 1 });
          const weights = bagWeights(one.design.rows, one.train, units, { key: one.key, tree, draws });
          const outside = [...one.train].filter((row) => weights[row] === 0);
          const routed = new Set([...one.predict, ...outside]);
          got.counts.forEach((count, row) => expect(count).toBe(routed.has(row) ? 1 : 0));
          got.sums.forEach((sum, row) => routed.has(row) || expect(sum).toBe(0));
          holdTree(got, routed, { ...one, settings }, weights);
        }
      }),
      { numRuns: 150 },
    );
  });
});
