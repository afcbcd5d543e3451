import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { slacksBased } from "../../src/efficiency/slacksBased.js";
import { createEngine } from "../../src/engine.js";
import {
  PUBLISHED,
  SEED,
  cityPanel,
  entropyIndex,
  fillReadme,
  momentsOf,
  toCsv,
  toJson,
  type Columns,
  type PublishedName,
} from "../../data/generate.mjs";

const CLUSTER_ROWS = {
  "Beijing-Tianjin-Hebei": 210,
  "Yangtze River Delta": 390,
  "Middle Yangtze": 419,
  "Chengdu-Chongqing": 224,
  "Pearl River Delta": 135,
  none: 2822,
};
const ZONE_ROWS = {
  Northeast: 489,
  "North coast": 435,
  "East coast": 375,
  "South coast": 480,
  "Middle Yellow River": 699,
  "Middle Yangtze River": 779,
  Southwest: 649,
  Northwest: 294,
};
const COLUMN_ORDER =
  "city year co2 pm25 capital employees energy gdp so2 nox AI Pgdp Fin Open Urban Gov Fiscal Ind Hc Ins Lngrva IV cluster zone municipality longitude latitude";
const NAMES = Object.keys(PUBLISHED) as PublishedName[];
/** Half a unit of the last digit in the file, and a little for the sums: below ten, and from ten up. */
const ROUNDING = 5.1e-7;
const ROUNDING_FROM_TEN = 5.1e-6;

const panel = cityPanel(SEED);
const committed = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url), "utf8");

describe("the committed files", () => {
  it("are what the generator writes", () => {
    expect(toCsv(panel.columns) === committed("city-panel.csv")).toBe(true);
    expect(toJson(panel.truth)).toBe(committed("truth.json"));
    expect(fillReadme(committed("README.md"), panel)).toBe(committed("README.md"));
  });

  it("say that the panel is simulated", () => {
    expect(panel.truth.simulated).toBe(true);
    expect(committed("README.md").slice(0, 200)).toContain("simulated");
  });

  it("hold no number with an exponent and at most seven significant digits", () => {
    const numbers = Object.values(panel.columns).flat().filter((value) => typeof value === "number");
    expect(numbers.filter((value) => String(value).includes("e"))).toEqual([]);
    expect(numbers.filter((value) => Number(value.toPrecision(7)) !== value)).toEqual([]);
  });

  it("hold the wage panel: 545 people in each of eight years", () => {
    const [head, ...rows] = committed("wagepan.csv").trimEnd().split(/\r?\n/);
    expect(head).toMatch(/^nr,year,lwage,union,/);
    const people = countBy(rows.map((row) => row.split(",")[0] ?? ""));
    expect(Object.keys(people)).toHaveLength(545);
    expect(new Set(Object.values(people))).toEqual(new Set([8]));
  });
});

describe.each([SEED, 1, 2, 3, 4])("the panel of seed %i", (seed) => {
  const { columns, derived, oracle } = seed === SEED ? panel : cityPanel(seed);

  it("has the columns and the row counts of the study", () => {
    expect(Object.keys(columns).join(" ")).toBe(COLUMN_ORDER);
    expect(Object.values(columns).map((column) => column.length)).toEqual(Array(27).fill(4200));
    expect(new Set(columns.city).size).toBe(282);
    expect(new Set(columns.year).size).toBe(15);
    expect(columns.year.filter((year) => year >= 2012 && year <= 2022)).toHaveLength(3097);
    expect(columns.municipality.filter((flag) => flag === 1)).toHaveLength(60);
    expect(countBy(columns.cluster)).toEqual(CLUSTER_ROWS);
    expect(countBy(columns.zone)).toEqual(ZONE_ROWS);
  });

  it("has unique keys, in order", () => {
    const keys = columns.city.map((city, row) => `${city} ${columns.year[row]}`);
    expect(new Set(keys).size).toBe(4200);
    expect(keys).toEqual([...keys].sort());
  });

  it.each(["IV", "cluster", "zone", "municipality", "longitude", "latitude"] as const)("has a constant %s within cities", (name) => {
    const pairs = columns.city.map((city, row) => `${city} ${columns[name][row]}`);
    expect(new Set(pairs).size).toBe(282);
  });

  it.each(NAMES)("has the published mean and standard deviation of %s", (name) => {
    const reached = momentsOf({ ...columns, ...derived }[name]);
    const tolerance = seed === SEED ? 0.05 : 0.1;
    expect(Math.abs(reached.mean / PUBLISHED[name].mean - 1)).toBeLessThan(tolerance);
    expect(Math.abs(reached.sd / PUBLISHED[name].sd - 1)).toBeLessThan(tolerance);
  });

  it("has the entropy index of the two pollutants as EI", () => {
    const { index } = entropyIndex([columns.co2, columns.pm25]);
    expect(derived.EI).toEqual([...index]);
    expect(momentsOf(derived.EI).max).toBe(1.00001);
  });

  it("obeys the equations of the truth", () => {
    const { g, u, m, v, cityEffectEI, yearEffectEI, cityEffectAI, yearEffectAI } = oracle;
    const EI = columns.AI.map((ai, i) => panel.truth.effect.EI * ai + sumAt(i, g, cityEffectEI, yearEffectEI, u));
    const AI = columns.AI.map((_, i) => sumAt(i, m, cityEffectAI, yearEffectAI, v));
    // EI is rounded once as a target and once as the index of rounded pollutants.
    expect(largestGap(derived.EI, EI)).toBeLessThan(3 * ROUNDING);
    expect(largestGap(columns.AI, AI)).toBeLessThan(ROUNDING_FROM_TEN);
  });

  it("gives the effect to two-way least squares that knows g and m", () => {
    const { coefficient, error } = twoWaySlope(minus(derived.EI, oracle.g), minus(columns.AI, oracle.m), columns);
    expect(error).toBeGreaterThan(0.001);
    expect(error).toBeLessThan(0.003);
    expect(Math.abs(coefficient - panel.truth.effect.EI)).toBeLessThan(3 * error);
  });

  it("misleads two-way least squares without controls", () => {
    const { coefficient, error } = twoWaySlope(derived.EI, columns.AI, columns);
    expect(coefficient - panel.truth.effect.EI).toBeGreaterThan(3 * error);
  });
});

describe("what the study derives", () => {
  it("efficiency: the scores that the columns were made for, and nearly the published moments", async () => {
    const { kernels } = await createEngine();
    const of = (...names: readonly (keyof Columns)[]) => names.map((name) => Float64Array.from(panel.columns[name] as number[]));
    const production = { inputs: of("capital", "employees", "energy"), outputs: of("gdp"), undesirable: [...of("so2", "nox"), of("co2")[0]!.map(Math.exp)] };
    const scores = slacksBased(kernels, production, { returns: "crs", orientation: "none", superVariant: "B", frontier: { kind: "pooled" } }).map(({ score }) => score ?? NaN);
    const made = panel.derived.Gtfe;
    const below = made.map((wanted, row) => (wanted < 0.8 ? Math.abs(wanted - (scores[row] ?? NaN)) : 0));
    expect(below.filter((gap) => gap > 0).length).toBeGreaterThan(4100);
    expect(Math.max(...below)).toBeLessThan(1e-6);
    const { mean, p50, sd, min, max } = momentsOf(scores);
    const { Gtfe } = PUBLISHED;
    expect([mean, p50, sd].map((value) => Number(value.toFixed(3)))).toEqual([0.344, 0.316, 0.143]);
    expect([Gtfe.mean, Gtfe.p50, Gtfe.sd]).toEqual([0.344, 0.316, 0.142]);
    expect([min, max]).toEqual([expect.closeTo(Gtfe.min, 5), expect.closeTo(Gtfe.max, 5)]);
  });
});

describe("the truth", () => {
  it("states strong positive correlations of the effects", () => {
    const { cityEffect, yearEffect, nuisanceWithin } = panel.truth.correlationWithAI.EI;
    expect(cityEffect).toBeGreaterThan(0.7);
    expect(yearEffect).toBeGreaterThan(0.9);
    expect(nuisanceWithin).toBeGreaterThan(0.7);
    expect(correlation(panel.oracle.g, panel.oracle.m)).toBeCloseTo(panel.truth.correlationWithAI.EI.nuisance, 3);
  });

  it("has a treatment noise of the stated size, unrelated to the outcome's", () => {
    expect(momentsOf(panel.oracle.v).sd).toBeCloseTo(panel.truth.sd.AI.noise, 3);
    expect(Math.abs(correlation(panel.oracle.u, panel.oracle.v))).toBeLessThan(4 / Math.sqrt(4200));
  });
});

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function sumAt(row: number, ...parts: readonly number[][]): number {
  return parts.reduce((sum, part) => sum + (part[row] ?? NaN), 0);
}

function minus(x: readonly number[], y: readonly number[]): number[] {
  return x.map((value, i) => value - (y[i] ?? NaN));
}

function largestGap(x: readonly number[], y: readonly number[]): number {
  return minus(x, y).reduce((largest, gap) => Math.max(largest, Math.abs(gap)), 0);
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x, y].map((values) => removeMeans(values, values.map(() => "all"))) as [number[], number[]];
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function sumsBy(values: readonly number[], groups: readonly (string | number)[]): Map<string | number, number> {
  const sums = new Map<string | number, number>();
  groups.forEach((group, i) => sums.set(group, (sums.get(group) ?? 0) + (values[i] ?? NaN)));
  return sums;
}

function removeMeans(values: readonly number[], groups: readonly (string | number)[]): number[] {
  const sums = sumsBy(values, groups);
  const counts = sumsBy(values.map(() => 1), groups);
  return values.map((value, i) => {
    const group = groups[i] ?? "";
    return value - (sums.get(group) ?? NaN) / (counts.get(group) ?? NaN);
  });
}

function demean(values: readonly number[], { city, year }: Columns): number[] {
  let residuals = [...values];
  for (let sweep = 0; sweep < 10; sweep++) residuals = removeMeans(removeMeans(residuals, city), year);
  return residuals;
}

/** Slope of y on d without city and year means, and its standard error clustered by city. */
function twoWaySlope(y: readonly number[], d: readonly number[], columns: Columns): { coefficient: number; error: number } {
  const [yWithin, dWithin] = [demean(y, columns), demean(d, columns)];
  const information = dot(dWithin, dWithin);
  const coefficient = dot(dWithin, yWithin) / information;
  const scores = dWithin.map((value, i) => value * ((yWithin[i] ?? NaN) - coefficient * value));
  const clusters = [...sumsBy(scores, columns.city).values()];
  return { coefficient, error: Math.sqrt(dot(clusters, clusters)) / information };
}
