/** Panels and the tables of the Arrow library, in memory. */
import type { Table } from "apache-arrow";
import type { Panel } from "./panel.js";

/** A panel of an Arrow table; see `readTable` of arrow/readArrow.ts. `source` is what messages call it. */
export async function panelOfTable(table: Table, source = "table"): Promise<Panel> {
  return (await import("./arrow/readArrow.js")).readTable(table, source);
}

/** An Arrow table of a panel; see `tableOf` of arrow/writeArrow.ts. */
export async function tableOfPanel(panel: Panel): Promise<Table> {
  return (await import("./arrow/writeArrow.js")).tableOf(panel);
}
