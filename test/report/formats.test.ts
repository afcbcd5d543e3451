import { strFromU8, unzipSync } from "fflate";
import fc from "fast-check";
import { expect, it } from "vitest";
import { LIGHT } from "../../src/report/figures/palette.js";
import { csvTable } from "../../src/report/formats/csv.js";
import { docxBytes } from "../../src/report/formats/docx.js";
import { htmlTable } from "../../src/report/formats/html.js";
import { latexTable } from "../../src/report/formats/latex.js";
import { rtfText } from "../../src/report/formats/rtf.js";
import { escapeMarkup } from "../../src/report/markup.js";
import { outputFiles, tablesOf } from "../../src/report/outputs.js";
import type { PrintedTable } from "../../src/report/text.js";
import { FORMATS, type Format } from "../../src/study/output.js";
import { smallResult, WILD } from "../helpers/outputs.js";

/** Rewritten by `npx vitest run test/report/formats.test.ts -u`: read the difference before it is committed. */
const golden = (name: string): string => `../golden/outputs/${name}`;

const request = (formats: readonly Format[], only: readonly string[] | null = null) => ({ formats, palette: LIGHT, rasterize: async () => new Uint8Array(0), only });

it.each(["md", "latex", "html", "rtf", "csv", "json", "svg", "methods", "stata", "python", "report"] as const)("%s is what it was", async (format) => {
  const files = await outputFiles(await smallResult(), request([format], format === "svg" ? ["main-estimates", "main.1-sensitivity"] : null));
  for (const [name, content] of Object.entries(files)) {
    // The figures of the page have goldens of their own.
    const text = (content as string).replace(/<svg xmlns[^]*?<\/svg>/g, (svg) => (format === "report" ? "<svg></svg>" : svg));
    if (format !== "csv" && format !== "latex" || /main\.(csv|tex)$|tables\.tex$/.test(name)) await expect(text).toMatchFileSnapshot(golden(name.replace("/", "-")));
  }
});

it("docx is what it was, the same bytes each time, and all in it is well-formed", async () => {
  const { "tables.docx": bytes } = await outputFiles(await smallResult(), request(["docx"]));
  const parts = unzipSync(bytes as Uint8Array);
  for (const part of Object.values(parts)) expect(unclosed(strFromU8(part))).toEqual([]);
  await expect(strFromU8(parts["word/document.xml"]!).replaceAll("</w:p>", "</w:p>\n")).toMatchFileSnapshot(golden("document.xml"));
  expect((await outputFiles(await smallResult(), request(["docx"])))["tables.docx"]).toEqual(bytes);
});

it("all formats at once are files with names of their own", async () => {
  const files = Object.keys(await outputFiles(await smallResult(), request(FORMATS)));
  expect(new Set(files).size).toBe(files.length);
  expect(files).toEqual(expect.arrayContaining(["tables.md", "tables.tex", "tables/main.tex", "tables.html", "tables.docx", "tables.rtf", "tables/main.csv", "tables.json", "report.html", "methods.md", "replicate.do", "replicate.py", "figures/main-estimates.svg", "figures/main-estimates.png"]));
});

it("a name picks a table with all that belongs to it, a column, or a figure", async () => {
  const named = async (...only: string[]) => Object.keys(await outputFiles(await smallResult(), request(["csv", "svg"], only)));
  expect(await named("main.2")).toEqual(["tables/main.2-groups.csv", "figures/main.2-groups.svg", "figures/main.2-fit.svg"]);
  expect(await named("moments")).toEqual(["tables/moments.csv", "figures/moments-distributions.svg", "figures/moments-periods.svg"]);
  expect(await named("main-stability")).toEqual(["figures/main-stability.svg"]);
});

/** Every text as title, heading, cell and note. */
const table = (text: string): PrintedTable => ({ id: "t", title: text, rows: ["thick", ["", text], "rule", [text, `${text}***`], "thick"], notes: [text] });
const hard = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(..."\\{}#$%&_~^<>|[]*\"`'-²–\n\r;=+@工资") }));

it("LaTeX: nothing that a user writes is a command", () => {
  fc.assert(fc.property(hard, (text) => {
    const source = latexTable(table(text));
    const ours = source.replace(/\\textsuperscript\{2\}|\\(textbackslash|textasciitilde|textasciicircum|textquotedbl|textasciigrave)\{\}|\\[{}#$%&_]|\$(-|<|>|\||'|\^\{\*+\}|\\(times|infty|theta|ge|le|chi))\$|\{[[\]*]\}/g, "");
    const frame = latexTable(table("")).split("\n").length;
    expect(source.split("\n").length).toBe(frame); // no line of its own
    const user = ours.split("\n").filter((line) => /caption|&|item/.test(line)).join("").replace(/\\(caption\{|item|\\)/g, "").replace(/ & /g, "").replace(/\}$/gm, "");
    expect(user.replace(/\}/g, "")).not.toMatch(/[\\{#$%_^~]/);
  }));
});

it("HTML: texts come back as they were, and none is an element", () => {
  fc.assert(fc.property(hard, (text) => {
    expect(escapeMarkup(text)).not.toMatch(/[<>"']/);
    const found = htmlTable(table(text)).match(/<\/?([a-z0-9]+)/g) ?? [];
    expect(found.filter((tag) => !/^<\/?(h3|div|section|table|thead|tbody|tr|th|td|p|span)$/.test(tag))).toEqual([]);
  }));
});

it("CSV: cells come back as they were, save what a spreadsheet would run", () => {
  fc.assert(fc.property(hard, (text) => {
    const cells = parseCsv(csvTable(table(text)));
    const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-][\d.]/.test(text) ? `'${text}` : text;
    expect(cells[1]?.[0]).toBe(safe);
  }));
});

it("RTF: ASCII alone, braces in pairs, and Chinese comes back", () => {
  fc.assert(fc.property(hard, (text) => {
    const rtf = rtfText(text, text, [table(text)]);
    expect(rtf).toMatch(/^[\n\x20-\x7e]*$/);
    const bare = rtf.replace(/\\[\\{}]/g, "");
    expect(bare.split("{").length).toBe(bare.split("}").length);
  }));
  const units = [...rtfText("工资", "", []).matchAll(/\\u(-?\d+)\?/g)].map(([, unit]) => (Number(unit) + 65536) % 65536);
  expect(String.fromCharCode(...units)).toBe("工资");
});

it("Word: the XML is well-formed whatever the texts", async () => {
  await fc.assert(fc.asyncProperty(hard, async (text) => {
    const parts = unzipSync(await docxBytes(text, text, [table(text)]));
    expect(unclosed(strFromU8(parts["word/document.xml"]!))).toEqual([]);
  }), { numRuns: 30 });
});

it("texts arrive whole in every format", async () => {
  const result = await smallResult();
  const { "tables.json": json } = await outputFiles(result, request(["json"]));
  expect(json).toContain(JSON.stringify(WILD.treatment).slice(1, -1));
  expect(tablesOf(result).flatMap(({ rows }) => rows.flat())).toContain(WILD.outcome);
});

function parseCsv(text: string): readonly (readonly string[])[] {
  const cells = [...text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== ",") rows.push([]);
  }
  return rows;
}

/** Elements of an XML text that are not closed, or closed where they were not open. */
function unclosed(xml: string): readonly string[] {
  const open: string[] = [];
  for (const [, close, name = "", self] of xml.matchAll(/<(\/?)([\w:]+)(?:\s+[\w:]+="[^"<]*")*\s*(\/?)>/g)) {
    if (self === "/") continue;
    if (close !== "/") open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  const rest = xml.replace(/<\?xml[^?]*\?>|<(\/?)([\w:]+)(?:\s+[\w:]+="[^"<]*")*\s*(\/?)>/g, "");
  return [...open, ...(/[<>]/.test(rest) ? ["a loose bracket"] : [])];
}
