import { version } from "../../version.js";
import { pythonCode } from "../export/python.js";
import { methodsText } from "../export/methods.js";
import { stataCode } from "../export/stata.js";
import { figuresOf } from "../figures/figures.js";
import { PAGE } from "../figures/palette.js";
import { type Figure, svgText } from "../figures/svg.js";
import { flowTables } from "../flow.js";
import { htmlTable } from "../formats/html.js";
import { escapeMarkup } from "../markup.js";
import { panelLine, type StudyResult } from "../results.js";
import { printedTables } from "../table.js";
import type { PrintedTable } from "../text.js";
import { EXPLORER_SCRIPT, EXPLORER_STYLE, explorerHtml, explorerPolicy } from "./explorer/explorer.js";
import { STYLE } from "./style.js";

/** So many figures stand on the page; `neyman plot` draws the others. A page must open on a phone. */
const MOST_FIGURES = 60;

/**
 * The whole study on one page that needs no network: tables, figures, warnings, the rows used,
 * methods, code for peers, the study file, versions and seeds. Only curves have a script, to look into them. Every text of the user's is escaped.
 */
export function reportPage(result: StudyResult): string {
  const tables = printedTables(result);
  const figures = figuresOf(result);
  const explorers = explorersHtml(result);
  const sections = [
    section("warnings", "Warnings", warningsOf(result)),
    section("tables", "Tables", tables.map(htmlTable)),
    section("figures", "Figures", figuresHtml(figures)),
    section("explore", "Curves to look into", explorers),
    section("sample", "Rows used", flowTables(result).map(htmlTable)),
    section("methods", "Methods", methodsHtml(result)),
    section("code", "The same in Stata and Python", codeHtml(result)),
    section("study", "Study file and versions", studyHtml(result)),
  ].filter(({ html }) => html !== "");
  return document(result, titleOf(result), [navigation(sections), "<main id=\"main\">", ...sections.map(({ html }) => html), "</main>"], explorers.length > 0);
}

function explorersHtml({ study, curves }: StudyResult): readonly string[] {
  return study.tables.flatMap(({ kind, id, title }) => {
    const found = kind === "curve" ? curves.get(id) : undefined;
    return found === undefined ? [] : [explorerHtml({ id, title, ...found })];
  }).filter((html) => html !== "");
}

/** Tables alone, for a browser or to paste from. */
export function tablesPage(result: StudyResult, tables: readonly PrintedTable[]): string {
  return document(result, titleOf(result), ["<main id=\"main\">", ...tables.map(htmlTable), "</main>"]);
}

/** `scripted`: with the script of the curves, which the policy allows by its hash. */
function document(result: StudyResult, title: string, body: readonly string[], scripted = false): string {
  const { note } = result.study;
  return [
    "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">", "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    `<meta name="generator" content="neyman ${escapeMarkup(version)}">`, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${scripted ? `; ${explorerPolicy()}` : ""}">`,
    `<title>${escapeMarkup(title)}</title>`, `<style>${STYLE}${scripted ? EXPLORER_STYLE : ""}</style>`, "</head>", "<body>",
    "<a class=\"skip\" href=\"#main\">Skip to the results</a>",
    "<header>", `<h1>${escapeMarkup(title)}</h1>`, `<p class="lead">${escapeMarkup(panelLine(result))}</p>`, ...(note === "" ? [] : [`<p class="note">${escapeMarkup(note)}</p>`]), "</header>",
    ...body, `<footer>Made by Neyman ${escapeMarkup(version)}.</footer>`, ...(scripted ? [EXPLORER_SCRIPT] : []), "</body>", "</html>", "",
  ].join("\n");
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** Empty where there is nothing in it. */
function section(id: string, title: string, parts: readonly string[]): Section {
  const html = parts.length === 0 ? "" : [`<section id="section-${id}" aria-labelledby="section-${id}-title">`, `<h2 id="section-${id}-title">${escapeMarkup(title)}</h2>`, ...parts, "</section>"].join("\n");
  return { id, title, html };
}

function navigation(sections: readonly Section[]): string {
  return `<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => `<li><a href="#section-${id}">${escapeMarkup(title)}</a></li>`).join("")}</ul></nav>`;
}

function titleOf({ study }: StudyResult): string {
  return study.title === "" ? "Results" : study.title;
}

/** Errors and warnings, each once, with the columns that it belongs to. */
function warningsOf({ rows }: StudyResult): readonly string[] {
  const owners = new Map<string, string[]>();
  for (const { specification, estimate, error } of rows) {
    const own = [...(error === null ? [] : [`Not estimated: ${error.message}`]), ...(estimate?.warnings ?? [])];
    for (const text of new Set(own)) owners.set(text, [...(owners.get(text) ?? []), specification.id]);
  }
  if (owners.size === 0) return [];
  const items = [...owners].map(([text, ids]) => `<li><strong>${escapeMarkup(ids.join(", "))}</strong> ${escapeMarkup(text)}</li>`);
  return [`<div class="warnings"><ul>\n${items.join("\n")}\n</ul></div>`];
}

function figuresHtml(figures: readonly Figure[]): readonly string[] {
  const shown = figures.slice(0, MOST_FIGURES).map((figure) => `<figure><div class="scroll" tabindex="0" role="group" aria-label="${escapeMarkup(figure.title)}">${svgText(figure, PAGE)}</div><figcaption>${escapeMarkup(figure.caption)}</figcaption></figure>`);
  const left = figures.length - shown.length;
  return left <= 0 ? shown : [...shown, `<p>${left} more figures are drawn by <code>neyman plot</code>.</p>`];
}

function methodsHtml(result: StudyResult): readonly string[] {
  const { paragraphs, references } = methodsText(result);
  if (paragraphs.length === 0) return [];
  return [
    "<div class=\"prose\">", ...paragraphs.map((text) => `<p>${escapeMarkup(text)}</p>`), "</div>",
    "<h3>References</h3>", `<ul class="references">${references.map((text) => `<li>${escapeMarkup(text)}</li>`).join("\n")}</ul>`,
  ];
}

function codeHtml(result: StudyResult): readonly string[] {
  const hasEstimates = result.rows.length > 0;
  return hasEstimates ? [listing("Stata, with ddml and pystacked", stataCode(result)), listing("Python, with DoubleML and scikit-learn", pythonCode(result))] : [];
}

function studyHtml(result: StudyResult): readonly string[] {
  const { study, rows } = result;
  const seeds = [...new Set(rows.map(({ specification }) => specification.seed))];
  const facts = [["Neyman", version], ["Data", study.data.file], ["Study file", study.source.source], ...(seeds.length === 0 ? [] : [[seeds.length === 1 ? "Seed" : "Seeds", seeds.join(", ")]])];
  return [`<dl>${facts.map(([name = "", value = ""]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`).join("")}</dl>`, listing("Study file", study.source.text)];
}

function listing(title: string, text: string): string {
  return `<details><summary>${escapeMarkup(title)}</summary><pre tabindex="0"><code>${escapeMarkup(text)}</code></pre></details>`;
}
