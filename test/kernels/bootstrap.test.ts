import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BootstrapRequest, multiplierBootstrap, type Multiplier } from "../../src/kernels/bootstrap.js";
import { createSpecial } from "../../src/kernels/special.js";
import { builds } from "./builds.js";
import { slowBootstrap } from "./twins/bootstrap.js";

const KINDS: readonly Multiplier[] = ["normal", "wild", "bayes"];
const word = fc.integer({ min: 0, max: 0xffffffff });

/** Sizes about the tiles of four, fewer than a block. */
const requests: fc.Arbitrary<BootstrapRequest> = fc
  .record({ estimates: fc.integer({ min: 1, max: 6 }), clusters: fc.integer({ min: 1, max: 7 }) })
  .chain(({ estimates, clusters }) =>
    fc.record({
      influence: fc.array(float64(clusters), { minLength: estimates, maxLength: estimates }),
      labels: fc.array(word, { minLength: 2 * clusters, maxLength: 2 * clusters }).map((words) => Uint32Array.from(words)),
      key: fc.tuple(word, word),
      multiplier: fc.constantFrom(...KINDS),
      draws: fc.integer({ min: 1, max: 9 }),
      from: fc.integer({ min: 0, max: 1000 }),
    }),
  );

function float64(length: number): fc.Arbitrary<Float64Array> {
  return fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
}

/** K estimates over G clusters, each number another one. */
function made(estimates: number, clusters: number): Pick<BootstrapRequest, "influence" | "labels"> {
  return {
    influence: Array.from({ length: estimates }, (_, k) => Float64Array.from({ length: clusters }, (_, g) => ((g * 7919 + k * 104729) % 1009) / 1009 - 0.5)),
    labels: Uint32Array.from({ length: 2 * clusters }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0),
  };
}

describe.each(builds)("multiplier bootstrap, $build build", ({ kernels }) => {
  const special = createSpecial(kernels);

  test("the same bits as the slow twin", () => {
    fc.assert(fc.property(requests, (request) => {
      expect(multiplierBootstrap(kernels, request)).toEqual(slowBootstrap(special, request));
    }));
  });

  test.each(KINDS)("the same bits over several blocks of clusters and draws, %s", (multiplier) => {
    const request: BootstrapRequest = { ...made(2, 260), key: [1, 2], multiplier, draws: 261 };
    expect(multiplierBootstrap(kernels, request)).toEqual(slowBootstrap(special, request));
  });

  test("draws cut among calls are the draws of one call", () => {
    const request: BootstrapRequest = { ...made(5, 40), key: [3, 4], multiplier: "wild", draws: 600 };
    const whole = multiplierBootstrap(kernels, request);
    const parts = [[0, 250], [250, 350]].map(([from = 0, draws = 0]) => multiplierBootstrap(kernels, { ...request, from, draws }));
    whole.forEach((row, k) => expect([...parts[0]![k]!, ...parts[1]![k]!]).toEqual([...row]));
  });

  test("more estimates, and clusters in which the others have no part, change no bit of these", () => {
    const { influence, labels } = made(3, 150);
    const rest = { key: [5, 6], multiplier: "normal", draws: 30 } as const;
    const before = multiplierBootstrap(kernels, { ...rest, influence, labels });
    // A cluster more between any two, and two estimates that know them all.
    const wide = influence.map((sums) => Float64Array.from({ length: 300 }, (_, g) => (g % 2 === 0 ? sums[g / 2]! : 0)));
    const more = Uint32Array.from({ length: 600 }, (_, i) => (i % 4 < 2 ? labels[2 * (i >> 2) + (i % 4)]! : i));
    const after = multiplierBootstrap(kernels, { ...rest, influence: [...made(2, 300).influence, ...wide], labels: more });
    expect(after.slice(2)).toEqual(before);
  });

  test("permuted clusters change only the rounding of sums", () => {
    const { influence, labels } = made(2, 150);
    const rest = { key: [7, 8], multiplier: "bayes", draws: 20 } as const;
    const flipped = { influence: influence.map((sums) => sums.slice().reverse()), labels: labels.map((_, i) => labels[2 * (149 - (i >> 1)) + (i % 2)]!) };
    const [a, b] = [multiplierBootstrap(kernels, { ...rest, influence, labels }), multiplierBootstrap(kernels, { ...rest, ...flipped })];
    // 150 products below 3, each rounded once and added once: 300 roundings of a sum below 20.
    a.forEach((row, k) => row.forEach((value, i) => expect(Math.abs(value - b[k]![i]!)).toBeLessThan(300 * 20 * 2 ** -53)));
  });

  test("lengths that do not fit, and draws beyond what memory addresses, are refused", () => {
    const { influence, labels } = made(2, 10);
    const rest = { key: [0, 0], multiplier: "normal" } as const;
    expect(() => multiplierBootstrap(kernels, { ...rest, influence, labels: labels.slice(2), draws: 10 })).toThrow(RangeError);
    expect(() => multiplierBootstrap(kernels, { ...rest, influence, labels, draws: 3e8 })).toThrow(/memory is full/);
  });
});

describe("a million multipliers", () => {
  const { kernels } = builds[0]!;
  const CLUSTERS = 1000;
  const drawn = (multiplier: Multiplier): number[] =>
    Array.from({ length: CLUSTERS }, (_, g) => {
      const [row] = multiplierBootstrap(kernels, { influence: [Float64Array.of(1)], labels: Uint32Array.of(g, 0), key: [1, 1], multiplier, draws: 1000 });
      return [...row!];
    }).flat();

  // Of the wild ones: E (Y^2 - 1)^3 / 8 = 1, and 3 / 4 + 6 (1 / 2) (1 / 2) + 60 / 16 = 6.
  test.each([["normal", 0, 3], ["wild", 1, 6], ["bayes", 2, 9]] as const)("%s: mean 0, variance 1, third moment %d, fourth %d, within four standard errors", (multiplier, third, fourth) => {
    const values = drawn(multiplier);
    const moment = (power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    [0, 1, third, fourth].forEach((wanted, i) => {
      const error = Math.sqrt((moment(2 * i + 2) - moment(i + 1) ** 2) / values.length);
      expect(Math.abs(moment(i + 1) - wanted), `moment ${i + 1}`).toBeLessThan(4 * error);
    });
  });

  test("neighbours among clusters and draws do not move together", () => {
    const values = drawn("normal");
    const correlation = (lag: number): number => values.reduce((sum, x, i) => sum + x * (values[i + lag] ?? 0), 0) / values.length;
    for (const lag of [1, 2, 4, 1000, 2000]) expect(Math.abs(correlation(lag))).toBeLessThan(4 / Math.sqrt(values.length));
  });
});
