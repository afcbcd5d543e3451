import type { BootstrapRequest, Multiplier } from "../../../src/kernels/bootstrap.js";
import type { Special } from "../../../src/kernels/special.js";

const MASK = (1n << 64n) - 1n;
const GOLDEN = 0x9e3779b97f4a7c15n;

/** The finaliser of SplitMix64. */
function mix(x: bigint): bigint {
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return x ^ (x >> 31n);
}

function subKey(key: bigint, index: number): bigint {
  return mix(mix((key + GOLDEN) & MASK) ^ (((BigInt(index) + 1n) * 0xd1342543de82ef95n) & MASK));
}

function uniform(stream: bigint, counter: number): number {
  const bits = mix((stream + (BigInt(counter) + 1n) * GOLDEN) & MASK);
  return (Number(bits >> 12n) + 0.5) / 4503599627370496;
}

/** Multiplier of one cluster in one draw, from whole numbers of any size. */
export function multiplierOf(special: Special, kind: Multiplier, key: readonly [number, number], label: readonly [number, number], draw: number): number {
  const stream = subKey(subKey(BigInt(key[0]) + (BigInt(key[1]) << 32n), label[0]), label[1]);
  const normal = (counter: number): number => special.normalQuantile(uniform(stream, counter));
  switch (kind) {
    case "normal":
      return normal(draw);
    case "bayes":
      return -special.log(uniform(stream, draw)) - 1;
    case "wild": {
      const y = normal(2 * draw + 1);
      return normal(2 * draw) * Math.SQRT1_2 + 0.5 * (y * y - 1);
    }
  }
}

/** The multiplier bootstrap as its formula reads: estimate by estimate, draw by draw, cluster by cluster. */
export function slowBootstrap(special: Special, { influence, labels, key, multiplier, draws, from = 0 }: BootstrapRequest): readonly Float64Array[] {
  return influence.map((sums) =>
    Float64Array.from({ length: draws }, (_, b) => {
      let sum = 0;
      sums.forEach((value, g) => (sum += multiplierOf(special, multiplier, key, [labels[2 * g]!, labels[2 * g + 1]!], from + b) * value));
      return sum;
    }),
  );
}
