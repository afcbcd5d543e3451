/** Types of generate.mjs. */

export type OutcomeName = "EI" | "Gtfe" | "Ins" | "Lngrva";
export type SimulatedName = "AI" | OutcomeName;
export type ControlName = "Pgdp" | "Fin" | "Open" | "Urban" | "Gov" | "Fiscal" | "Ind" | "Hc";
export type PublishedName = SimulatedName | ControlName | "IV";
/** What a study derives of the columns. */
export type DerivedName = "EI" | "Gtfe";
export type NumberColumn =
  | Exclude<PublishedName, DerivedName>
  | "year"
  | "co2"
  | "pm25"
  | "capital"
  | "employees"
  | "energy"
  | "gdp"
  | "so2"
  | "nox"
  | "municipality"
  | "longitude"
  | "latitude";
export type TextColumn = "city" | "cluster" | "zone";

/** By column in the order of the file, each with one value a row. */
export type Columns = Record<TextColumn, string[]> & Record<NumberColumn, number[]>;

export interface Moments {
  mean: number;
  p50: number;
  /** With n - 1. */
  sd: number;
  min: number;
  max: number;
}

/** Correlations of a part of an outcome with the same part of AI. */
export interface Correlations {
  cityEffect: number;
  yearEffect: number;
  nuisance: number;
  /** City and year means removed. */
  nuisanceWithin: number;
}

export interface Spreads {
  cityEffect: number;
  yearEffect: number;
  nuisance: number;
  /** City and year means removed. */
  nuisanceWithin: number;
  noise: number;
}

/** What data/truth.json holds. */
export interface Truth {
  simulated: true;
  seed: number;
  model: { outcomes: string; treatment: string; controls: string };
  effect: Record<OutcomeName, number>;
  /** Effects that hold for what a study derives only as far as it agrees with what was simulated. */
  numerical: { Gtfe: string };
  nuisance: Record<SimulatedName, string>;
  correlationWithAI: Record<OutcomeName, Correlations>;
  sd: Record<SimulatedName, Spreads>;
  noise: { distribution: string; autocorrelation: Record<SimulatedName, number> };
  instrument: { correlationWithCityEffectOfAI: number };
  controlsWithCityEffects: Record<"AI" | "EI", Record<ControlName, number>>;
  indexWeights: { co2: number; pm25: number };
}

/** The parts of EI (g, u, effects) and of AI (m, v, effects) that no study sees, one value a row. */
export interface Oracle {
  g: number[];
  m: number[];
  u: number[];
  v: number[];
  cityEffectEI: number[];
  cityEffectAI: number[];
  yearEffectEI: number[];
  yearEffectAI: number[];
}

export interface CityPanel {
  columns: Columns;
  /** The entropy index of co2 and pm25, and the score that the columns of production were made for. */
  derived: Record<DerivedName, number[]>;
  truth: Truth;
  oracle: Oracle;
}

export const SEED: number;
export const PUBLISHED: Readonly<Record<PublishedName, Readonly<Moments>>>;
export function cityPanel(seed: number): CityPanel;
export function toCsv(columns: Columns): string;
export function toJson(truth: Truth): string;
export function fillReadme(text: string, panel: CityPanel): string;
export function momentsOf(values: ArrayLike<number>): Moments;
export function entropyIndex(indicators: readonly ArrayLike<number>[]): { index: Float64Array; weights: number[] };
