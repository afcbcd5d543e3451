import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Design, Group } from "../../src/kernels/design.js";
import { growHistBoosting, type HistRequest, type HistSettings } from "../../src/kernels/histboost.js";
import { builds } from "./builds.js";
import { denseDemean, dummies } from "./twins/demean.js";
import { randoms } from "./twins/forest.js";
import { histTwin } from "./twins/histboost.js";

const SETTINGS: HistSettings = { maxBins: 255, leaves: 6, maxDepth: 99, minLeaf: 3, l2: 0, rate: 0.3 };
/** Sums of f32 gradients in another order. */
const ROUNDING = 1e-9;
/** Gradients that differ in the last bit of an f64 may be rounded to different f32. */
const SINGLE = 1e-6;

let made = 0;

interface Problem {
  readonly design: Design;
  readonly request: HistRequest;
}

interface Kind {
  readonly rows?: number;
  readonly features?: number;
  readonly levels?: number;
  readonly missing?: "train" | "held";
  readonly weights?: boolean;
  readonly loss?: "squared" | "log";
  readonly settings?: Partial<HistSettings>;
}

/** Features without ties but one of four values; the last fifth of the rows is held out. */
function problem(seed: number, kind: Kind = {}): Problem {
  const { rows = 60, features: width = 3, levels = 0, loss = "squared", missing } = kind;
  const random = randoms(seed);
  const column = (): Float64Array => Float64Array.from({ length: rows }, random);
  const list = Uint32Array.from({ length: rows }, (_, i) => i);
  const isHeld = (row: number): boolean => row >= Math.floor(rows * 0.8);
  const features = Array.from({ length: width }, (_, f) => (f === 1 ? column().map((value) => Math.floor(value * 4)) : column()));
  const target = column().map((noise, i) => noise + 2 * (features[0]?.[i] ?? 0) * (features.at(-1)?.[i] ?? 0));
  const holes = features.map((feature) => feature.map((value, i) => (random() < 0.2 && (missing === "train" || (missing === "held" && isHeld(i))) ? NaN : value)));
  const groups = levels === 0 ? [] : [{ codes: Int32Array.from(list, () => Math.floor(random() * levels)), levels }];
  return {
    design: { key: `hist ${made++}`, rows, features: holes, groups },
    request: {
      settings: { ...SETTINGS, ...kind.settings }, loss, effects: [], checkpoints: [1, 4, 9], start: new Float64Array(rows).fill(loss === "log" ? 0.2 : 0.5),
      target: loss === "log" ? target.map((y) => (y > 1 ? 1 : 0)) : target,
      weights: kind.weights === true ? column().map((value) => 0.5 + value) : null,
      train: list.filter((row) => !isHeld(row)), predict: list.filter(isHeld),
    },
  };
}

function furthest(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  return Math.max(...a.flatMap((values, c) => Array.from(values, (value, i) => Math.abs(value - (b[c]?.[i] ?? NaN)))));
}

const seeds = fc.integer({ min: 1, max: 1e6 });

describe.each(builds)("histogram boosting, $build build", ({ kernels }) => {
  const run = ({ design, request }: Problem): readonly Float64Array[] => growHistBoosting(kernels, { ...design, key: `hist ${made++}` }, request);
  const law = (name: string, runs: number, check: (seed: number) => void): void => {
    it(name, () => fc.assert(fc.property(seeds, check), { numRuns: runs, seed: 7 }));
  };

  const kinds: Readonly<Record<string, Kind>> = {
    "squared loss": {},
    "few bins, at percentiles": { settings: { maxBins: 8, minLeaf: 1 } },
    "weights": { weights: true },
    "weighted percentiles": { weights: true, settings: { maxBins: 7 } },
    "log loss": { loss: "log" },
    "log loss, weights, l2": { loss: "log", weights: true, settings: { l2: 0.7 } },
    "l2 and depth": { settings: { l2: 1.5, maxDepth: 2 } },
    "a group": { levels: 5 },
    "a group of many levels, weights": { levels: 20, weights: true, settings: { minLeaf: 2 } },
    "a group without features": { levels: 6, features: 0 },
    "missing values": { missing: "train" },
    "missing values, log loss": { missing: "train", loss: "log", weights: true },
    "missing values, few bins": { missing: "train", settings: { maxBins: 5, l2: 0.3 } },
    "missing values in held-out rows only": { missing: "held" },
    "many leaves of one row": { settings: { minLeaf: 1, leaves: 40 } },
  };
  for (const [name, kind] of Object.entries(kinds)) {
    law(`is the twin: ${name}`, 12, (seed) => {
      const one = problem(seed, kind);
      expect(furthest(run(one), histTwin(one.design, one.request))).toBeLessThan(kind.loss === "log" ? SINGLE : ROUNDING);
    });
  }

  /** Nodes of more rows than are looked through and added up in one go; eighths of any number of rows are exact. */
  it.each<[string, Kind]>([
    ["squared loss", {}], ["missing values", { missing: "train" }], ["a group, weights", { levels: 5, weights: true }], ["a group", { levels: 5 }], ["log loss", { loss: "log" }],
  ])("is the twin on 5,000 rows: %s", (_, kind) => {
    const { design, request } = problem(11, { ...kind, rows: 5_003, settings: { maxBins: 8 } });
    const one = { design, request: { ...request, checkpoints: [2] } };
    expect(furthest(run(one), histTwin(one.design, one.request))).toBeLessThan(kind.loss === "log" ? SINGLE : ROUNDING);
  });

  for (const isByPeriod of [false, true]) law(`with unit and time effects profiled out in every round, weighted, is the twin (rows by ${isByPeriod ? "period" : "unit"})`, 8, (seed) => {
    const one = withEffects(problem(seed, { weights: true, settings: { minLeaf: 4, leaves: 4 } }), isByPeriod);
    const own = (values: Float64Array): Float64Array => Float64Array.from(one.request.train, (row) => values[row] ?? NaN);
    const groups = one.request.effects.map(({ codes, levels }) => ({ levels, codes: Int32Array.from(one.request.train, (row) => codes[row] ?? 0) }));
    const demean = (left: Float64Array): Float64Array => {
      const { residuals } = denseDemean(groups, own(left), own(one.request.weights ?? new Float64Array(0)));
      const all = new Float64Array(left.length);
      one.request.train.forEach((row, i) => (all[row] = residuals[i] ?? NaN));
      return all;
    };
    expect(furthest(run(one), histTwin(one.design, one.request, demean))).toBeLessThan(SINGLE);
  });

  law("effects of any size in the target do not matter", 10, (seed) => {
    const one = withEffects(problem(seed));
    const target = one.request.target.map((y, i) => y + 1000 * Math.floor(i / 5) - 50 * (i % 5));
    expect(furthest(run(one), run({ ...one, request: { ...one.request, target } }))).toBeLessThan(SINGLE);
  });

  law("permuted rows change nothing", 20, (seed) => {
    const one = problem(seed, { levels: 4, missing: "train" });
    const random = randoms(seed + 1);
    const order = Array.from({ length: one.design.rows }, (_, i) => ({ i, by: random() })).sort((a, b) => a.by - b.by).map(({ i }) => i);
    const place = new Map(order.map((row, to) => [row, to]));
    const moved = <A extends Float64Array | Int32Array>(values: A): A => values.map((_, to) => values[order[to] ?? 0] ?? NaN) as A;
    const listed = (rows: Uint32Array): Uint32Array => rows.map((row) => place.get(row) ?? 0);
    const design = { ...one.design, features: one.design.features.map(moved), groups: one.design.groups.map((group) => ({ ...group, codes: moved(group.codes) })) };
    const request = { ...one.request, target: moved(one.request.target), start: moved(one.request.start), train: listed(one.request.train), predict: listed(one.request.predict) };
    expect(furthest(run(one), run({ design, request }))).toBeLessThan(ROUNDING);
  });

  law("permuted columns leave the fit of the training rows as it is", 20, (seed) => {
    const { design, request } = problem(seed, { features: 4 });
    const one = { design, request: { ...request, predict: request.train } };
    expect(furthest(run(one), run({ ...one, design: { ...design, features: [3, 1, 0, 2].map((f) => design.features[f] ?? new Float64Array(0)) } }))).toBeLessThan(ROUNDING);
  });

  law("rescaled by powers of two, and beside a constant, features give the same bits", 20, (seed) => {
    const one = problem(seed, { missing: "train" });
    const features = [new Float64Array(one.design.rows).fill(3), ...one.design.features.map((feature, f) => feature.map((value) => value * 2 ** (5 * f - 20)))];
    expect(run({ ...one, design: { ...one.design, features } })).toEqual(run(one));
  });

  law("a row twice is a row of weight 2", 20, (seed) => {
    const one = problem(seed, { settings: { minLeaf: 1, maxBins: 4 } }); // quarters of a number of rows are exact
    const { design, request } = one;
    const twice = (values: Float64Array): Float64Array => Float64Array.of(...values, ...values);
    const doubled = {
      design: { ...design, rows: 2 * design.rows, features: design.features.map(twice) },
      request: { ...request, target: twice(request.target), start: twice(request.start), train: Uint32Array.of(...request.train, ...request.train.map((row) => row + design.rows)) },
    };
    const weights = new Float64Array(design.rows).fill(2);
    expect(furthest(run(doubled), run({ design, request: { ...request, weights } }))).toBeLessThan(ROUNDING);
  });

  law("a group is its dummies as features, whatever levels are too small to be split", 20, (seed) => {
    const one = problem(seed, { levels: 9, weights: seed % 2 === 0 });
    const features = [...one.design.features, ...dummies(one.design.groups)];
    expect(run(one)).toEqual(run({ ...one, design: { ...one.design, features, groups: [] } }));
  });

  it("levels of one row each are as if they were not there", () => {
    const one = problem(3);
    const groups = [{ codes: Int32Array.from({ length: 60 }, (_, i) => i), levels: 60 }];
    expect(run({ ...one, design: { ...one.design, groups } })).toEqual(run(one));
  });

  it.each<[string, Kind]>([["one row", { rows: 1 }], ["two rows", { rows: 2 }], ["no feature", { features: 0 }]])("%s: the start", (_, kind) => {
    const one = problem(5, kind);
    const request = { ...one.request, train: Uint32Array.of(0), predict: Uint32Array.of(0) };
    expect(run({ ...one, request: kind.features === 0 ? one.request : request }).flatMap((values) => [...values]).every((value) => value === 0.5)).toBe(true);
  });

  it("a constant target, and a feature without any value: the start", () => {
    const one = problem(6);
    const constant = { ...one, request: { ...one.request, target: new Float64Array(60).fill(0.5) } };
    const empty = { ...one, design: { ...one.design, features: [new Float64Array(60).fill(NaN)] } };
    for (const odd of [constant, empty]) expect(run(odd).flatMap((values) => [...values]).every((value) => value === 0.5)).toBe(true);
  });
});

/** Twelve units of five periods; boosting starts at 0. */
function withEffects({ design, request }: Problem, isByPeriod = false): Problem {
  const rows = Int32Array.from({ length: design.rows }, (_, i) => i);
  const unit: Group = { codes: rows.map((i) => (isByPeriod ? i % 12 : Math.floor(i / 5))), levels: 12 };
  const time: Group = { codes: rows.map((i) => (isByPeriod ? Math.floor(i / 12) : i % 5)), levels: 5 };
  return { design, request: { ...request, effects: [unit, time], start: new Float64Array(design.rows) } };
}
