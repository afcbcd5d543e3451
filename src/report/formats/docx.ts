import type { PrintedTable } from "../text.js";
import { continues, headingOf, sectionsOf, starred } from "./sections.js";

const MANY = 5;
/** Within margins of 2 cm on A4, in twips. */
const WIDTH = { upright: 9638, sideways: 14570 };

/**
 * All tables as a Word document (Office Open XML, ECMA-376): three lines a table, its heading a Heading 2, so that
 * Word's outline lists it. The same bytes for the same tables.
 */
export async function docxBytes(title: string, lead: string, tables: readonly PrintedTable[]): Promise<Uint8Array> {
  const { strToU8, zipSync } = await import("fflate");
  const isWide = tables.some((table) => sectionsOf(table).columns > MANY);
  const body = [
    ...(title === "" ? [] : [paragraph(title, { style: "Title" })]), paragraph(lead),
    ...tables.map((table) => tableXml(table, isWide ? WIDTH.sideways : WIDTH.upright)), section(isWide),
  ].join("");
  const parts: Readonly<Record<string, string>> = {
    "[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELATIONS, "word/_rels/document.xml.rels": DOCUMENT_RELATIONS, "word/styles.xml": STYLES,
    "word/document.xml": `${XML}<w:document ${NAMESPACE}><w:body>${body}</w:body></w:document>`,
  };
  const files = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)]));
  return zipSync(files, { level: 6, mtime: new Date(1980, 0, 1) }); // the first date of the zip format, whatever the day is
}

function tableXml(table: PrintedTable, width: number): string {
  const { header, groups, columns } = sectionsOf(table);
  const rows = [...header, ...groups.flat()];
  const ends = groups.map((_, g) => header.length + groups.slice(0, g + 1).reduce((sum, group) => sum + group.length, 0) - 1);
  const unit = Math.floor(width / (columns + 1));
  const grid = Array.from({ length: columns }, (_, j) => `<w:gridCol w:w="${j === 0 ? 2 * unit : unit}"/>`).join("");
  const lines = rows.map((row, i) => {
    const top = i === 0 ? border("top", 12) : "";
    const bottom = i === rows.length - 1 ? border("bottom", 12) : i === header.length - 1 || ends.includes(i) ? border("bottom", 4) : "";
    const edges = top + bottom === "" ? "" : `<w:tcBorders>${top}${bottom}</w:tcBorders>`;
    const keep = continues(rows[i + 1]) || i < header.length;
    const cells = row.map((cell, j) => `<w:tc><w:tcPr><w:tcW w:w="${j === 0 ? 2 * unit : unit}" w:type="dxa"/>${edges}</w:tcPr>${cellParagraph(cell, j === 0, columns > MANY, keep)}</w:tc>`);
    return `<w:tr><w:trPr><w:cantSplit/>${i < header.length ? "<w:tblHeader/>" : ""}</w:trPr>${cells.join("")}</w:tr>`;
  });
  const grown = rows.length === 0 ? "" : `<w:tbl><w:tblPr><w:tblW w:w="${width}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${lines.join("")}</w:tbl>`;
  return paragraph(headingOf(table), { style: "Heading2" }) + grown + table.notes.map((note) => paragraph(note, { style: "TableNote" })).join("");
}

function cellParagraph(cell: string, isFirst: boolean, isSmall: boolean, keep: boolean): string {
  const { text, stars } = starred(cell);
  const size = isSmall ? `<w:sz w:val="16"/><w:szCs w:val="16"/>` : "";
  const raised = stars === "" ? "" : run(stars, `<w:vertAlign w:val="superscript"/>`, size);
  return `<w:p><w:pPr><w:pStyle w:val="TableCell"/>${keep ? "<w:keepNext/>" : ""}<w:jc w:val="${isFirst ? "left" : "center"}"/></w:pPr>${run(text, "", size)}${raised}</w:p>`;
}

function paragraph(text: string, { style }: { readonly style?: string } = {}): string {
  return `<w:p>${style === undefined ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}${run(text, "", "")}</w:p>`;
}

function run(text: string, raised: string, size: string): string {
  const properties = size + raised === "" ? "" : `<w:rPr>${size}${raised}</w:rPr>`;
  return `<w:r>${properties}<w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`;
}

function border(side: string, size: number): string {
  return `<w:${side} w:val="single" w:sz="${size}" w:space="0" w:color="auto"/>`;
}

function section(isWide: boolean): string {
  const page = isWide ? `w:w="16838" w:h="11906" w:orient="landscape"` : `w:w="11906" w:h="16838"`;
  return `<w:sectPr><w:pgSz ${page}/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`;
}

/** Text for XML; characters that it does not allow become spaces. */
function escaped(text: string): string {
  return text.replace(/[\u0000-\u001f\ufffe\uffff]/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const XML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;
const NAMESPACE = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`;
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD}.styles+xml"/></Types>`;
const RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`;
const DOCUMENT_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`;

function styleXml(id: string, name: string, paragraphs: string, runs: string): string {
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:pPr>${paragraphs}</w:pPr><w:rPr>${runs}</w:rPr></w:style>`;
}

const STYLES =
  `${XML}<w:styles ${NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="SimSun"/><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>` +
  `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="80"/></w:pPr></w:style>` +
  styleXml("Title", "Title", `<w:spacing w:after="120"/><w:jc w:val="center"/>`, `<w:b/><w:sz w:val="28"/>`) +
  styleXml("Heading2", "heading 2", `<w:keepNext/><w:spacing w:before="320" w:after="80"/><w:outlineLvl w:val="1"/>`, `<w:b/><w:sz w:val="22"/>`) +
  styleXml("TableCell", "Table Cell", `<w:spacing w:before="0" w:after="0"/>`, "") +
  styleXml("TableNote", "Table Note", `<w:spacing w:before="40" w:after="0"/>`, `<w:sz w:val="16"/><w:szCs w:val="16"/>`) +
  `</w:styles>`;
