import { type Overlap, SHARES } from "../inference/heterogeneity/overlap.js";
import { decimal, integer } from "./numbers.js";
import type { PrintedTable, Row } from "./text.js";

/** Two lines to stand under a table of estimates, beside the warnings of the row. `name`: what makes the arms. */
export function overlapNotes(name: string, { arms, clipped }: Overlap): readonly string[] {
  const sizes = arms.map(({ treated, n, effectiveSize }) => `${integer(n)} ${treated ? "treated" : "untreated"} worth ${integer(Math.round(effectiveSize))}`);
  const ranges = arms.map(({ treated, quantiles }) => `${treated ? "treated" : "untreated"} ${decimal(quantiles[0], 3)} to ${decimal(quantiles.at(-1), 3)}`);
  return [
    `Propensities of ${name}: ${ranges.join(", ")}; ${decimal(100 * clipped, 1)} % clipped.`,
    `Rows and their effective size after weighting: ${sizes.join(", ")}.`,
  ];
}

/** Propensities by arm: quantiles, clipped share, effective size, largest weight. */
export function overlapTable(id: string, title: string, { arms, warnings }: Overlap): PrintedTable {
  const line = (name: string, cell: (arm: Overlap["arms"][number]) => string): Row => [name, ...arms.map(cell)];
  return {
    id, title, notes: warnings,
    rows: [
      "thick", line("Propensities", ({ treated }) => (treated ? "treated" : "untreated")), "rule",
      line("Rows", ({ n }) => integer(n)),
      ...SHARES.map((share, j) => line(shareName(share), ({ quantiles }) => decimal(quantiles[j], 3))),
      line("Clipped, %", ({ clipped }) => decimal(100 * clipped, 1)),
      line("Effective size", ({ effectiveSize }) => decimal(effectiveSize, 1)),
      line("Largest weight, %", ({ largestShare }) => decimal(100 * largestShare, 1)),
      "thick",
    ],
  };
}

/** Mean differences of the controls in standard deviations, before and after weighting. */
export function balanceTable(id: string, title: string, { balance }: Overlap): PrintedTable {
  const lines = balance.map(({ name, before, after }): Row => [name, decimal(before, 3), decimal(after, 3)]);
  return { id, title, rows: ["thick", ["Treated less untreated, in s.d.", "before", "weighted"], "rule", ...lines, "thick"], notes: [] };
}

function shareName(share: number): string {
  return share === 0 ? "Least" : share === 1 ? "Greatest" : `${Math.round(100 * share)} %`;
}
