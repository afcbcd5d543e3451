import type { PrintedTable } from "../text.js";
import { sectionsOf, starred } from "./sections.js";

/** More columns make the letters smaller. */
const MANY = 5;

/** More rows do not fit on a page. */
const LONG = 50;

/** One table for \input: booktabs with threeparttable, or with longtable where it runs over pages. */
export function latexTable(table: PrintedTable): string {
  const { header, groups, columns } = sectionsOf(table);
  const head = ["    \\toprule", ...header.map(line), ...(header.length > 0 ? ["    \\midrule"] : [])];
  const body = groups.map((group) => group.map(line).join("\n")).join("\n    \\midrule\n");
  const alignment = `{l${"r".repeat(Math.max(0, columns - 1))}}`;
  if (groups.flat().length > LONG) {
    return [
      "{\\small", `\\begin{longtable}${alignment}`, `  \\caption{${escaped(table.title)}}\\label{tab:${table.id}}\\\\`, ...head, "    \\endhead", body, "    \\bottomrule",
      "\\end{longtable}", ...table.notes.map((note) => `\\noindent\\footnotesize ${escaped(note)}\\par`), "}", "",
    ].join("\n");
  }
  const tabular = [`  \\begin{tabular}${alignment}`, ...head, body, "    \\bottomrule", "  \\end{tabular}"];
  return [
    "\\begin{table}[htbp]", "  \\centering", `  \\${columns > MANY ? "scriptsize" : "small"}`, "  \\setlength{\\tabcolsep}{4pt}",
    "  \\begin{threeparttable}", `  \\caption{${escaped(table.title)}}`, `  \\label{tab:${table.id}}`,
    ...(columns === 0 ? [] : tabular),
    ...notesOf(table.notes), "  \\end{threeparttable}", "\\end{table}", "",
  ].join("\n");
}

function line(row: readonly string[]): string {
  return `    ${row.map((cell, j) => (j === 0 ? escaped(cell) : cellText(cell))).join(" & ")} \\\\`;
}

function notesOf(notes: readonly string[]): readonly string[] {
  return notes.length === 0 ? [] : ["  \\begin{tablenotes}[flushleft]\\footnotesize", ...notes.map((note) => `    \\item ${escaped(note)}`), "  \\end{tablenotes}"];
}

/** A document that takes in every table and compiles as it stands: pdflatex, or xelatex where there is Chinese. */
export function latexDocument(title: string, lead: string, tables: readonly PrintedTable[]): string {
  const isWide = tables.some((table) => sectionsOf(table).columns > MANY);
  const everything = [title, lead, ...tables.flatMap((table) => [table.title, ...table.notes, ...table.rows.flatMap((row) => (typeof row === "string" ? [] : row))])].join("");
  return [
    "% Each table is a file of its own: \\input{tables/NAME} where the paper wants it, with the packages below.",
    "\\documentclass[11pt]{article}",
    `\\usepackage[margin=2cm${isWide ? ",landscape" : ""}]{geometry}`,
    ...(isChinese(everything) ? ["\\usepackage[UTF8]{ctex} % Chinese: compile with xelatex"] : ["\\usepackage[T1]{fontenc}", "\\usepackage[utf8]{inputenc}"]),
    "\\usepackage{amsmath,textcomp}",
    "\\usepackage{booktabs,longtable}", "\\usepackage[flushleft]{threeparttable}",
    "\\begin{document}",
    ...(title === "" ? [] : [`\\section*{${escaped(title)}}`]), escaped(lead), "",
    ...tables.map((table) => `\\input{tables/${table.id}}`),
    "\\end{document}", "",
  ].join("\n");
}

/** A number's stars are raised, and its minus is one. */
function cellText(cell: string): string {
  const { text, stars } = starred(cell);
  return escaped(text) + (stars === "" ? "" : `$^{${stars}}$`);
}

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
  "<": "$<$", ">": "$>$", "|": "$|$", "[": "{[}", "]": "{]}", "*": "{*}", "²": "\\textsuperscript{2}", "–": "--", "×": "$\\times$", "∞": "$\\infty$", "−": "$-$", "θ": "$\\theta$",
  '"': "\\textquotedbl{}", "`": "\\textasciigrave{}", "′": "$'$", "≥": "$\\ge$", "≤": "$\\le$", "χ": "$\\chi$",
};

/** Text in which nothing is a command. A minus before a number is one. Brackets are braced: one after \\\\ is an option. */
function escaped(text: string): string {
  const safe = text.replace(/[\\{}#$%&_~^<>|[\]*²–×∞−θ"`′≥≤χ]/g, (character) => SPECIAL[character] ?? "").replace(/[\r\n]+/g, " ");
  return safe.replace(/(^|[({}\s,])-(?=\.?\d)/g, "$1$-$");
}

/** Whether a font for Chinese, Japanese or Korean is needed. */
function isChinese(text: string): boolean {
  return /[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]/.test(text);
}
