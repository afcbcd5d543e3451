import type { CurvePlan } from "../curve/plan.js";
import { type CurveRow } from "../curve/columns.js";
import { type CurveEngine, runCurve } from "../curve/run.js";
import { decimal, integer, placesFor } from "../report/numbers.js";
import { alignRows, type Row, wrap } from "../report/text.js";
import { type CurveTable, optionLabel } from "../study/curve/table.js";
import { duration } from "./progress.js";

/** What a curve would take, in words and one small table. */
export function curvePlanText({ id, specifications, dimensions, refused, nuisances, seconds, byLearner, bytes }: CurvePlan, threads: number): string {
  const left = nuisances.distinct - nuisances.stored;
  const time = left === 0 ? "" : `, about ${duration((seconds * 1000) / threads)} on ${threads} ${threads === 1 ? "thread" : "threads"} as measured here`;
  const lines = [
    `${id}: ${integer(specifications)} specifications: ${dimensions.map(({ name, options }) => `${name} (${integer(options)})`).join(", ")}.`,
    `They need ${integer(nuisances.needed)} nuisances: ${integer(nuisances.distinct)} distinct, ${integer(nuisances.stored)} stored, ${integer(left)} to fit${time}.`,
    `The store holds ${megabytes(bytes.store)} for it in the end, the file of scores ${megabytes(bytes.scores)}.`,
    ...refused.slice(0, 5).map(({ count, message }) => `${integer(count)} cannot be estimated: ${message}`),
  ];
  const rows = Object.entries(byLearner).map(([learner, { tasks, seconds: own }]) => [learner, integer(tasks), duration(own * 1000)]);
  const table: readonly Row[] = ["thick", ["To fit", "Nuisances", "One thread"], "rule", ...rows, "thick"];
  return `${[...lines.map((line) => wrap(line, 100, "  ")), ...(rows.length === 0 ? [] : ["", alignRows(table)])].join("\n")}\n`;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? "less than 1 MB" : bytes < 1e9 ? `about ${Math.round(bytes / 1e6)} MB` : `about ${(bytes / 1e9).toFixed(1)} GB`;
}

/** A curve with each of its options once, and how many of these specifications failed. */
export interface CurveTest {
  readonly text: string;
  readonly failed: number;
}

/** Runs the fewest specifications that have each option at least once; what is fitted for them is stored. */
export async function testCurve(table: CurveTable, engine: CurveEngine): Promise<CurveTest> {
  const rows = new Map<number, CurveRow>();
  const chosen = new Uint8Array(table.size);
  for (const i of table.covering) chosen[i] = 1;
  await runCurve(table, engine, { chosen: () => chosen, onRow: (_, i, row) => void rows.set(i, row) });
  const centre = table.choices(table.preferred ?? table.covering[0] ?? 0);
  const failed = [...rows.values()].filter((row) => "error" in row).length;
  const lines = table.covering.map((i) => [`${table.id}.${i + 1}`, differenceOf(table, i, centre), ...cellsOf(rows.get(i))]);
  const heading = failed === 0
    ? `${table.id}: each option once, in ${integer(table.covering.length)} specifications; all can be estimated.`
    : `${table.id}: each option once, in ${integer(table.covering.length)} specifications; ${integer(failed)} cannot be estimated.`;
  const errors = table.covering.flatMap((i) => {
    const row = rows.get(i);
    return row !== undefined && "error" in row ? [`${table.id}.${i + 1}: ${row.error.message}`] : [];
  });
  return { text: `${[heading, "", alignRows(["thick", ["Specification", "Differs by", "Estimate", "s.e.", "Rows"], "rule", ...lines, "thick"]), ...errors.map((line) => wrap(line, 100, "  "))].join("\n")}\n`, failed };
}

/** The options that the specification in the middle does not have. */
function differenceOf(table: CurveTable, i: number, centre: Uint16Array): string {
  const choices = table.choices(i);
  const own = table.dimensions.flatMap((dimension, d) => (choices[d] === centre[d] ? [] : [`${dimension.name}: ${optionLabel(dimension, choices[d] ?? 0)}`]));
  const { label } = table.specification(i);
  return own.length > 0 ? own.join(", ") : label.startsWith("(") ? "–" : label;
}

function cellsOf(row: CurveRow | undefined): readonly string[] {
  if (row === undefined || "error" in row) return ["not estimated", "", ""];
  const places = placesFor(row.se);
  return [decimal(row.theta, places), decimal(row.se, places), integer(row.n)];
}
