import { describe, expect, test } from "vitest";
import type { Design, Group } from "../../src/kernels/design.js";
import { type EpochsRequest, type StepsRequest, trainNet, trainNetWithin } from "../../src/kernels/nnet.js";
import { builds } from "./builds.js";
import { denseDemean } from "./twins/demean.js";
import { randoms } from "./twins/forest.js";
import { type Loss, shuffled, TwinNet } from "./twins/nnet.js";

/** Single precision has seven digits, and a few steps cost one. */
const SINGLE = 2e-6;
const ROWS = 30;

interface Made {
  readonly design: Design;
  readonly request: EpochsRequest;
}

/** 30 rows of 6 units and 5 periods, the last unit held out; two features, and groups where wanted. */
function made(changed: Partial<EpochsRequest> = {}, withGroups = true): Made {
  const random = randoms(7);
  const column = (): Float64Array => Float64Array.from({ length: ROWS }, random);
  const features = [column(), column()];
  const groups = withGroups ? [5, 3].map((levels) => ({ codes: Int32Array.from(column(), (value) => Math.floor(levels * value)), levels })) : [];
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const target = column().map((noise, i) => noise + 2 * (features[0]?.[i] ?? NaN) * (features[1]?.[i] ?? NaN));
  const scaling = (): { centre: number; scale: number } => ({ centre: random(), scale: 0.5 + random() });
  return {
    design: { key: "nnet", rows: ROWS, features, groups },
    request: {
      hidden: [5], activation: "relu", classify: false, learningRate: 0.01, alpha: 0.05, train: rows.slice(0, 25), predict: rows.slice(25).reverse(), target,
      weights: null, features: features.map(scaling), levels: groups.map((group) => Array.from({ length: group.levels }, scaling)), key: [11, 4000000000],
      batch: 10, maxEpochs: 3, tolerance: 0, ...changed,
    },
  };
}

const weights = Float64Array.from({ length: ROWS }, (_, i) => 0.5 + (i % 4));
const binary = Float64Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 || i % 7 === 1 ? 1 : 0));

/** Training as scikit-learn does it, by the twin. */
function twinEpochs({ design, request }: Made): number[] {
  const net = new TwinNet(design, request);
  const weightOf = (row: number): number => request.weights?.[row] ?? 1;
  const sizeOf = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + weightOf(row), 0);
  const lossOf = (output: number, y: number): number =>
    request.classify ? -(y * Math.log(1 / (1 + Math.exp(-output))) + (1 - y) * Math.log(1 / (1 + Math.exp(output)))) : 0.5 * (output - y) * (output - y);
  const loss: Loss = (outputs, rows) => rows.reduce((sum, row, i) => sum + weightOf(row) * lossOf(outputs[i] ?? NaN, request.target[row] ?? NaN), 0) / sizeOf(rows);
  let order = [...request.train];
  for (let epoch = 0; epoch < request.maxEpochs; epoch++) {
    order = shuffled(order, request.key, epoch);
    for (let from = 0; from < order.length; from += request.batch) {
      const rows = order.slice(from, from + request.batch);
      net.adamStep(rows, loss, sizeOf(rows));
    }
  }
  return Array.from(request.predict, (row) => (request.classify ? 1 / (1 + Math.exp(-net.output(row))) : net.output(row)));
}

function effectsOf(): Group[] {
  const rows = Array.from({ length: ROWS }, (_, i) => i);
  return [{ codes: Int32Array.from(rows, (i) => Math.floor(i / 5)), levels: 6 }, { codes: Int32Array.from(rows, (i) => i % 5), levels: 5 }];
}

/** Full-batch steps on the within loss, by the twin. */
function twinSteps({ design, request }: Made, effects: readonly Group[], checkpoints: readonly number[]): number[][] {
  const net = new TwinNet(design, request);
  const train = [...request.train];
  const groups = effects.map(({ codes, levels }) => ({ codes: Int32Array.from(train, (row) => codes[row] ?? 0), levels }));
  const own = Float64Array.from(train, (row) => request.weights?.[row] ?? 1);
  const size = own.reduce((a, b) => a + b, 0);
  const loss: Loss = (outputs, rows) => {
    const left = Float64Array.from(rows, (row, i) => (request.target[row] ?? NaN) - (outputs[i] ?? NaN));
    return denseDemean(groups, left, own).residuals.reduce((sum, r, i) => sum + 0.5 * (own[i] ?? NaN) * r * r, 0) / size;
  };
  return Array.from({ length: checkpoints.at(-1) ?? 0 }, (_, step) => {
    net.adamStep(train, loss, size);
    const level = train.reduce((sum, row) => sum + net.output(row), 0) / train.length;
    return checkpoints.includes(step + 1) ? [Array.from(request.predict, (row) => net.output(row) - level)] : [];
  }).flat();
}

describe.each(builds)("a network, $build build", ({ kernels }) => {
  const run = ({ design, request }: Made): Float64Array => trainNet(kernels, design, request).predictions;
  const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))));

  test.each<[string, Partial<EpochsRequest>, boolean]>([
    ["one layer", {}, true],
    ["no groups", {}, false],
    ["tanh, weights", { activation: "tanh", weights }, true],
    ["two layers", { hidden: [9, 4], weights }, true],
    ["three layers, tanh", { hidden: [3, 2, 8], activation: "tanh" }, false],
    ["probabilities", { classify: true, target: binary }, true],
    ["probabilities, weights, two layers", { classify: true, target: binary, weights, hidden: [4, 3] }, true],
    ["one batch", { batch: 25 }, true],
    ["batches larger than the sample", { batch: 200 }, true],
    ["batches of one row", { batch: 1, maxEpochs: 1 }, true],
    ["no penalty, one unit", { alpha: 0, hidden: [1] }, true],
  ])("equals the twin, whose gradients are differences: %s", (_, changed, withGroups) => {
    const one = made(changed, withGroups);
    expect(furthest(run(one), twinEpochs(one))).toBeLessThan(SINGLE);
  });

  test.each<[string, Partial<EpochsRequest>]>([
    ["one layer", {}],
    ["two layers, tanh", { hidden: [4, 3], activation: "tanh" }],
    ["weights", { weights }],
  ])("the within loss: each checkpoint is the twin's, %s", (_, changed) => {
    const one = made(changed, false);
    const checkpoints = [1, 3, 6];
    const effects = effectsOf();
    const request: StepsRequest = { ...one.request, effects, checkpoints };
    const ours = trainNetWithin(kernels, one.design, request);
    const theirs = twinSteps(one, effects, checkpoints);
    expect(ours.length).toBe(3);
    ours.forEach((values, c) => expect(furthest(values, theirs[c] ?? [])).toBeLessThan(SINGLE));
  });

  test("effects of any size in the target do not matter to the within loss", () => {
    const one = made({}, false);
    const request: StepsRequest = { ...one.request, effects: effectsOf(), checkpoints: [20] };
    const moved = { ...request, target: request.target.map((y, i) => y + 100 * Math.floor(i / 5) - 7 * (i % 5)) };
    const [plain = new Float64Array(0)] = trainNetWithin(kernels, one.design, request);
    const [shifted = new Float64Array(0)] = trainNetWithin(kernels, one.design, moved);
    expect(furthest(plain, shifted)).toBeLessThan(SINGLE);
  });

  test("full batches: a weight of 2 is a row twice; the order of the rows does not matter", () => {
    const one = made({ batch: 1000, maxEpochs: 15 });
    const train = [...one.request.train];
    const few = (changed: Partial<EpochsRequest>): Float64Array => run({ ...one, request: { ...one.request, ...changed } });
    const twos = Float64Array.from({ length: ROWS }, (_, i) => (i < 8 ? 2 : 1));
    expect(furthest(few({ weights: twos }), few({ train: Uint32Array.from([...train, ...train.slice(0, 8)]) }))).toBeLessThan(SINGLE);
    expect(furthest(few({ train: Uint32Array.from(train.toReversed()) }), few({}))).toBeLessThan(SINGLE);
  });

  test("the same key gives the same bits, another key another network", () => {
    const one = made();
    expect(run(one)).toEqual(run(one));
    expect(run(one)).not.toEqual(run(made({ key: [12, 4000000000] })));
    expect(run(one)).not.toEqual(run(made({ key: [11, 4000000001] })));
  });

  test("training ends when the loss has not fallen for ten epochs, and says whether it did", () => {
    const one = made({ tolerance: 10 });
    const after = (maxEpochs: number): ReturnType<typeof trainNet> => trainNet(kernels, one.design, { ...one.request, maxEpochs });
    // The first epoch betters infinity, the next eleven wait.
    expect(after(11).converged).toBe(false);
    expect(after(12).converged).toBe(true);
    expect(after(50)).toEqual(after(12));
    expect(after(11).predictions).not.toEqual(after(12).predictions);
  });

  test("one row, one feature, a constant target", () => {
    const one = made({ train: Uint32Array.of(3), maxEpochs: 5000, learningRate: 0.001, alpha: 0, tolerance: 1e-9 });
    const request = { ...one.request, predict: Uint32Array.of(3) };
    expect(trainNet(kernels, one.design, request).predictions[0]).toBeCloseTo(one.request.target[3] ?? NaN, 2);
    const flat = made({ target: new Float64Array(ROWS).fill(2), maxEpochs: 2000, learningRate: 0.02, alpha: 0, tolerance: 1e-9 });
    run(flat).forEach((value) => expect(Math.abs(value - 2)).toBeLessThan(0.3));
  });
});
