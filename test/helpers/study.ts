import { createEngine, prepareStudy, readPanel, readStudy, runStudy, type ResultRow } from "../../src/index.js";
import type { Panel } from "../../src/index.js";

const engine = await createEngine();

/** Runs a study given as plain data on a panel, in this thread. */
export async function runOn(panel: Panel, study: object): Promise<readonly ResultRow[]> {
  const written = JSON.stringify({ data: { file: panel.source }, ...study });
  const prepared = prepareStudy(readStudy(written, "study.json"), panel, engine.kernels);
  const { result } = await runStudy(prepared, engine);
  return result.rows;
}

/** A panel from columns of numbers. */
export function panelOf(columns: Readonly<Record<string, ArrayLike<number>>>, source = "test.csv"): Panel {
  const entries = Object.entries(columns).map(([name, values]) => [name, { kind: "number", name, values: Float64Array.from(values) }] as const);
  return { source, rows: entries[0]?.[1].values.length ?? 0, columns: new Map(entries) };
}

export { readPanel };
