import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { createEngine, deriveStudy, prepareStudy, readPanel, readStudy } from "../../src/index.js";

const data = resolve(import.meta.dirname, "../../data");

/** Rows of the published study's tables; table 6 and 7 by the name of the group. */
const PUBLISHED: Readonly<Record<string, readonly number[]>> = {
  table2: [4200, 4200, 3097, 3097],
  table3: [4140, 4200, 4200],
  table4: [4200, 4200, 4200, 4200, 4200, 4200],
  table5: [4200, 4200, 4200],
  table6: [135, 210, 224, 390, 419, 2822],
  table7: [294, 375, 435, 480, 489, 649, 699, 779],
};

it("paper.yaml has the published study's tables, column by column with its rows, and each once more with the default encoding", async () => {
  const engine = await createEngine();
  const study = readStudy(readFileSync(`${data}/paper.yaml`, "utf8"), "paper.yaml");
  const panel = await readPanel(readFileSync(`${data}/city-panel.csv`), "city-panel.csv", {});
  const { plan, described } = prepareStudy(study, await deriveStudy(study, panel, engine), engine.kernels);
  expect(described.get("table1")).toHaveLength(14);
  const sizes = (table: string): number[] => plan.specifications.map((planned) => {
    if ("refused" in planned) throw planned.refused;
    return planned;
  }).filter(({ specification }) => specification.table === table).map(({ sample }) => sample.rows.length);
  const ordered = (table: string, rows: number[]): number[] => (/table[67]/.test(table) ? rows.sort((a, b) => a - b) : rows);
  for (const [table, rows] of Object.entries(PUBLISHED)) {
    expect(ordered(table, sizes(table)), table).toEqual(rows);
    // the instrument, last in table 4, does not vary within cities
    expect(ordered(table, sizes(`${table}-effects`)), `${table}-effects`).toEqual(table === "table4" ? rows.slice(0, -1) : rows);
  }
});
