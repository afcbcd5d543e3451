import { EstimationError, InputError } from "../errors.js";
import { type Group, valuesAt } from "../kernels/design.js";
import type { Special } from "../kernels/special.js";
import { type Column, type NumberColumn, type Panel, place } from "../panel/panel.js";
import { type PanelIds, rowsAtLag } from "../panel/periods.js";
import { writtenEffect } from "../study/columns.js";
import { evaluateMask, parseExpression } from "../study/where.js";
import { hashJson, hashNumbers } from "./keys.js";
import { createMemo } from "./memo.js";
import { type ByRows, createByRows } from "./byRows.js";
import { productCodes } from "./levels.js";
import { type Preparation, prepared } from "./prepare.js";
import { shareFloats, sharedInts } from "./shared.js";
import { type LeastRows, type ShortLevels, type WithoutSingletons, withoutSingletons } from "./singletons.js";

/** Groups of rows, and the text of each level. */
export interface LabelledGroup extends Group {
  readonly labels: readonly string[];
}

/** A level column of a sample: codes in order of first appearance, and a hash of codes and slope. */
export interface Levels extends LabelledGroup {
  readonly key: string;
}

/** A numeric column of a sample and the hash of its contents. */
export interface Values {
  readonly values: Float64Array;
  readonly key: string;
}

/** The rows of one specification, and its columns over these rows. Columns are made and hashed once. */
export interface Sample {
  /** 0-based rows of the panel, ascending. */
  readonly rows: Uint32Array;
  readonly dropped: DroppedRows;
  /** A numeric column over the sample's rows. */
  numbers(name: string): Values;
  /** The same column at the unit's period before; of samples of differences. */
  lagged(name: string): Values;
  /** A column's levels; `a*b` stands for the product of two or more columns, `a#t` for the levels of a with slopes on t. */
  levels(name: string): Levels;
  /** The columns whose levels those are: several of a product. */
  factors(name: string): readonly string[];
}

/** Rows of the file that a sample does not use, and why. */
export interface DroppedRows {
  /** Not chosen by `where`. */
  readonly where: number;
  /** Chosen, but missing in a needed column. */
  readonly missing: number;
  /** Of these, by column (a row may count in several). */
  readonly missingBy: Readonly<Record<string, number>>;
  /** The only row of their level of an absorbed effect. */
  readonly singletons: number;
  /** In levels that have fewer rows than their own slopes or factors need. */
  readonly short: readonly ShortLevels[];
  /** Without a row of their unit at the period before, where differences are taken. */
  readonly noPeriodBefore: number;
}

/** What decides which rows a specification uses. */
export interface SampleRequest {
  readonly where: string | null;
  /** Columns that must be numbers, none missing. */
  readonly numeric: readonly string[];
  /** Columns and products whose levels count. */
  readonly categorical: readonly string[];
  /** Effects whose singletons are dropped. */
  readonly absorbed: readonly string[];
  /** The fewest rows that a level of a column keeps; null: one. */
  readonly leastRows: LeastRows | null;
  /** Columns of unit and time where differences by period are taken; null: none are. */
  readonly differences: PanelIds | null;
  /** Columns that are changed or made on the chosen rows; null: none are. */
  readonly prepare: Preparation | null;
}

/**
 * Makes samples of a panel, whose columns have been checked. Equal requests give the same object, and so do requests for
 * other columns or effects that lose the same rows: what is computed for a sample's columns then serves them all.
 */
export function createSampler(panel: Panel, special: Special): (request: SampleRequest) => Sample {
  const samples = new Map<string, Sample>();
  const shared: Shared = { kept: createByRows(), samples: createByRows() };
  return (request) => {
    const key = JSON.stringify(request);
    let sample = samples.get(key);
    if (sample === undefined) samples.set(key, (sample = draw(panel, request, shared, special)));
    return sample;
  };
}

/** What requests for equal rows share. */
interface Shared {
  /** The rows without singletons. */
  readonly kept: ByRows<WithoutSingletons>;
  readonly samples: ByRows<Sample>;
}

const masks = createMemo<Uint8Array>();
const gaps = createMemo<Uint32Array>();

/** By row of the panel: whether a condition chooses it. */
function chosenRows(panel: Panel, where: string | null): Uint8Array {
  return masks(panel, where ?? "", () => (where === null ? new Uint8Array(panel.rows).fill(1) : evaluateMask(parseExpression(where), panel)));
}

/** Rows of the panel that a column misses. */
function missingRows(column: Column): Uint32Array {
  return gaps(column, "", () => {
    const { length } = column.kind === "number" ? column.values : column.codes;
    const rows: number[] = [];
    for (let row = 0; row < length; row++) if (isMissing(column, row)) rows.push(row);
    return Uint32Array.from(rows);
  });
}

function draw(panel: Panel, request: SampleRequest, shared: Shared, special: Special): Sample {
  const chosen = chosenRows(panel, request.where);
  const written = request.categorical.map((name) => writtenEffect(name, panel));
  const needed = new Set([...request.numeric, ...written.flatMap(({ factors, slope }) => [...factors, ...(slope === null ? [] : [slope])])]);
  const missingBy: Record<string, number> = {};
  const complete = chosen.slice();
  for (const name of needed) {
    let count = 0;
    for (const row of missingRows(panel.columns.get(name) as Column)) {
      if (chosen[row] === 0) continue;
      complete[row] = 0;
      count++;
    }
    if (count > 0) missingBy[name] = count;
  }
  const full = rowsOf(complete);
  const pairs = request.differences === null ? { rows: full, before: null } : withPeriodBefore(panel, full, request.differences);
  const before = count(chosen);
  const { absorbed, leastRows } = request;
  const { rows: kept, singletons, short } = shared.kept(JSON.stringify([absorbed, leastRows]), pairs.rows, () => withoutSingletons(panel, pairs.rows, absorbed, leastRows));
  const dropped = {
    where: panel.rows - before, missing: before - full.length, missingBy, singletons, short, noPeriodBefore: full.length - pairs.rows.length,
  };
  if (kept.length === 0) throw new EstimationError("no-rows", noRows(dropped));
  return shared.samples(JSON.stringify([request.differences, request.prepare, dropped]), kept, () => {
    if (request.prepare === null) return sampleOf(panel, kept, pairs.before, dropped);
    return sampleOf(prepared(panel, withBefore(kept, pairs.before), request.prepare, special), kept, pairs.before, dropped);
  });
}

function noRows({ where, missing, missingBy, singletons, short, noPeriodBefore }: DroppedRows): string {
  const reasons: string[] = [];
  if (where > 0) reasons.push(`${where} not chosen by \`where\``);
  if (missing > 0) reasons.push(`${missing} with missing values (${Object.entries(missingBy).map(([name, rows]) => `${name} in ${rows}`).join(", ")})`);
  if (singletons > 0) reasons.push(`${singletons} alone in a level of a fixed effect`);
  for (const { of, least, rows } of short) reasons.push(`${rows} where \`${of}\` has fewer than the ${least} rows that its own coefficients need`);
  if (noPeriodBefore > 0) reasons.push(`${noPeriodBefore} without their unit's period before`);
  return `No rows are left: ${reasons.join(", ")}.${singletons > 0 ? " Each level needs two rows at least, each unit two periods." : ""}`;
}

function isMissing(column: Column, row: number): boolean {
  return column.kind === "number" ? Number.isNaN(column.values[row]) : column.codes[row] === -1;
}

function count(mask: Uint8Array): number {
  let sum = 0;
  for (const chosen of mask) sum += chosen;
  return sum;
}

function rowsOf(mask: Uint8Array): Uint32Array {
  const rows = new Uint32Array(count(mask));
  let next = 0;
  mask.forEach((chosen, row) => {
    if (chosen) rows[next++] = row;
  });
  return rows;
}

/** Rows whose unit has a row one step of time before, and by row of the panel that one. */
function withPeriodBefore(panel: Panel, rows: Uint32Array, ids: PanelIds): { readonly rows: Uint32Array; readonly before: Int32Array } {
  const before = rowsAtLag(panel, rows, ids, 1);
  return { rows: rows.filter((row) => (before[row] ?? -1) >= 0), before };
}

/** Rows and those of the periods before that they are compared with, ascending. */
function withBefore(rows: Uint32Array, before: Int32Array | null): Uint32Array {
  return before === null ? rows : new Uint32Array(new Set([...rows, ...Array.from(rows, (row) => before[row] ?? 0)])).sort();
}

/** `before`: by row of the panel, the row of the period before; null where no differences are taken. */
function sampleOf(panel: Panel, rows: Uint32Array, before: Int32Array | null, dropped: DroppedRows): Sample {
  const lagged = new Map<string, Values>();
  const numbers = new Map<string, Values>();
  const levels = new Map<string, Levels>();
  const numbersOf = (name: string): Values => {
    let known = numbers.get(name);
    if (known === undefined) {
      const all = (panel.columns.get(name) as NumberColumn).values;
      const values = shareFloats(valuesAt(all, rows));
      refuseInfinite(panel, name, rows, values);
      numbers.set(name, (known = { values, key: hashNumbers(values) }));
    }
    return known;
  };
  return Object.freeze({
    rows,
    dropped,
    numbers: numbersOf,
    lagged(name: string): Values {
      if (before === null) throw new Error("The sample has no periods before.");
      let known = lagged.get(name);
      if (known === undefined) {
        const all = (panel.columns.get(name) as NumberColumn).values;
        const earlier = Uint32Array.from(rows, (row) => before[row] ?? 0);
        const values = shareFloats(valuesAt(all, earlier));
        refuseInfinite(panel, name, earlier, values);
        lagged.set(name, (known = { values, key: hashNumbers(values) }));
      }
      return known;
    },
    levels(name: string): Levels {
      let known = levels.get(name);
      if (known === undefined) levels.set(name, (known = levelsOf(panel, name, rows, numbersOf)));
      return known;
    },
    factors: (name: string) => writtenEffect(name, panel).factors,
  });
}

/** Infinities, which CSV does not know but Arrow does, are no data. */
function refuseInfinite(panel: Panel, name: string, rows: Uint32Array, values: Float64Array): void {
  let at = 0; // a plain loop: this sees every cell
  while (at < values.length && Math.abs(values[at] ?? NaN) !== Infinity) at++;
  if (at === values.length) return;
  throw new InputError(`The column \`${name}\` must hold numbers, but ${place(panel, rows[at] ?? 0)} has ${values[at] ?? ""}. Mend the cell or make it missing.`);
}

function levelsOf(panel: Panel, name: string, rows: Uint32Array, numbers: (name: string) => Values): Levels {
  const { factors, slope } = writtenEffect(name, panel);
  const { codes, levels, labels } = productCodes(panel, factors, rows);
  const shared = sharedInts(codes.length);
  shared.set(codes);
  const own = { codes: shared, levels, labels, key: hashNumbers(shared) };
  if (slope === null) return own;
  const { values, key } = numbers(slope);
  return { ...own, slope: values, key: hashJson({ levels: own.key, slope: key }) };
}
