import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Cell {
  readonly name: string;
  readonly column: string;
  readonly truth: number;
}
interface Design {
  readonly name: string;
  readonly version: number;
  readonly sizes: readonly number[];
  readonly cells: readonly Cell[];
}
interface Line {
  readonly design: string;
  readonly size: number;
  readonly draw: number;
  readonly cell: string;
  readonly failed: boolean;
  readonly error: number;
  readonly se: number;
  readonly covers: boolean;
  readonly alarm: boolean;
}
type Sums = Readonly<Record<string, number>>;
type Draws = Readonly<Record<string, { readonly version: number; readonly cells: Readonly<Record<string, Sums>> }>>;
interface Job {
  readonly study: string;
  readonly design: string;
  readonly size: number;
  readonly draw: number;
  readonly cells: readonly string[];
}

const load = async <T>(path: string): Promise<T> => (await import(new URL(`../../bench/${path}`, import.meta.url).href)) as T;
const { designs } = await load<{ readonly designs: Readonly<Record<string, readonly Design[]>> }>("designs/index.mjs");
const { default: runDraw } = await load<{ readonly default: (job: Job) => Promise<readonly Line[]> }>("montecarlo/draw.mjs");
const { pendingDraws } = await load<{ readonly pendingDraws: (study: string, designs: readonly Design[], record: Draws, wanted: { draws: number; only: string }) => readonly Job[] }>("montecarlo/pending.mjs");
const { summaryOf } = await load<{ readonly summaryOf: (sums: Sums | undefined) => Sums }>("montecarlo/summary.mjs");
const { current, foldLines, readRecord, recordText } = await load<{
  readonly current: (written: Draws, designs: readonly Design[]) => Draws;
  readonly foldLines: (record: Draws, lines: readonly Line[]) => { readonly record: Draws; readonly left: readonly Line[] };
  readonly readRecord: (study: string, designs: readonly Design[]) => Draws;
  readonly recordText: (record: Draws) => string;
}>("montecarlo/record.mjs");

const all = Object.entries(designs).flatMap(([study, own]) => own.map((design) => ({ study, design })));

describe("Monte Carlo", () => {
  const isKnown = ({ column }: Cell): boolean => column === "known";
  it.each(all.filter(({ design }) => design.cells.some(isKnown)))("$study, $design.name: the known nuisances give the true effect within four standard errors, in two draws", async ({ study, design }) => {
    const cells = design.cells.filter(isKnown);
    const lines = await Promise.all([1, 2].map((draw) => runDraw({ study, design: design.name, size: design.sizes[0]!, draw, cells: cells.map(({ name }) => name) })));
    for (const own of lines) {
      expect(own.map(({ cell, failed }) => [cell, failed])).toEqual(cells.map(({ name }) => [name, false]));
      for (const { error, se } of own) expect(Math.abs(error) / se).toBeLessThan(4);
    }
  });

  it.each(all.filter(({ study, design }) => study === "panelModels" && !design.cells.some(isKnown)))("$study, $design.name: a learner gives an estimate", async ({ study, design }) => {
    const [cell] = design.cells.filter(({ column }) => column === "lassocv");
    const [line] = await runDraw({ study, design: design.name, size: design.sizes[0]!, draw: 1, cells: [cell!.name] });
    expect(line).toMatchObject({ cell: cell!.name, failed: false, error: expect.any(Number) as number });
  });

  const design = { name: "a", version: 1, sizes: [10, 20], cells: ["x", "y"].map((name) => ({ name, column: name, truth: 0 })) };
  const lineOf = (draw: number, cell = "x"): Line => ({ design: "a", size: 20, draw, cell, failed: draw === 3, error: draw / 7, se: 1, covers: draw > 1, alarm: false });
  const empty = current({}, [design]);

  it("what the record has is not drawn again", () => {
    const { record } = foldLines(empty, [lineOf(1)]);
    expect(pendingDraws("models", [design], record, { draws: 2, only: " 20 " })).toEqual([
      { study: "models", design: "a", size: 20, draw: 1, cells: ["y"] },
      { study: "models", design: "a", size: 20, draw: 2, cells: ["x", "y"] },
    ]);
  });

  it("a record has the same bytes however its draws came in; a draw waits for those before it, and counts once", () => {
    const lines = [1, 2, 3, 4, 5].flatMap((draw) => [lineOf(draw), lineOf(draw, "y")]);
    const whole = foldLines(empty, lines).record;
    const early = foldLines(empty, [...lines.slice(4), ...lines.slice(0, 2)]);
    expect(early.left.map(({ draw }) => draw)).toEqual([3, 3, 4, 4, 5, 5]);
    const reread = JSON.parse(recordText(early.record)) as Draws;
    const late = foldLines(current(reread, [design]), [...early.left, ...lines.slice(0, 4)]);
    expect(late.left).toEqual([]);
    expect(recordText(late.record)).toBe(recordText(whole));
    expect(whole["a"]?.cells["20, x"]).toMatchObject({ draws: 5, failed: 1, covers: 3 });
  });

  it("draws of another version of a design, and of cells that are no more, do not count", () => {
    const { record } = foldLines(empty, [lineOf(1), lineOf(1, "y")]);
    expect(current(record, [{ ...design, version: 2 }])["a"]).toEqual({ version: 2, cells: {} });
    expect(Object.keys(current(record, [{ ...design, cells: design.cells.slice(1) }])["a"]?.cells ?? {})).toEqual(["20, y"]);
  });

  it.each(Object.entries(designs))("the tracked record of %s is of the designs as they are (else: node bench/montecarlo.mjs STUDY --draws 0)", (study, own) => {
    const written = JSON.parse(readFileSync(new URL(`../../bench/montecarlo/record/${study}.json`, import.meta.url), "utf8")) as Draws;
    expect(Object.keys(written).filter((name) => !own.some((one) => one.name === name && one.version === written[name]?.version))).toEqual([]);
    expect(recordText(readRecord(study, own))).toBe(recordText(written));
  });

  it("bias, spread, coverage, and failures apart", () => {
    const sums = { draws: 3, failed: 1, error: 1, square: 5, se: 4, covers: 1, alarms: 2 };
    expect(summaryOf(sums)).toEqual({ draws: 3, failed: 1, bias: 0.5, rmse: Math.sqrt(2.5), se: 2, covers: 0.5, alarms: 1 });
  });
});
