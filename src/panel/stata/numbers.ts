import { integerAt } from "./cursor.js";
import type { StorageType } from "./layout.js";

/** Rows that are taken together, all their columns, while they are in the processor's cache. */
export const BLOCK = 4096;

/** Where the cells of a column stand: the first cell, and the bytes from one to the next. */
export interface Cells {
  readonly view: DataView;
  readonly start: number;
  readonly stride: number;
  readonly little: boolean;
}

type NumericKind = Exclude<StorageType["kind"], "str" | "strL">;

/** The least value that means missing: `.`; those of `.a` to `.z` are greater. Source: Stata's help file `dta`, section 5.2; the last two are 2^127 and 2^1023. */
const MISSING: Readonly<Record<NumericKind, number>> = { byte: 101, int: 32741, long: 2147483621, float: 1.7014118346046923e38, double: 8.98846567431158e307 };

/** Rows [from, to) of a numeric column into `out`, NaN for each of the 27 missing values. */
export function fillNumbers(out: Float64Array, kind: NumericKind, cells: Cells, from: number, to: number): void {
  fills[kind](out, cells, from, to, MISSING[kind]);
}

type Fill = (out: Float64Array, cells: Cells, from: number, to: number, missing: number) => void;

/** One loop for each type, so that each is compiled for one. */
const fills: Readonly<Record<NumericKind, Fill>> = {
  byte(out, { view, start, stride }, from, to, missing) {
    for (let row = from; row < to; row++) out[row] = present(view.getInt8(start + row * stride), missing);
  },
  int(out, { view, start, stride, little }, from, to, missing) {
    for (let row = from; row < to; row++) out[row] = present(view.getInt16(start + row * stride, little), missing);
  },
  long(out, { view, start, stride, little }, from, to, missing) {
    for (let row = from; row < to; row++) out[row] = present(view.getInt32(start + row * stride, little), missing);
  },
  float(out, { view, start, stride, little }, from, to, missing) {
    for (let row = from; row < to; row++) out[row] = present(view.getFloat32(start + row * stride, little), missing);
  },
  double(out, { view, start, stride, little }, from, to, missing) {
    for (let row = from; row < to; row++) out[row] = present(view.getFloat64(start + row * stride, little), missing);
  },
};

/** NaN stays NaN. */
function present(value: number, missing: number): number {
  return value < missing && value !== -Infinity ? value : NaN;
}

/** The two numbers of a reference to a long string, as one; 0 is the empty string. */
export function referenceAt({ view, start, stride, little }: Cells, row: number, [variable, width]: readonly [number, number]): number {
  const at = start + row * stride;
  return referenceKey(integerAt(view, at, variable, little), integerAt(view, at + variable, width, little));
}

/** Exact for rows below 2^29, more than a panel can hold. */
export function referenceKey(variable: number, row: number): number {
  return row * 16_777_216 + variable;
}
