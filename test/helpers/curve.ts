import type { ChoiceGroup, CurveDimension, CurveRows, CurveScores } from "../../src/curve/rows.js";
import { uniforms } from "./random.js";

/** A curve of no engine: a full cross, true effects by options, and noise that specifications share. */
export interface MadeCurve {
  readonly rows: CurveRows;
  readonly scores: CurveScores;
}

interface Making {
  /** Effects of the options, by dimension. */
  readonly effects: Readonly<Record<string, readonly number[]>>;
  readonly groups?: Readonly<Record<string, ChoiceGroup>>;
  readonly base?: number;
  readonly clusters?: number;
  /** Standard error of every estimate, about. */
  readonly noise?: number;
  /** Share of the noise that is a specification's own; the rest is one for all. */
  readonly own?: number;
  readonly seed?: number;
  readonly preferred?: number | null;
  /** Numbers of specifications that failed. */
  readonly failed?: readonly number[];
}

/** Estimates are drawn from the influence that is given, as theory has it. */
export function madeCurve({ effects, groups = {}, base = 0, clusters = 30, noise = 1, own = 0.3, seed = 1, preferred = 0, failed = [] }: Making): MadeCurve {
  const random = uniforms(seed);
  const dimensions = Object.entries(effects).map(([name, options]): CurveDimension => ({ name, group: groups[name] ?? null, options: options.map((_, o) => `${name} ${String.fromCharCode(97 + (o % 26))}${o < 26 ? "" : Math.floor(o / 26)}`) }));
  const size = dimensions.reduce((product, { options }) => product * options.length, 1);
  const choices = new Uint16Array(size * dimensions.length);
  for (let i = 0; i < size; i++) {
    let rest = i;
    for (let d = dimensions.length - 1; d >= 0; d--) {
      const count = dimensions[d]!.options.length;
      choices[i * dimensions.length + d] = rest % count;
      rest = Math.floor(rest / count);
    }
  }
  const gaussian = (): number => Array.from({ length: 12 }, () => random()).reduce((sum, u) => sum + u, -6);
  const shared = Float64Array.from({ length: clusters }, gaussian);
  // What the panel drew: estimates are off by the sum of influence times these.
  const drawn = Float64Array.from({ length: clusters }, gaussian);
  const values = Array.from({ length: size }, () => {
    const raw = shared.map((value) => Math.sqrt(1 - own) * value + Math.sqrt(own) * gaussian());
    const mean = raw.reduce((sum, value) => sum + value, 0) / clusters;
    return raw.map((value) => ((value - mean) * noise) / Math.sqrt(clusters));
  });
  const isFailed = new Set(failed);
  const by = (of: (i: number) => number): Float64Array => Float64Array.from({ length: size }, (_, i) => (isFailed.has(i) ? NaN : of(i)));
  const truth = (i: number): number => dimensions.reduce((sum, { name }, d) => sum + effects[name]![choices[i * dimensions.length + d]!]!, base);
  const theta = by((i) => truth(i) + values[i]!.reduce((sum, value, g) => sum + value * drawn[g]!, 0));
  const se = by((i) => Math.sqrt(values[i]!.reduce((sum, value) => sum + value * value, 0)));
  const codes = Int32Array.from({ length: clusters }, (_, g) => g);
  return {
    rows: {
      dimensions, size, preferred, choices, theta, se,
      lower: theta.map((value, i) => value - 1.959963984540054 * se[i]!), upper: theta.map((value, i) => value + 1.959963984540054 * se[i]!),
      p: theta.map((value, i) => Math.exp(-0.717 * Math.abs(value / se[i]!) - 0.416 * (value / se[i]!) ** 2)),
      n: by(() => 4200), clusters: by(() => clusters),
      error: Array.from({ length: size }, (_, i) => (isFailed.has(i) ? "no-rows" : null)), warned: Uint8Array.from({ length: size }, (_, i) => (i % 7 === 3 ? 1 : 0)),
    },
    scores: { by: "city", labels: Array.from(codes, (g) => `city ${g}`), scores: (i) => ({ clusters: codes, values: isFailed.has(i) ? new Float64Array(clusters) : values[i]! }) },
  };
}
