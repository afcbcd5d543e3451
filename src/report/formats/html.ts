import { escapeMarkup } from "../markup.js";
import type { PrintedTable } from "../text.js";
import { continues, sectionsOf, starred } from "./sections.js";

/** One table with its caption and notes; it scrolls sideways by itself, by keyboard too. Ids begin with the table's. */
export function htmlTable(table: PrintedTable): string {
  const { header, groups, columns } = sectionsOf(table);
  const id = escapeMarkup(table.id);
  const notes = table.notes.map((note) => `<p${note.includes("Warning:") || note.includes("Not estimated:") ? ' class="warning"' : ""}>${escapeMarkup(note)}</p>`);
  const foot = notes.length === 0 ? "" : `\n<div class="notes" id="${id}-notes">\n${notes.join("\n")}\n</div>`;
  const described = notes.length === 0 ? "" : ` aria-describedby="${id}-notes"`;
  if (columns === 0) return `<h3 id="${id}-title">${escapeMarkup(table.title)}</h3>${foot}`;
  const body = groups.map((group) => `<tbody>\n${group.map(bodyRow).join("\n")}\n</tbody>`);
  return [
    `<h3 id="${id}-title">${escapeMarkup(table.title)}</h3>`,
    `<section class="scroll" tabindex="0" aria-labelledby="${id}-title">`,
    `<table aria-labelledby="${id}-title"${described}>`,
    ...(header.length === 0 ? [] : [`<thead>\n${header.map(headRow).join("\n")}\n</thead>`]),
    ...body,
    "</table>",
    `</section>${foot}`,
  ].join("\n");
}

function headRow([first = "", ...cells]: readonly string[]): string {
  const corner = first === "" ? "<td></td>" : `<th scope="col">${escapeMarkup(first)}</th>`;
  return `<tr>${corner}${cells.map((cell) => (cell === "" ? "<td></td>" : `<th scope="col">${escapeMarkup(cell)}</th>`)).join("")}</tr>`;
}

function bodyRow(row: readonly string[]): string {
  const [first = "", ...cells] = row;
  const heading = first === "" ? "<td></td>" : `<th scope="row">${escapeMarkup(first)}</th>`;
  return `<tr${continues(row) ? ' class="below"' : ""}>${heading}${cells.map((cell) => `<td>${cellHtml(cell)}</td>`).join("")}</tr>`;
}

/** A minus sign is as wide as a digit; stars hang so that digits align. */
function cellHtml(cell: string): string {
  const { text, stars } = starred(cell);
  const signed = escapeMarkup(text).replace(/(^|[[(,\s])-(?=[\d.])/g, "$1−");
  return stars === "" ? signed : `${signed}<span class="stars">${stars}</span>`;
}
