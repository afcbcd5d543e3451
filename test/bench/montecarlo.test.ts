import { describe, expect, it } from "vitest";

interface Cell {
  readonly name: string;
  readonly column: string;
  readonly truth: number;
}
interface Design {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly cells: readonly Cell[];
}
interface Line {
  readonly design: string;
  readonly size: number;
  readonly draw: number;
  readonly cell: string;
  readonly coef: number;
  readonly se: number;
  readonly error?: string;
}
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
const { pendingDraws } = await load<{ readonly pendingDraws: (study: string, designs: readonly Design[], lines: readonly Line[], wanted: { draws: number; only: string }) => readonly Job[] }>("montecarlo/pending.mjs");
const { summaryOf } = await load<{ readonly summaryOf: (lines: readonly object[], truth: number) => Readonly<Record<string, number>> }>("montecarlo/summary.mjs");

const all = Object.entries(designs).flatMap(([study, own]) => own.map((design) => ({ study, design })));

describe("Monte Carlo", () => {
  it.each(all)("$study, $design.name: the known nuisances give the true effect within four standard errors, in two draws", async ({ study, design }) => {
    const cells = design.cells.filter(({ column }) => column === "known");
    const lines = await Promise.all([1, 2].map((draw) => runDraw({ study, design: design.name, size: design.sizes[0]!, draw, cells: cells.map(({ name }) => name) })));
    for (const own of lines) {
      expect(own.map(({ cell, error }) => [cell, error])).toEqual(cells.map(({ name }) => [name, undefined]));
      own.forEach(({ coef, se }, i) => expect(Math.abs(coef - cells[i]!.truth) / se).toBeLessThan(4));
    }
  });

  it("what has a line is not drawn again", () => {
    const design = { name: "a", sizes: [10, 20], cells: ["x", "y"].map((name) => ({ name, column: name, truth: 0 })) };
    const line = { design: "a", size: 20, draw: 1, cell: "x", coef: 0, se: 1 };
    expect(pendingDraws("models", [design], [line], { draws: 2, only: " 20 " })).toEqual([
      { study: "models", design: "a", size: 20, draw: 1, cells: ["y"] },
      { study: "models", design: "a", size: 20, draw: 2, cells: ["x", "y"] },
    ]);
  });

  it("bias, spread, coverage, and failures apart", () => {
    const lines = [
      { coef: 1, se: 1, low: -1, high: 3, warned: true, tripped: false, unsettled: false },
      { coef: 4, se: 3, low: 2.5, high: 5, warned: true, tripped: true, unsettled: false },
      { error: "no-variation" },
    ];
    expect(summaryOf(lines, 2)).toEqual({ draws: 3, failed: 1, bias: 0.5, rmse: Math.sqrt(2.5), se: 2, covers: 0.5, warns: 1, checks: 0.5 });
  });
});
