import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy, type StudyResult } from "../../../src/index.js";
import { equalMembers } from "../../../src/inference/joint/equality.js";
import type { JointMember } from "../../../src/inference/joint/members.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { printedTables } from "../../../src/report/table.js";
import { estimatesJson } from "../../../src/report/results.js";
import { normals } from "../../helpers/random.js";
import { panelOf } from "../../helpers/study.js";
import { meanOf, wayOf } from "./made.js";

const engine = await createEngine();
const special = createSpecial(engine.kernels);
const UNITS = 60;
const PERIODS = 6;
const CLUSTERS = 20;
const WORLDS = 600;
const cells = Array.from({ length: UNITS * PERIODS }, (_, i) => ({ unit: Math.floor(i / PERIODS), year: i % PERIODS }));

/** A unit's shock to treatment and outcome moves the influence of all of its rows; nuisances are known to be zero. */
function world(seed: number): Record<string, number[]> {
  const normal = normals(special, seed);
  const shocks = Array.from({ length: UNITS }, () => [normal(), normal()] as const);
  const d = cells.map(({ unit }) => shocks[unit]![0] + normal());
  const y = cells.map(({ unit }, i) => 0.5 * d[i]! + shocks[unit]![1] + normal());
  return {
    unit: cells.map(({ unit }) => unit), year: cells.map(({ year }) => year), zero: d.map(() => 0), d, y, e: d.map(() => normal()),
    zone: cells.map(({ unit }) => unit % 3), third: cells.map(({ year }) => Math.floor(year / 2)),
  };
}

const known = { outcome: "y", treatment: "d", learner: { l: { column: "zero" }, m: { column: "zero" } }, constant: false };

async function resultOf(columns: Record<string, number[]>, own: object): Promise<StudyResult> {
  const study = readStudy(JSON.stringify({ data: { file: "w.csv", unit: "unit", time: "year" }, base: known, tables: [{ id: "t", columns: [own] }] }), "s.json");
  return (await runStudy(prepareStudy(study, panelOf(columns, "w.csv"), engine.kernels), engine)).result;
}

/** With the G / (G - 1) of clustered errors. */
function corrected(member: JointMember): JointMember {
  const factor = Math.sqrt(CLUSTERS / (CLUSTERS - 1));
  return { ...member, se: factor * member.se, repetitions: member.repetitions.map((one) => ({ ...one, se: factor * one.se })) };
}

describe("the test that effects are equal for all values of `by`", () => {
  it("groups without a cluster in common: the weighted spread around the weighted mean", async () => {
    const { rows, equality } = await resultOf(world(1), { by: "zone" });
    const weights = rows.map(({ estimate }) => 1 / estimate!.se ** 2);
    const total = weights.reduce((sum, w) => sum + w, 0);
    const mean = rows.reduce((sum, { estimate }, k) => sum + weights[k]! * estimate!.coef, 0) / total;
    const expected = rows.reduce((sum, { estimate }, k) => sum + weights[k]! * (estimate!.coef - mean) ** 2, 0);
    expect(equality).toHaveLength(1);
    expect(equality[0]).toMatchObject({ table: "t", by: "zone", effect: "d", members: ["t.1", "t.2", "t.3"], warnings: [] });
    expect(equality[0]!.test).toMatchObject({ restrictions: 2, freedom: UNITS / 3 - 1 });
    expect(equality[0]!.test!.chiSquare / expected).toBeCloseTo(1, 10); // a matrix of three, solved
  });

  it("groups that share clusters: by hand, from sums of influence by cluster", async () => {
    const columns = { ...world(2) };
    columns["half"] = columns["year"]!.map((year) => (year < 3 ? 0 : 1));
    const { equality } = await resultOf(columns, { by: "half", errors: { cluster: ["unit"], correction: false } });
    const influence = [0, 1].map((half) => {
      const rows = cells.map((_, i) => i).filter((i) => columns["half"]![i] === half);
      const [d, y] = [columns["d"]!, columns["y"]!];
      const square = rows.reduce((sum, i) => sum + d[i]! * d[i]!, 0);
      const coef = rows.reduce((sum, i) => sum + d[i]! * y[i]!, 0) / square;
      const sums = Array.from({ length: UNITS }, () => 0);
      for (const i of rows) sums[columns["unit"]![i]!]! += (d[i]! * (y[i]! - coef * d[i]!)) / square;
      return { coef, sums };
    });
    const [a, b] = influence as [typeof influence[0], typeof influence[0]];
    const variance = a.sums.reduce((sum, value, g) => sum + (value - b.sums[g]!) ** 2, 0);
    expect(equality[0]!.test!.chiSquare / ((a.coef - b.coef) ** 2 / variance)).toBeCloseTo(1, 10); // rounding of sums of 60
  });

  it.each([["without a cluster in common", (i: number) => `unit ${i}`], ["that share all clusters", (i: number) => `unit ${i % CLUSTERS}`]])("groups %s: rejects equal means in 5 % of 600 worlds at most, and means that are not", (_, labelOf) => {
    let [rejected, found] = [0, 0];
    for (let seed = 1; seed <= WORLDS; seed++) {
      const normal = normals(special, 7919 * seed);
      const shocks = new Map<string, number>();
      const members = [0, 1, 2].map((group) => {
        const labels = Array.from({ length: 4 * CLUSTERS }, (__, i) => labelOf(group * CLUSTERS + (i % CLUSTERS)));
        for (const label of labels) if (!shocks.has(label)) shocks.set(label, normal());
        return corrected(meanOf(`group ${group}`, labels.map((label) => shocks.get(label)! + normal()), [wayOf("unit", labels)]));
      });
      if (equalMembers(special, members).pF < 0.05) rejected++;
      const unequal = members.map((member, group) => ({ ...member, coef: member.coef + group, repetitions: member.repetitions.map((one) => ({ ...one, coef: one.coef + group })) }));
      if (equalMembers(special, unequal).pF < 0.05) found++;
    }
    // 5 % of 600 has a standard error of 0.9 %. The fewest clusters of a group are careful where groups are alike: 2.5 % there.
    expect(rejected / WORLDS).toBeGreaterThanOrEqual(0.015);
    expect(rejected / WORLDS).toBeLessThanOrEqual(0.068);
    expect(found / WORLDS).toBeGreaterThan(0.9);
  });

  it("one for each treatment; it goes on without a group that cannot be estimated, and says so", async () => {
    const columns = world(3);
    columns["d"] = columns["d"]!.map((value, i) => (columns["zone"]![i] === 1 ? 7 : value));
    const result = await resultOf(columns, { by: "zone", treatment: ["d", "e"], controls: ["third"], learner: "ols" });
    expect(result.equality.map(({ effect, members, warnings }) => [effect, members, warnings])).toEqual([
      ["d", ["t.1", "t.3"], ["Without `t.2`, which could not be estimated."]], ["e", ["t.1", "t.3"], ["Without `t.2`, which could not be estimated."]],
    ]);
    const [table] = printedTables(result);
    expect(table!.notes.join("\n")).toMatch(/\(1\), \(3\) Equal effects by zone, d: chi-square\(1\) = [\d.]+, p = [\d.]+; F\(1, 19\) = [\d.]+, p = [\d.]+\.\nWarning: test of equal effects by zone, d: Without `t\.2`/);
    const { equality } = JSON.parse(estimatesJson(result)) as { equality: { test: { chiSquare: number } }[] };
    expect(equality.map((one) => one.test.chiSquare)).toEqual(result.equality.map((one) => one.test!.chiSquare));
  });

  it("a group left alone, and errors that relate groups, are said in words", async () => {
    const columns = world(4);
    columns["d"] = columns["d"]!.map((value, i) => (columns["zone"]![i] === 1 ? value : 7));
    expect((await resultOf(columns, { by: "zone" })).equality[0]).toMatchObject({ test: null, warnings: [expect.stringContaining("Without `t.1`, `t.3`"), expect.stringContaining("one estimate alone")] });
    const kraay = await resultOf(world(5), { by: "zone", errors: { driscollKraay: { lags: 1 } } });
    expect(kraay.equality[0]).toMatchObject({ test: null, warnings: [expect.stringContaining("relate rows of different groups")] });
  });

  it("joint intervals of such errors say on what they rest; of clusters nothing needs saying", async () => {
    const warningsOf = async (errors: object, tests: object = {}): Promise<readonly string[]> => {
      const study = { data: { file: "w.csv", unit: "unit", time: "year" }, base: { ...known, errors }, tables: [{ id: "t", columns: [{}, { outcome: "x" }] }, { id: "j", joint: ["t"], ...tests }] };
      const columns = world(6);
      const panel = panelOf({ ...columns, x: columns["y"]!.map((value, i) => value + (i % 5)) }, "w.csv");
      const { result } = await runStudy(prepareStudy(readStudy(JSON.stringify(study), "s.json"), panel, engine.kernels), engine);
      const found = result.joint.get("j");
      if (found === undefined || "error" in found) throw new Error("no joint inference");
      return found.warnings;
    };
    expect(await warningsOf({ driscollKraay: { lags: 1 } })).toEqual([expect.stringContaining("relate rows to each other")]);
    const tests = { equal: true, differences: [["t.1", "t.2"]] };
    expect(await warningsOf({ driscollKraay: { lags: 1 } }, tests)).toEqual([
      expect.stringContaining("correlations between estimates that are approximate"),
      expect.stringContaining("Whether the estimates are equal is not tested with Conley's or Driscoll and Kraay's errors"),
      expect.stringContaining("Whether `t.1`, `t.2` differ is not tested"),
    ]);
    expect(await warningsOf({ cluster: ["unit"] }, tests)).toEqual([]);
    expect(await warningsOf({ cluster: ["unit"] })).toEqual([]);
  });
});
