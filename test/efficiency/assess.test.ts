import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AssessContext, type AssessedRow, type Assessment, assess, type AssessOptions } from "../../src/efficiency/assess.js";
import { measure } from "../../src/efficiency/evaluate.js";
import { sbm } from "../../src/efficiency/models/sbm.js";
import { superSbm } from "../../src/efficiency/models/superSbm.js";
import { runEfficiencyPiece } from "../../src/efficiency/piece.js";
import { intervals, resamplePieces } from "../../src/efficiency/resample.js";
import type { NamedColumn } from "../../src/efficiency/rules.js";
import { assembled, measurePiece, piecesOf, slacksBased } from "../../src/efficiency/slacksBased.js";
import { technologyOf } from "../../src/efficiency/technology.js";
import { createEngine } from "../../src/engine.js";
import { uniforms } from "../helpers/random.js";

const { kernels } = await createEngine();

function made(count: number, seed: number): { inputs: Float64Array[]; outputs: Float64Array[]; undesirable: Float64Array[] } {
  const random = uniforms(seed);
  const column = (): Float64Array => Float64Array.from({ length: count }, () => 0.2 + random());
  return { inputs: [column(), column()], outputs: [column()], undesirable: [column()] };
}

function named(count: number, seed: number): readonly NamedColumn[] {
  const { inputs, outputs, undesirable } = made(count, seed);
  const of = (kind: NamedColumn["kind"], columns: readonly Float64Array[]) => columns.map((values, c): NamedColumn => ({ name: `${kind}${c + 1}`, kind, values }));
  return [...of("input", inputs), ...of("output", outputs), ...of("undesirable", undesirable)];
}

const OPTIONS: AssessOptions = {
  returns: "vrs", orientation: "none", superVariant: "B", frontier: { kind: "pooled" }, weights: {}, zeros: "refuse", negatives: "refuse", meta: false, bootstrap: null, sensitivity: false,
};
const CONTEXT: AssessContext = { kernels, run: async (piece) => runEfficiencyPiece(kernels, piece), at: (row) => `cities.csv, line ${row + 2}`, nameOf: (row) => `city ${row + 1}`, periods: null };
const assessed = async (columns: readonly NamedColumn[], options: Partial<AssessOptions> = {}, context: Partial<AssessContext> = {}): Promise<Assessment> => assess(columns, { ...OPTIONS, ...options }, { ...CONTEXT, ...context });
const with_ = (columns: readonly NamedColumn[], name: string, row: number, value: number): readonly NamedColumn[] =>
  columns.map((column) => (column.name === name ? { ...column, values: column.values.map((own, i) => (i === row ? value : own)) } : column));
const scores = ({ rows }: Assessment): readonly (number | null)[] => rows.map((row) => ("score" in row ? row.score : null));

describe("rows that cannot be measured", () => {
  const columns = named(20, 4);

  test("missing values: left out and counted, the others as if they had never been there", async () => {
    const gone = await assessed(with_(columns, "output1", 7, NaN));
    const without = await assessed(columns.map((column) => ({ ...column, values: column.values.filter((_, row) => row !== 7) })));
    expect(gone.rows[7]).toEqual({ status: "missing" });
    expect(scores(gone).filter((_, row) => row !== 7)).toEqual(scores(without));
    expect(gone.notes).toEqual(["1 row has no score: a value is missing."]);
    const peers = gone.rows.flatMap((row) => ("peers" in row ? row.peers.map(({ unit }) => unit) : []));
    expect(peers).not.toContain(7);
    expect(Math.max(...peers)).toBeGreaterThan(7);
  });

  test("zeros and negative values: refused with the place and the way out, or by a named rule", async () => {
    const zero = with_(columns, "undesirable1", 3, 0);
    await expect(assessed(zero)).rejects.toThrow("cities.csv, line 5 has 0 in `undesirable1`, and the measure divides by it. Leave such rows out with `zeros: drop`");
    expect((await assessed(zero, { zeros: "drop" })).rows[3]).toEqual({ status: "zero" });
    const small = await assessed(zero, { zeros: "small" });
    expect(small.notes[0]).toMatch(/^1 zero of `undesirable1` counts as 0\.00\d+, a hundredth of its least positive value \(zeros: small\)\. Relative changes/);
    expect(small.rows[3]).toMatchObject({ sbm: 1 });
    const negative = with_(columns, "input2", 5, -1);
    await expect(assessed(negative)).rejects.toThrow("cities.csv, line 7 has -1 in `input2`: quantities are not negative.");
    expect((await assessed(negative, { negatives: "drop" })).rows[5]).toEqual({ status: "negative" });
  });

  test("a column twice is refused", async () => {
    await expect(assessed([...columns, columns[0]!])).rejects.toThrow("`input1` is named twice");
  });

  test("one row: efficient, no super-efficiency for want of another", async () => {
    const alone = await assessed(named(1, 1));
    expect(alone.rows[0]).toMatchObject({ sbm: 1, score: null, reason: "There is no other unit to compare it with: super-efficiency needs one." });
    expect(alone.diagnosis).toMatchObject({ units: 1, efficient: 1, without: 1 });
  });
});

describe("diagnosis", () => {
  test("counts, the cap of variant B, and scores that explode", async () => {
    const clean = with_(with_(named(12, 2), "undesirable1", 0, 1e-4), "output1", 0, 100);
    const capped = await assessed(clean, { returns: "crs" });
    expect(capped.diagnosis.warnings.join(" ")).toMatch(/city 1: super-efficiency near 2, above which variant B cannot go/);
    const exploded = await assessed(with_(named(12, 2), "input1", 0, 1e-4), { superVariant: "C" });
    expect(exploded.diagnosis.warnings.join(" ")).toMatch(/city 1: super-efficiency above 2/);
    const own = await assessed(named(40, 3));
    const kept = own.rows.flatMap((row) => ("sbm" in row ? [row] : []));
    expect(own.diagnosis.efficient).toBe(kept.filter((row: AssessedRow) => 1 - row.sbm! <= 1e-7).length);
    expect(own.diagnosis.max).toBe(Math.max(...scores(own).flatMap((score) => score ?? [])));
  });

  test("infeasible scores are null with their reason, and named", async () => {
    const alone = await assessed(with_(with_(named(10, 9), "output1", 0, 100), "undesirable1", 0, 1e-3));
    expect(alone.rows[0]).toMatchObject({ sbm: 1, score: null, status: "infeasible" });
    expect(alone.diagnosis.warnings[0]).toMatch(/^city 1 has no score\. The other units together cannot make/);
  });

  test("sensitivity: eight ways, the chosen one first; each is what it would be by itself", async () => {
    const periods = Int32Array.from({ length: 60 }, (_, row) => row % 3);
    const columns = named(60, 6);
    const { sensitivity } = await assessed(columns, { sensitivity: true }, { periods });
    expect(sensitivity).toHaveLength(8);
    expect(sensitivity![0]).toMatchObject({ frontier: "pooled", returns: "vrs", variant: "B", chosen: true, rank: expect.closeTo(1, 12) as number });
    const other = await assessed(columns, { returns: "crs", superVariant: "C", frontier: { kind: "period", periods } });
    const row = sensitivity!.find((one) => one.frontier === "period" && one.returns === "crs" && one.variant === "C")!;
    expect([row.efficient, row.mean, row.max]).toEqual([other.diagnosis.efficient, expect.closeTo(other.diagnosis.mean, 12), other.diagnosis.max]);
  });

  test("meta-frontier: the gap is between 0 and 1", async () => {
    const groups = Int32Array.from({ length: 30 }, (_, row) => row % 2);
    const { rows } = await assessed(named(30, 8), { frontier: { kind: "group", groups }, meta: true });
    for (const row of rows) {
      if (!("gapRatio" in row)) continue;
      expect(row.gapRatio!).toBeGreaterThan(0);
      expect(row.gapRatio!).toBeLessThan(1 + 1e-9);
    }
  });
});

describe("pieces", () => {
  test("peers that are tried first change nothing but time", () =>
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom("crs" as const, "vrs" as const), (seed, returns) => {
      const production = made(60, seed);
      const technology = technologyOf(production, returns);
      const all = Uint32Array.from({ length: 60 }, (_, i) => i);
      const preferred = all.filter((i) => (i * 7 + seed) % 11 === 0);
      for (const model of [sbm(technology, "none"), superSbm(technology, "none", "C")]) {
        const [plain, first] = [measure(kernels, production, model, { members: all, peers: all }), measure(kernels, production, model, { members: all, peers: all, preferred })];
        plain.forEach((one, i) => {
          expect(Math.abs(one.score! - first[i]!.score!)).toBeLessThan(1e-9);
          expect(first[i]!.certificate.dual).toBeLessThan(1e-10);
        });
      }
    }), { numRuns: 20 }));

  test("cut or whole, a unit has the same bits; many peers have preferred ones", () => {
    const production = made(1200, 5);
    const options = { returns: "vrs", orientation: "none", superVariant: null, frontier: { kind: "pooled" } } as const;
    const pieces = piecesOf(kernels, production, options);
    expect(pieces.map(({ frontier }) => frontier.members.length)).toEqual([500, 500, 200]);
    expect(pieces[0]!.frontier.preferred!.length).toBeGreaterThan(3);
    const halves = pieces.flatMap((piece) => [0, 1].map((half) => ({ ...piece, frontier: { ...piece.frontier, members: piece.frontier.members.filter((_, i) => i % 2 === half) } })));
    expect(assembled(halves, halves.map((piece) => measurePiece(kernels, piece)))).toEqual(slacksBased(kernels, production, options));
  });
});

describe("intervals by m out of n", () => {
  const production = made(60, 12);
  const options = { returns: "vrs", orientation: "none", superVariant: null, frontier: { kind: "pooled" } } as const;
  const bootstrap = { draws: 40, size: null, level: 0.9, seed: 7 };
  const measures = slacksBased(kernels, production, options).map(({ sbm: own }) => own);
  const found = (over: Partial<typeof bootstrap> = {}) => {
    const settings = { ...bootstrap, ...over };
    const pieces = resamplePieces(kernels, production, options, settings);
    return intervals(kernels, pieces, pieces.map((piece) => runEfficiencyPiece(kernels, piece)), measures, settings);
  };

  test("a measure against fewer peers is no smaller, so intervals lie at or below the measure", () => {
    found().forEach(({ low, high, corrected }, unit) => {
      if (low === null) return;
      expect(low).toBeLessThanOrEqual(corrected! + 1e-12);
      expect(high!).toBeLessThan(measures[unit]! + 1e-9);
    });
    expect(found().filter(({ low }) => low !== null).length).toBeGreaterThan(50);
  });

  test("the draws depend on the seed and their number alone", () => {
    expect(found()).toEqual(found());
    expect(found({ seed: 8 })).not.toEqual(found());
  });

  test("draws of all peers are the measure itself", () => {
    found({ size: 60 as unknown as null }).forEach(({ low, high }, unit) => {
      expect([low, high]).toEqual([measures[unit]!, measures[unit]!].map((value) => expect.closeTo(value, 9) as number));
    });
  });

  test("a draw of more peers than there are is refused", () => expect(() => found({ size: 61 as unknown as null })).toThrow(/61 peers is more than the 60/));
});
