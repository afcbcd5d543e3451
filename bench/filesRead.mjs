/** One read, in a process of its own: prints rows, columns and missing cells; seconds of the processor. */
import { readFile } from "node:fs/promises";
import { readPanel } from "../dist/index.js";

const panel = await readPanel(await readFile(process.argv[2]), "panel", {});
let missing = 0;
for (const column of panel.columns.values()) {
  if (column.kind === "text") for (const code of column.codes) missing += code < 0 ? 1 : 0;
  else for (const value of column.values) missing += Number.isNaN(value) ? 1 : 0;
}
const { user, system } = process.cpuUsage();
console.log(`${panel.rows} ${panel.columns.size} ${missing}; ${(user + system) / 1e6}`);
