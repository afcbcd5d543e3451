import type { Design } from "../../../src/kernels/design.js";
import type { NetRequest } from "../../../src/kernels/nnet.js";
import { bits, subKey } from "./forest.js";

/** Parameters of one layer: a row of weights for each input, and the biases. */
interface Layer {
  readonly weights: readonly Float64Array[];
  readonly biases: Float64Array;
}

/** A loss of the outputs of some rows, the penalty aside. */
export type Loss = (outputs: readonly number[], rows: readonly number[]) => number;

const BETA = [0.9, 0.999] as const;
/** Step of the central differences: their error is about 1e-10. */
const STEP = 1e-5;

/**
 * The twin of the network: dense dummies, double precision, and gradients by central differences of the loss, so that
 * nothing is derived by hand. `loss` is a mean over rows or whatever else is to fall; the penalty is added here.
 */
export class TwinNet {
  readonly #columns: readonly (readonly number[])[];
  readonly #layers: readonly Layer[];
  readonly #moments = new Map<Float64Array, readonly [Float64Array, Float64Array]>();
  readonly #request: NetRequest;
  #steps = 0;

  constructor(design: Design, request: NetRequest) {
    this.#request = request;
    this.#columns = denseColumns(design, request);
    this.#layers = drawLayers([this.#columns.length, ...request.hidden, 1], request.key);
  }

  /** The output of a row, before the logistic function. */
  output(row: number): number {
    const activation = this.#request.activation === "tanh" ? Math.tanh : (x: number): number => Math.max(x, 0);
    let values = this.#columns.map((column) => column[row] ?? NaN);
    this.#layers.forEach(({ weights, biases }, l) => {
      const sums = Array.from(biases, (bias, u) => values.reduce((sum, value, k) => sum + value * (weights[k]?.[u] ?? NaN), bias));
      values = l < this.#layers.length - 1 ? sums.map(activation) : sums;
    });
    return values[0] ?? NaN;
  }

  /** One step of Adam on some rows, of which the weights add up to `size`; returns the loss before it. */
  adamStep(rows: readonly number[], loss: Loss, size: number): number {
    const total = (): number => loss(rows.map((row) => this.output(row)), rows) + (0.5 * this.#request.alpha * this.#squares()) / size;
    const before = total();
    this.#steps++;
    const arrays = this.#layers.flatMap(({ weights, biases }) => [...weights, biases]);
    const slopes = arrays.map((array) => Float64Array.from(array, (_, k) => slope(array, k, total)));
    arrays.forEach((array, a) => this.#move(array, slopes[a] ?? new Float64Array(0)));
    return before;
  }

  #squares(): number {
    return this.#layers.reduce((sum, { weights }) => sum + weights.reduce((own, row) => own + row.reduce((part, w) => part + w * w, 0), 0), 0);
  }

  #move(array: Float64Array, slopes: Float64Array): void {
    const known = this.#moments.get(array) ?? [new Float64Array(array.length), new Float64Array(array.length)];
    this.#moments.set(array, known);
    const [first, second] = known;
    slopes.forEach((g, k) => {
      const m = (first[k] = BETA[0] * (first[k] ?? 0) + (1 - BETA[0]) * g);
      const v = (second[k] = BETA[1] * (second[k] ?? 0) + (1 - BETA[1]) * g * g);
      const rate = (this.#request.learningRate * Math.sqrt(1 - BETA[1] ** this.#steps)) / (1 - BETA[0] ** this.#steps);
      array[k] = (array[k] ?? NaN) - (rate * m) / (Math.sqrt(v) + 1e-8);
    });
  }
}

function slope(array: Float64Array, k: number, loss: () => number): number {
  const value = array[k] ?? NaN;
  array[k] = value + STEP;
  const above = loss();
  array[k] = value - STEP;
  const below = loss();
  array[k] = value;
  return (above - below) / (2 * STEP);
}

function denseColumns({ features, groups }: Design, { features: ofFeature, levels: ofLevel }: NetRequest): number[][] {
  const numbers = features.map((feature, f) => Array.from(feature, (x) => (x - (ofFeature[f]?.centre ?? NaN)) * (ofFeature[f]?.scale ?? NaN)));
  const dummies = groups.flatMap(({ codes }, g) => (ofLevel[g] ?? []).map(({ centre, scale }, level) => Array.from(codes, (code) => ((code === level ? 1 : 0) - centre) * scale)));
  return [...numbers, ...dummies];
}

function streamOf([low, high]: readonly [number, number]): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Uniform on +-sqrt(6 / (inputs + units)), input by input, then the biases. */
function drawLayers(sizes: readonly number[], key: readonly [number, number]): Layer[] {
  const stream = subKey(streamOf(key), 0);
  let counter = 0;
  return sizes.slice(1).map((units, l) => {
    const inputs = sizes[l] ?? 0;
    const bound = Math.sqrt(6 / (inputs + units));
    const line = (): Float64Array => Float64Array.from({ length: units }, () => bound * (2 * (Number(bits(stream, counter++) >> 11n) / 2 ** 53) - 1));
    return { weights: Array.from({ length: inputs }, line), biases: line() };
  });
}

/** The order of the rows in each epoch. */
export function shuffled(rows: readonly number[], key: readonly [number, number], epoch: number): number[] {
  const order = [...rows];
  const stream = subKey(streamOf(key), epoch + 1);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Number(((bits(stream, i) >> 32n) * BigInt(i + 1)) >> 32n);
    [order[i], order[j]] = [order[j] ?? NaN, order[i] ?? NaN];
  }
  return order;
}
