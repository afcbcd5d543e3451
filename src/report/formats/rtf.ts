import type { PrintedTable } from "../text.js";
import { headingOf, sectionsOf, starred } from "./sections.js";

/** Twips (a twentieth of a point): A4 upright and sideways, within margins of 2 cm. */
const WIDTH = { upright: 9638, sideways: 14570 };
const MANY = 5;

/** All tables for Word and LibreOffice: lines above, below the heading and at the end. Chinese as \u escapes. */
export function rtfText(title: string, lead: string, tables: readonly PrintedTable[]): string {
  const isWide = tables.some((table) => sectionsOf(table).columns > MANY);
  const paper = isWide ? "\\landscape\\paperw16838\\paperh11906" : "\\paperw11906\\paperh16838";
  const head = `{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}{\\f1\\fnil\\fcharset134 SimSun;}}\n${paper}\\margl1134\\margr1134\\margt1134\\margb1134\n`;
  const opening = [...(title === "" ? [] : [`{\\pard\\qc\\b\\fs28 ${escaped(title)}\\par}`]), `{\\pard\\fs20 ${escaped(lead)}\\par}`];
  return `${head}${[...opening, ...tables.map((table) => tableText(table, isWide ? WIDTH.sideways : WIDTH.upright))].join("\n{\\pard\\par}\n")}\n}\n`;
}

function tableText(table: PrintedTable, width: number): string {
  const { header, groups, columns } = sectionsOf(table);
  const edges = columnEdges(columns, width);
  const size = columns > MANY ? 16 : 20;
  const rows = [...header, ...groups.flat()];
  const isGroupEnd = groups.map((_, g) => header.length + groups.slice(0, g + 1).reduce((sum, group) => sum + group.length, 0) - 1);
  const lines = rows.map((row, i) => {
    const top = i === 0 ? "\\clbrdrt\\brdrs\\brdrw30" : "";
    const bottom = i === rows.length - 1 ? "\\clbrdrb\\brdrs\\brdrw30" : i === header.length - 1 || isGroupEnd.includes(i) ? "\\clbrdrb\\brdrs\\brdrw10" : "";
    const cells = edges.map((edge) => `${top}${bottom}\\cellx${edge}`).join("");
    const texts = row.map((cell, j) => `\\pard\\intbl${j === 0 ? "\\ql" : "\\qc"}\\fs${size} ${cellText(cell)}\\cell`).join("");
    return `\\trowd\\trgaph40\\trqc${i < header.length ? "\\trhdr" : ""}\\trkeep${cells}\n${texts}\\row`;
  });
  const notes = table.notes.map((note) => `{\\pard\\fs16 ${escaped(note)}\\par}`);
  return [`{\\pard\\keepn\\qc\\b\\fs22 ${escaped(headingOf(table))}\\par}`, ...lines, "\\pard", ...notes].join("\n");
}

/** Right edges: the first column twice as wide as the others. */
function columnEdges(columns: number, width: number): readonly number[] {
  return Array.from({ length: columns }, (_, j) => Math.round((width * (j + 2)) / (columns + 1)));
}

function cellText(cell: string): string {
  const { text, stars } = starred(cell);
  return escaped(text) + (stars === "" ? "" : `{\\super ${stars}}`);
}

/** ASCII alone; anything else by its UTF-16 units, which \u takes as signed numbers. */
function escaped(text: string): string {
  let safe = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const character = text.charAt(i);
    if (character === "\\" || character === "{" || character === "}") safe += `\\${character}`;
    else if (unit >= 0x20 && unit < 0x7f) safe += character;
    else if (unit < 0x20) safe += " ";
    else safe += `\\u${unit > 0x7fff ? unit - 0x10000 : unit}?`;
  }
  return safe;
}
