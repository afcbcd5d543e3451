import { describe, expect, it } from "vitest";
import { createEngine, EstimationError } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { readCsv } from "../../src/panel/csv.js";
import { featuresOf } from "../../src/plan/features.js";
import { createSampler, type Sample, type SampleRequest } from "../../src/plan/sample.js";
import { panelOf } from "../helpers/study.js";

const special = createSpecial((await createEngine()).kernels);
const NOTHING: SampleRequest = { where: null, numeric: [], categorical: [], absorbed: [], leastRows: null, differences: null, prepare: null };

const PANEL = readCsv(
  ["unit,year,y,x,zone", "a,1,1,5,n", "a,2,2,,n", "a,3,3,7,s", "b,1,4,8,s", "b,2,,9,", "c,3,6,10,n", "c,2,7,11,s"].join("\n"),
  "panel.csv", {},
);

function sampleOf(request: Partial<SampleRequest>): Sample {
  return createSampler(PANEL, special)({ ...NOTHING, ...request });
}

describe("the rows of a sample", () => {
  it("are all, where nothing is asked", () => {
    expect([...sampleOf({}).rows]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("have no missing value in a needed column; what is dropped is counted by column", () => {
    const sample = sampleOf({ numeric: ["y", "x"], categorical: ["zone"] });
    expect([...sample.rows]).toEqual([0, 2, 3, 5, 6]);
    expect(sample.dropped).toEqual({ where: 0, missing: 2, missingBy: { y: 1, x: 1, zone: 1 }, singletons: 0, short: [], noPeriodBefore: 0 });
  });

  it("count what is missing among the chosen rows alone", () => {
    expect(sampleOf({ numeric: ["y", "x"], where: "year >= 2" }).dropped).toEqual({ where: 2, missing: 2, missingBy: { y: 1, x: 1 }, singletons: 0, short: [], noPeriodBefore: 0 });
    expect(sampleOf({ numeric: ["y", "x"], where: 'unit != "b"' }).dropped).toEqual({ where: 2, missing: 1, missingBy: { x: 1 }, singletons: 0, short: [], noPeriodBefore: 0 });
  });

  it("drop singletons of absorbed effects until there are none", () => {
    // Unit 3 has one row; without it year 3 has one, the third of unit 1.
    const panel = panelOf({ unit: [1, 1, 1, 2, 2, 3], year: [1, 2, 3, 1, 2, 3] });
    const sample = createSampler(panel, special)({ ...NOTHING, absorbed: ["unit", "year"] });
    expect([...sample.rows]).toEqual([0, 1, 3, 4]);
    expect(sample.dropped.singletons).toBe(2);
    expect([...createSampler(panel, special)({ ...NOTHING, categorical: ["unit", "year"] }).rows]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("that are none are an error which says why", () => {
    const none = (request: Partial<SampleRequest>): EstimationError => {
      try {
        sampleOf(request);
      } catch (error) {
        return error as EstimationError;
      }
      throw new Error("There are rows.");
    };
    expect(none({ where: "year > 3" })).toMatchObject({ code: "no-rows", message: "No rows are left: 7 not chosen by `where`." });
    expect(none({ where: "y != y | x != x" }).message).toBe("No rows are left: 7 not chosen by `where`.");
    expect(none({ where: "zone == zone & year == 2", numeric: ["x", "y"], absorbed: ["unit"] }).message)
      .toBe("No rows are left: 5 not chosen by `where`, 1 with missing values (x in 1), 1 alone in a level of a fixed effect. Each level needs two rows at least, each unit two periods.");
  });
});

describe("samples of one panel", () => {
  const sampler = createSampler(PANEL, special);
  const of = (request: Partial<SampleRequest>): Sample => sampler({ ...NOTHING, ...request });

  it("are one object where rows and what was dropped are the same, whatever the columns and effects", () => {
    expect(of({ absorbed: ["unit"] })).toBe(of({}));
    expect(of({ numeric: ["year"] })).toBe(of({ categorical: ["unit"] }));
    expect(of({ where: "year >= 2" })).toBe(of({ where: "year > 1", numeric: ["year"] }));
  });

  it("are not, where another column or an effect loses other rows, or the same rows to another column", () => {
    const samples = [of({}), of({ numeric: ["x"] }), of({ numeric: ["y"] }), of({ where: "x == x" }), of({ numeric: ["y"], absorbed: ["unit"] })];
    expect(new Set(samples).size).toBe(5);
    expect(samples.map(({ rows }) => [...rows])).toEqual([[0, 1, 2, 3, 4, 5, 6], [0, 2, 3, 4, 5, 6], [0, 1, 2, 3, 5, 6], [0, 2, 3, 4, 5, 6], [0, 1, 2, 5, 6]]);
  });
});

describe("the columns of a sample", () => {
  it("are its rows' values, made once", () => {
    const sample = sampleOf({ numeric: ["y"] });
    expect([...sample.numbers("y").values]).toEqual([1, 2, 3, 4, 6, 7]);
    expect(sample.numbers("y")).toBe(sample.numbers("y"));
    expect(sample.levels("unit")).toBe(sample.levels("unit"));
  });

  it("as levels are coded by first appearance in the sample", () => {
    const { codes, levels, labels } = sampleOf({ numeric: ["y"], where: "year > 1" }).levels("year");
    expect([...codes]).toEqual([0, 1, 1, 0]);
    expect({ levels, labels }).toEqual({ levels: 2, labels: ["2", "3"] });
  });

  it("as products have a level for each combination that is there", () => {
    const { codes, levels, labels } = sampleOf({ categorical: ["zone"] }).levels("zone*unit");
    expect([...codes]).toEqual([0, 0, 1, 2, 3, 4]);
    expect({ levels, labels }).toEqual({ levels: 5, labels: ["n a", "s a", "s b", "n c", "s c"] });
  });

  it("equal requests share one sample", () => {
    const sampler = createSampler(PANEL, special);
    expect(sampler({ ...NOTHING, numeric: ["y"] })).toBe(sampler({ ...NOTHING, numeric: ["y"] }));
    expect(sampler({ ...NOTHING, numeric: ["y"] })).not.toBe(sampler({ ...NOTHING, numeric: ["x"] }));
  });
});

describe("features", () => {
  const sample = createSampler(panelOf({ x: [1, 2, -3], two: [0, 5, 5], one: [7, 7, 7] }), special)(NOTHING);

  it("with degree 2: the squares of controls with more than two values", () => {
    const features = featuresOf(sample, ["x", "two", "one"], { degree: 2, interactions: false });
    expect(features.map(({ name }) => name)).toEqual(["x", "two", "one", "x^2"]);
    expect([...(features[3]?.values ?? [])]).toEqual([1, 4, 9]);
    expect(featuresOf(sample, ["x", "two"], { degree: 1, interactions: false }).map(({ name }) => name)).toEqual(["x", "two"]);
  });

  it("with interactions: the products of each two controls, none with itself", () => {
    const features = featuresOf(sample, ["x", "two", "one"], { degree: 1, interactions: true });
    expect(features.map(({ name }) => name)).toEqual(["x", "two", "one", "x*two", "x*one", "two*one"]);
    expect([...(features[3]?.values ?? [])]).toEqual([0, 10, -15]);
    expect(featuresOf(sample, ["x", "two"], { degree: 2, interactions: true }).map(({ name }) => name)).toEqual(["x", "two", "x^2", "x*two"]);
  });
});
