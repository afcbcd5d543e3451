/** How the releases of Stata's format differ. Source: Stata's help files `dta_113`, `dta_114`, `dta_115`, `dta_117`, `dta`. */

/** Widths in bytes. */
export interface Layout {
  readonly release: number;
  /** Sections between tags (117 and later), not behind a fixed header. */
  readonly tagged: boolean;
  /** Of the number of variables, and of each entry of the sort list. */
  readonly count: number;
  /** Of the number of rows. */
  readonly rows: number;
  /** Of a name: a variable's, a value label's, a characteristic's. */
  readonly name: number;
  readonly format: number;
  readonly variableLabel: number;
  /** Of the two parts of a reference to a long string: variable and row. */
  readonly reference: readonly [variable: number, row: number];
  /** Of the row in the long string's own entry. */
  readonly stringRow: number;
}

const old = { tagged: false, count: 2, rows: 4, name: 33, format: 49, variableLabel: 81, reference: [0, 0], stringRow: 0 } as const;
const unicode = { tagged: true, count: 2, rows: 8, name: 129, format: 57, variableLabel: 321, reference: [2, 6], stringRow: 8 } as const;

const layouts: readonly Layout[] = [
  { ...old, release: 113, format: 12 },
  { ...old, release: 114 },
  { ...old, release: 115 },
  { ...old, release: 117, tagged: true, reference: [4, 4], stringRow: 4 },
  { ...unicode, release: 118 },
  { ...unicode, release: 119, count: 4, reference: [3, 5] },
];

/** The layout of a release that is read; undefined for others. */
export function layoutOf(release: number): Layout | undefined {
  return layouts.find((layout) => layout.release === release);
}

/** What is stored of a variable in each row. */
export type StorageType =
  | { readonly kind: "byte" | "int" | "long" | "float" | "double" | "strL"; readonly width: number }
  | { readonly kind: "str"; readonly width: number };

const numeric: readonly StorageType[] = [
  { kind: "double", width: 8 }, { kind: "float", width: 4 }, { kind: "long", width: 4 }, { kind: "int", width: 2 }, { kind: "byte", width: 1 },
];

/** The type that a code stands for; undefined for a code that means nothing. */
export function storageType(code: number, { tagged }: Layout): StorageType | undefined {
  if (code === 32768 && tagged) return { kind: "strL", width: 8 };
  if (code >= 1 && code <= (tagged ? 2045 : 244)) return { kind: "str", width: code };
  return numeric[tagged ? code - 65526 : 255 - code];
}
