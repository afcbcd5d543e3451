/** What the page holds of a curve, as JSON; long columns are base64, little-endian. Estimates by rank. */
export interface CurveData {
  readonly dimensions: readonly { readonly name: string; readonly options: readonly string[] }[];
  readonly estimated: number;
  readonly places: number;
  /** Rank of the preferred specification, or -1. */
  readonly preferred: number;
  /** Number of each specification, from 1: Uint32. */
  readonly numbers: string;
  /** Float32. */
  readonly theta: string;
  readonly lower: string;
  readonly upper: string;
  /** Uint32. */
  readonly rows: string;
  /** Uint8: 1 with warnings, 2 significant among all. */
  readonly flags: string;
  /** Uint8 or Uint16, row by row; the largest number stands for something else. */
  readonly choices: string;
  readonly bytes: 1 | 2;
}

/** The same with its columns as arrays. */
export interface Curve {
  readonly data: CurveData;
  readonly numbers: Uint32Array;
  readonly theta: Float32Array;
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  readonly rows: Uint32Array;
  readonly flags: Uint8Array;
  readonly choices: Uint8Array | Uint16Array;
}

/** Reads the columns. */
export function unpack(data: CurveData): Curve {
  const bytes = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
  const floats = (text: string): Float32Array => new Float32Array(bytes(text));
  return {
    data, numbers: new Uint32Array(bytes(data.numbers)), theta: floats(data.theta), lower: floats(data.lower), upper: floats(data.upper),
    rows: new Uint32Array(bytes(data.rows)), flags: new Uint8Array(bytes(data.flags)), choices: data.bytes === 1 ? new Uint8Array(bytes(data.choices)) : new Uint16Array(bytes(data.choices)),
  };
}

/** Places in the curve of the estimates whose options are all among those wanted, by rank. wanted: by dimension, by option; what is no option passes where all are wanted. */
export function filtered({ data: { dimensions, estimated }, choices }: Curve, wanted: readonly (readonly boolean[])[]): Uint32Array {
  const width = dimensions.length;
  const whole = wanted.map((options) => options.every(Boolean));
  const kept = new Uint32Array(estimated);
  let count = 0;
  for (let i = 0; i < estimated; i++) {
    let passes = true;
    for (let d = 0; passes && d < width; d++) passes = whole[d] === true || wanted[d]?.[choices[i * width + d] ?? -1] === true;
    if (passes) kept[count++] = i;
  }
  return kept.subarray(0, count);
}
