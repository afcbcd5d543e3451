import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnCount, type Design, type Group } from "../../src/kernels/design.js";
import { type ForestRequest, type ForestSums, growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import type { Pointer } from "../../src/kernels/memory.js";
import { denseUnits, packSettings } from "../../src/kernels/trees.js";
import { builds } from "./builds.js";
import { bagWeights, type Case, caseOf, cases, designOf, randoms } from "./twins/forest.js";

const TREES = 3;

function grow(kernels: Kernels, one: Case, changed: Partial<ForestRequest> = {}): ForestSums {
  const { design, target, train, predict, settings, key } = one;
  return growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key, from: 0, to: TREES, ...changed });
}

/** Both growers, with and without a bag; `all`: every column is looked at. */
const ways = fc.record({ all: fc.boolean(), draws: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })), pick: fc.nat() });

function inWay(one: Case, way: { all: boolean; draws: number; pick: number }): Case {
  const columns = columnCount(one.design);
  const maxFeatures = way.all || columns < 2 ? columns : 1 + (way.pick % (columns - 1));
  return { ...one, settings: { ...one.settings, maxFeatures, draws: way.draws } };
}

/** The same case on another design, all of whose columns are looked at where they were before. */
function on(one: Case, features: readonly Float64Array[], groups: readonly Group[]): Case {
  const design = { ...designOf(features, groups), rows: one.design.rows };
  const all = one.settings.maxFeatures >= columnCount(one.design);
  return { ...one, design, settings: { ...one.settings, maxFeatures: all ? columnCount(design) : one.settings.maxFeatures } };
}

/** An array of the type of `values`. */
function made<T extends Float64Array | Int32Array>(values: T, length: number, value: (row: number) => number): T {
  const array = values instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  return array.map((_, row) => value(row)) as T;
}

function everyRow({ train, predict }: Case): Uint32Array {
  return Uint32Array.of(...train, ...predict);
}

describe.each(builds)("what a forest does not depend on, $build build", ({ build, kernels }) => {
  const runs = { numRuns: build === "fast" ? 150 : 60 };

  test("a constant feature or group, where all columns are looked at", () => {
    fc.assert(
      fc.property(cases(["real", "few", "constant", "close"], 20), fc.nat(), fc.nat(20), (some, place, draws) => {
        const one = inWay(some, { all: true, draws, pick: 0 });
        const { features, groups, rows } = one.design;
        const at = place % (features.length + 1);
        const constant = new Float64Array(rows).fill(3);
        const wider = on(one, [...features.slice(0, at), constant, ...features.slice(at)], [...groups, { codes: new Int32Array(rows).fill(1), levels: 3 }]);
        expect(grow(kernels, wider)).toEqual(grow(kernels, one));
      }),
      runs,
    );
  });

  test("the order of held-out rows", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 20), ways, (some, way) => {
        const one = inWay(some, way);
        expect(grow(kernels, one, { predict: one.predict.toReversed() })).toEqual(grow(kernels, one));
      }),
      runs,
    );
  });

  test("the order of the design's rows, where all columns are looked at and sums are exact", () => {
    fc.assert(
      fc.property(cases(["real", "few", "close"], 24, ["dyadic", "few"]), fc.nat(), (one, seed) => {
        const random = randoms(seed);
        const { features, groups, rows } = one.design;
        const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => random() - 0.5 || a - b);
        const place = Uint32Array.from(order.keys(), (row) => order.indexOf(row));
        const move = <T extends Float64Array | Int32Array>(values: T): T => values.map((_, i) => values[order[i] as number] as number) as T;
        const moved = on({ ...one, target: move(one.target) }, features.map(move), groups.map(({ codes, levels }) => ({ codes: move(codes), levels })));
        const predict = everyRow(one);
        const got = grow(kernels, { ...moved, train: one.train.map((row) => place[row] as number) }, { predict: predict.map((row) => place[row] as number) });
        const wanted = grow(kernels, one, { predict });
        expect(predict.map((row) => got.counts[place[row] as number] as number)).toEqual(predict.map((row) => wanted.counts[row] as number));
        for (const row of predict) expect(got.sums[place[row] as number]).toBe(wanted.sums[row]);
      }),
      runs,
    );
  });

  test("the unit of the target", () => {
    fc.assert(
      fc.property(cases(["real", "few", "close"], 20), ways, fc.integer({ min: -30, max: 30 }), (some, way, power) => {
        const one = inWay(some, way);
        const scaled = grow(kernels, { ...one, target: one.target.map((y) => y * 2 ** power) }, { outOfBag: true });
        const plain = grow(kernels, one, { outOfBag: true });
        expect(scaled).toEqual({ ...plain, sums: plain.sums.map((sum) => sum * 2 ** power) });
      }),
      runs,
    );
  });

  test("the level of the target, on training rows", () => {
    fc.assert(
      fc.property(cases(["real"], 20), fc.integer({ min: -8, max: 8 }), (one, level) => {
        const shifted = grow(kernels, { ...one, target: one.target.map((y) => y + level) }, { predict: one.train });
        const plain = grow(kernels, one, { predict: one.train });
        for (const row of one.train) expect(Math.abs((shifted.sums[row] as number) - (plain.sums[row] as number) - TREES * level)).toBeLessThan(1e-11);
      }),
      runs,
    );
  });

  test("the unit of a feature", () => {
    fc.assert(
      fc.property(cases(["dyadic", "few", "constant", "huge"], 20), ways, fc.integer({ min: -9, max: 30 }), (some, way, power) => {
        const one = inWay(some, way);
        const scaled = on(one, one.design.features.map((feature) => feature.map((x) => x * 2 ** power)), one.design.groups);
        expect(grow(kernels, scaled)).toEqual(grow(kernels, one));
      }),
      runs,
    );
  });

  test("whether a feature and its square are known to be in the same order", () => {
    fc.assert(
      fc.property(cases(["dyadic", "few"], 20), ways, (some, way) => {
        const { features, groups, rows } = some.design;
        // two rows more that no tree sees: in the first design they keep the order of x, in the second they do not
        const wider = (sign: number): Case => {
          const [first = new Float64Array(rows), ...others] = features;
          const x = Float64Array.of(...first.map((value) => value + 1.5), 5, 6 * sign);
          const longer = <T extends Float64Array | Int32Array>(values: T): T => made(values, values.length + 2, (row) => values[row] ?? 0);
          const columns = [x, x.map((value) => value * value), ...others.map(longer)];
          const design = designOf(columns, groups.map(({ codes, levels }) => ({ codes: longer(codes), levels })));
          return inWay({ ...some, design, target: longer(some.target), settings: { ...some.settings, maxFeatures: columnCount(design) } }, way);
        };
        expect(grow(kernels, wider(-1))).toEqual(grow(kernels, wider(1)));
      }),
      runs,
    );
  });

  test("every row twice, with twice the leaf and split sizes: the same values on training rows", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 20, ["real"]), (one) => {
        const { features, groups, rows } = one.design;
        const twice = <T extends Float64Array | Int32Array>(values: T): T => made(values, 2 * rows, (row) => values[row % rows] as number);
        const design = designOf(features.map(twice), groups.map(({ codes, levels }) => ({ codes: twice(codes), levels })));
        const train = Uint32Array.of(...one.train, ...one.train.map((row) => row + rows));
        const { minLeaf, minSplit } = one.settings;
        const settings = { ...one.settings, minLeaf: 2 * minLeaf, minSplit: 2 * minSplit };
        const got = grow(kernels, { ...one, design: { ...design, rows: 2 * rows }, target: twice(one.target), train, settings }, { predict: train });
        const wanted = grow(kernels, one, { predict: one.train });
        for (const row of one.train) for (const copy of [row, row + rows]) expect(Math.abs((got.sums[copy] as number) - (wanted.sums[row] as number))).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  test("how a range of trees is cut into calls", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 16), ways, fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 }), (some, way, lengths) => {
        const one = inWay(some, way);
        const trees = lengths.reduce((sum, length) => sum + length, 0);
        const whole = grow(kernels, one, { outOfBag: true, to: trees });
        // one tree a call, added in order
        const sums = new Float64Array(one.design.rows);
        const counts = new Int32Array(one.design.rows);
        for (let tree = 0; tree < trees; tree++) {
          const part = grow(kernels, one, { outOfBag: true, from: tree, to: tree + 1 });
          part.sums.forEach((sum, row) => ((sums[row] as number) += sum));
          part.counts.forEach((count, row) => ((counts[row] as number) += count));
        }
        expect({ sums, counts }).toEqual(whole);
        // any ranges, added up by the kernel
        expect(accumulate(kernels, one, lengths)).toEqual(whole);
      }),
      runs,
    );
  });

  test("out-of-bag rows: no tree that saw their unit", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 24), ways, fc.boolean(), (some, way, byUnit) => {
        const one = inWay(some, { ...way, draws: 1 + way.draws });
        const units = byUnit ? one.units : Int32Array.from(one.units.keys());
        // the first feature tells the units apart, so a tree that saw a unit would know its rows
        const known = on(one, [Float64Array.from(units), ...one.design.features], one.design.groups);
        const names = [...new Set(Array.from(one.train, (row) => units[row] as number))];
        for (const unit of names.slice(0, 4)) {
          const target = Float64Array.from(units, (name) => (name === unit ? 1 : 0));
          const request = { target, units: byUnit ? units : null, outOfBag: true, to: 10 };
          const { sums, counts } = grow(kernels, known, request);
          for (const row of one.train) if (units[row] === unit) expect(sums[row]).toBe(0);
          for (const row of one.predict) expect(counts[row]).toBe(10);
          const seen = new Int32Array(one.design.rows);
          for (let tree = 0; tree < 10; tree++) {
            const weights = bagWeights(one.design.rows, one.train, byUnit ? units : null, { key: one.key, tree, draws: known.settings.draws });
            for (const row of one.train) if (weights[row] === 0) (seen[row] as number)++;
          }
          for (const row of one.train) expect(counts[row]).toBe(seen[row]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each([65_536, 65_537, 131_100])("rows that are neither trained on nor predicted: %i in all", (rows) => {
    const settings = { minLeaf: 1, minSplit: 2, maxDepth: 0x7fffffff } satisfies Partial<TreeSettings>;
    const small = caseOf({ rows: 160, features: ["real", "few", "close", "dyadic"], levels: [9, 4], target: "real", settings, seed: 5 });
    const n = small.design.rows;
    // row i of the small design is row place(i) here; the last is the last row there is
    const place = (row: number): number => (row === n - 1 ? rows - 1 : Math.floor((row * rows) / n));
    const spread = <T extends Float64Array | Int32Array>(values: T, fill: (row: number) => number): T => {
      const wide = made(values, rows, fill);
      values.forEach((value, row) => (wide[place(row)] = value));
      return wide;
    };
    const features = small.design.features.map((feature, f) => spread(feature, (row) => (f === 0 ? row - 1000 : (feature[row % n] as number))));
    const wide = designOf(features, small.design.groups.map(({ codes, levels }) => ({ levels, codes: spread(codes, (row) => codes[row % n] as number) })));
    for (const maxFeatures of [columnCount(small.design), 6]) {
      const one = { ...small, settings: { ...small.settings, maxFeatures, draws: 60 } };
      const wanted = grow(kernels, one, { units: one.units, outOfBag: true });
      const moved: Case = { ...one, design: wide, target: spread(one.target, () => NaN), train: one.train.map(place), predict: one.predict.map(place) };
      const got = grow(kernels, moved, { units: spread(one.units, () => -1), outOfBag: true });
      expect(got).toEqual({ sums: spread(wanted.sums, () => 0), counts: spread(wanted.counts, () => 0) });
    }
  });
});

/** Ranges of trees of the given lengths, all added to the same sums. */
function accumulate(kernels: Kernels, one: Case, lengths: readonly number[]): ForestSums {
  const { exports, heap } = kernels;
  const { design, train, predict, target, key } = one;
  return heap.scope(() => {
    const at = sorted(kernels, design);
    const sums = heap.zeros(Float64Array, design.rows);
    const counts = heap.zeros(Int32Array, design.rows);
    let from = 0;
    for (const length of lengths) {
      exports.growForest(
        at, heap.copyIn(packSettings(one.settings, design, { outOfBag: true, replace: true })), train.length, heap.copyIn(train),
        train.length, heap.copyIn(denseUnits(Int32Array.from(target.keys()), train).codes), heap.copyIn(target), 0 as Pointer, predict.length, heap.copyIn(predict),
        key[0], key[1], from, from + length, sums, counts,
      );
      from += length;
    }
    return { sums: heap.copyOut(Float64Array, sums, design.rows), counts: heap.copyOut(Int32Array, counts, design.rows) };
  });
}

function sorted({ exports, heap }: Kernels, design: Design): number {
  const cells = Float64Array.from(design.features.flatMap((feature) => [...feature]));
  const codes = Int32Array.from(design.groups.flatMap((group) => [...group.codes]));
  const levels = Int32Array.from(design.groups, (group) => group.levels);
  return exports.treeDesign(design.rows, design.features.length, heap.copyIn(cells), levels.length, heap.copyIn(codes), heap.copyIn(levels));
}
