import type { Json, JsonSchema } from "../json.js";

/** What may stand below an estimate in a table. */
export type Below = "se" | "t" | "p" | "ci";

/** How tables print and which files a run writes. Presentation alone: it enters no key and fits nothing. */
export interface OutputChoice {
  /** Beside estimates.json, estimates.arrow, results.json and run.json. */
  readonly formats: readonly Format[];
  /** One line each, in this order. */
  readonly below: readonly Below[];
  /** Decimals of estimates; null: four, or as many as show two figures of the standard error. */
  readonly digits: number | null;
  /** P values below which one, two, three stars stand, descending; empty: no stars. */
  readonly stars: readonly number[];
}

/** Formats of tables, of figures (svg, png), of all on one page (report), and of what a referee asks for (methods, code). */
export const FORMATS = ["md", "latex", "html", "docx", "rtf", "csv", "json", "svg", "png", "report", "methods", "stata", "python"] as const;

/** One of `FORMATS`. */
export type Format = (typeof FORMATS)[number];

/** Other names that users type for a format. */
export const FORMAT_NAMES: Readonly<Record<string, Format>> = Object.freeze({ markdown: "md", tex: "latex", htm: "html", word: "docx" });

/** Sets of stars by name: of economics journals, of Stata's esttab, and none. */
export const STARS: Readonly<Record<string, readonly number[]>> = Object.freeze({
  aer: [0.1, 0.05, 0.01], esttab: [0.05, 0.01, 0.001], none: [],
});

/** The output of a study that says nothing about it. */
export const DEFAULT_OUTPUT: OutputChoice = Object.freeze<OutputChoice>({ formats: ["md", "report"], below: ["se", "ci"], digits: null, stars: [0.1, 0.05, 0.01] });

/** A study's `output`, checked against the schema, with every default. */
export function resolveOutput(written: Json | undefined): OutputChoice {
  const { formats, below, digits, stars } = (written ?? {}) as { readonly [key: string]: Json | undefined };
  const list = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : [value]);
  return Object.freeze({
    formats: formats === undefined ? DEFAULT_OUTPUT.formats : [...new Set(list(formats).map((name) => FORMAT_NAMES[name as string] ?? (name as Format)))],
    below: below === undefined ? DEFAULT_OUTPUT.below : [...new Set(list(below) as readonly Below[])],
    digits: digits === undefined ? null : Number(digits),
    stars: stars === undefined ? DEFAULT_OUTPUT.stars : typeof stars === "string" ? (STARS[stars] ?? []) : [...(stars as readonly number[])].sort((a, b) => b - a),
  });
}

/** Its part of the study's schema. */
export function outputSchema(): JsonSchema {
  const formats = { enum: [...FORMATS, ...Object.keys(FORMAT_NAMES)] };
  const below = { enum: ["se", "t", "p", "ci"] };
  return {
    type: "object",
    additionalProperties: false,
    description: "How tables print and which files `run`, `table` and `plot` write. Never part of a result's key.",
    properties: {
      formats: { anyOf: [formats, { type: "array", items: formats }], default: [...DEFAULT_OUTPUT.formats], description: "Tables as md, latex, html, docx, rtf, csv, json; figures as svg, png; report: one page with all of it; methods: a paragraph on every setting; stata, python: the same estimates as code for ddml and DoubleML." },
      below: { anyOf: [below, { type: "array", items: below }], default: [...DEFAULT_OUTPUT.below], description: "What stands below an estimate: standard error, t, p value, confidence interval." },
      digits: { type: "integer", minimum: 0, maximum: 10, description: "Decimals of estimates. Default: four, or as many as show two figures of the standard error." },
      stars: { anyOf: [{ enum: Object.keys(STARS) }, { type: "array", items: { type: "number", exclusiveMinimum: 0, maximum: 1 }, maxItems: 3 }], default: "aer", description: "aer: * 0.10, ** 0.05, *** 0.01; esttab: * 0.05, ** 0.01, *** 0.001; none; or p values of one, two and three stars." },
    },
  };
}
