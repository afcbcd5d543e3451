import type { Format } from "../study/output.js";
import { curveCsv } from "./curveRows.js";
import { methodsMarkdown } from "./export/methods.js";
import { pythonCode } from "./export/python.js";
import { stataCode } from "./export/stata.js";
import { figuresOf } from "./figures/figures.js";
import type { Palette } from "./figures/palette.js";
import { svgText } from "./figures/svg.js";
import { flowTables } from "./flow.js";
import { csvTable } from "./formats/csv.js";
import { docxBytes } from "./formats/docx.js";
import { latexDocument, latexTable } from "./formats/latex.js";
import { rtfText } from "./formats/rtf.js";
import { tablesJson } from "./formats/tablesJson.js";
import { markdownText } from "./markdown.js";
import { reportPage, tablesPage } from "./page/page.js";
import { panelLine, type StudyResult } from "./results.js";
import { printedTables } from "./table.js";
import type { PrintedTable } from "./text.js";

/** Files by path below the output folder. */
export type OutputFiles = Readonly<Record<string, string | Uint8Array>>;

/** Makes a PNG of an SVG; what draws it is the host's. */
export type Rasterize = (svg: string) => Promise<Uint8Array>;

/** What is drawn, and how. */
export interface OutputRequest {
  readonly formats: readonly Format[];
  readonly palette: Palette;
  readonly rasterize: Rasterize;
  /** Ids of tables, of their columns or of figures; null: all. */
  readonly only: readonly string[] | null;
}

/** The files of the formats asked for, from results alone. Sample-flow tables stand behind the others. */
export async function outputFiles(result: StudyResult, { formats, palette, rasterize, only }: OutputRequest): Promise<OutputFiles> {
  const isWanted = ({ id }: { readonly id: string }): boolean => only === null || only.some((name) => belongsTo(id, name));
  const tables = tablesOf(result).filter(isWanted);
  const files: Record<string, string | Uint8Array> = {};
  for (const format of formats) Object.assign(files, await tableFiles(format, result, tables));
  if (!formats.includes("svg") && !formats.includes("png")) return files;
  for (const figure of figuresOf(result).filter(isWanted)) {
    const svg = svgText(figure, palette);
    if (formats.includes("svg")) files[`figures/${figure.id}.svg`] = `${svg}\n`;
    if (formats.includes("png")) files[`figures/${figure.id}.png`] = await rasterize(svg);
  }
  return files;
}

/** All tables of a study, those of the rows used last. */
export function tablesOf(result: StudyResult): readonly PrintedTable[] {
  return [...printedTables(result), ...flowTables(result)];
}

async function tableFiles(format: Format, result: StudyResult, tables: readonly PrintedTable[]): Promise<OutputFiles> {
  const { title } = result.study;
  const each = (extension: string, write: (table: PrintedTable) => string): OutputFiles => Object.fromEntries(tables.map((table) => [`tables/${table.id}.${extension}`, write(table)]));
  switch (format) {
    case "md":
      return { "tables.md": markdownText(result, tables) };
    case "latex":
      return { "tables.tex": latexDocument(title, panelLine(result), tables), ...each("tex", latexTable) };
    case "html":
      return { "tables.html": tablesPage(result, tables) };
    case "docx":
      return { "tables.docx": await docxBytes(title, panelLine(result), tables) };
    case "rtf":
      return { "tables.rtf": rtfText(title, panelLine(result), tables) };
    case "csv":
      return { ...each("csv", csvTable), ...curveFiles(result, tables) };
    case "json":
      return { "tables.json": tablesJson(tables) };
    case "report":
      return { "report.html": reportPage(result) };
    case "methods":
      return { "methods.md": methodsMarkdown(result) };
    case "stata":
      return { "replicate.do": stataCode(result) };
    case "python":
      return { "replicate.py": pythonCode(result) };
    case "svg":
    case "png":
      return {};
  }
}

function curveFiles({ curves }: StudyResult, tables: readonly PrintedTable[]): OutputFiles {
  const wanted = [...curves].filter(([id]) => tables.some((table) => table.id === id));
  return Object.fromEntries(wanted.map(([id, { rows, inference }]) => [`${id}.csv`, curveCsv(id, rows, inference)]));
}

/** Whether a table or figure is the one named, or of the table (`table2`) or column (`table2.1`) named. */
export function belongsTo(id: string, name: string): boolean {
  const ofWhole = ["estimates", "stability", "distributions", "periods", "joint", "sample", "tests", "spread", "curve", "drivers", "options"].some((part) => id === `${name}-${part}`);
  return id === name || ofWhole || id.startsWith(`${name}.`) || (name.includes(".") && id.startsWith(`${name}-`));
}
