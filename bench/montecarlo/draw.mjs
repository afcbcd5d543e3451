/** One draw of a design in a thread of its own: every missing cell is a column of one study, so that what they share is fitted once. */
import { designs } from "../designs/index.mjs";
import { createMemoryStore } from "../../dist/fit/store.js";
import { createEngine, prepareStudy, readStudy, runStudy } from "../../dist/index.js";

const engine = await createEngine();

/** A line of results for each of the cells asked for. */
export default async function runDraw({ study, design: name, size, draw, cells: wanted }) {
  const design = designs[study].find((one) => one.name === name);
  const cells = design.cells.filter((cell) => wanted.includes(cell.name));
  const columns = cells.map(({ name: label, options }) => ({ label, ...options }));
  const written = { data: { file: "simulated", ...design.data }, base: { ...design.base, seed: draw }, tables: [{ id: "cells", columns }] };
  const panel = panelOf(design.sample(size, draw));
  const prepared = prepareStudy(readStudy(JSON.stringify(written), "design"), panel, engine.kernels);
  const { result } = await runStudy(prepared, { ...engine, store: createMemoryStore() });
  return result.rows.map((row, i) => ({ design: name, size, draw, cell: cells[i].name, ...outcomeOf(row, cells[i], design.data !== undefined) }));
}

/** An alarm is any warning; in panels, where many draws warn, the panel check, a path that is not settled, or what twicing or the check of the arms finds. */
function outcomeOf({ estimate }, { truth, of = () => estimate }, isPanel) {
  if (estimate === null) return { failed: true };
  const { warnings, panelCheck } = estimate;
  const { coef, se, ci: [low, high] } = of(estimate);
  const doubts = warnings.some((text) => ["not settled", "Boosting finds", "miss something"].some((words) => text.includes(words)));
  const alarm = isPanel ? panelCheck?.tripped === true || doubts : warnings.length > 0;
  return { failed: false, error: coef - truth, se, covers: low <= truth && truth <= high, alarm };
}

function panelOf(columns) {
  const entries = Object.entries(columns).map(([name, values]) => [name, { kind: "number", name, values }]);
  return { source: "simulated", rows: entries[0][1].values.length, columns: new Map(entries) };
}
