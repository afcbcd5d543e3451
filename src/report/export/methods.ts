import { version } from "../../version.js";
import type { EstimateTable } from "../../study/specification.js";
import type { StudyResult } from "../results.js";
import { type Citation, REFERENCES } from "./references.js";
import { type Sentence, sentencesOf } from "./sentences.js";

/** The methods section of a paper: a paragraph a table with every setting, and the works that it cites. */
export interface Methods {
  readonly paragraphs: readonly string[];
  readonly references: readonly string[];
}

/** Of each table all choices of its first column, and of the others what is not the same; what was said before is not said again. */
export function methodsText(result: StudyResult): Methods {
  const tables = result.study.tables.filter((table): table is EstimateTable => table.kind === "estimates");
  const joint = result.study.tables.some((table) => table.kind === "joint");
  if (tables.length === 0) return { paragraphs: [], references: [] };
  // As estimated: the plan settles some choices, such as the errors of few units.
  const all = tables.map((table) => result.rows.filter((row) => row.specification.table === table.id).map(({ specification }) => sentencesOf(specification, result)));
  const paragraphs = tables.map((table, t) => paragraph(table, all[t] ?? [], all[0]?.[0] ?? [], t === 0));
  const cited = new Set<Citation>([...all.flat(2).flatMap(({ cites }) => cites), ...(joint ? ["Romano and Wolf (2005)" as const] : [])]);
  const last = `${joint ? "Tables of joint inference use a multiplier bootstrap of the scores and p values by Romano and Wolf's (2005) step-down. " : ""}Computed with Neyman ${version}.`;
  return { paragraphs: [...paragraphs, last], references: [...cited].map((name) => REFERENCES[name]).sort((a, b) => (a < b ? -1 : 1)) };
}

/** methods.md: the section as text to paste. */
export function methodsMarkdown(result: StudyResult): string {
  const { paragraphs, references } = methodsText(result);
  return `${["# Methods", ...paragraphs, "## References", references.map((text) => `- ${text}`).join("\n")].join("\n\n")}\n`;
}

function paragraph({ title, specifications }: EstimateTable, columns: readonly (readonly Sentence[])[], known: readonly Sentence[], isFirst: boolean): string {
  const [first = [], ...others] = columns;
  const opening = isFirst ? first.map(({ text }) => text) : differing(first, known);
  const same = opening.length === 0 ? ["The settings are those of the first table."] : isFirst ? [] : ["Other settings are those of the first table."];
  const rest = others.flatMap((sentences, i) => {
    const own = differing(sentences, first);
    return own.length === 0 ? [] : [`Column (${specifications[i + 1]?.column ?? i + 2}): ${own.join(" ")}`];
  });
  return [`${title}.`, ...opening, ...same, ...rest].join(" ");
}

/** What is said of a specification without a choice that another has. */
const LACKING = { effects: "There are no fixed effects.", twicing: "Twicing is left out.", prepare: "Columns are as in the data." };

/** The sentences that another specification does not have, and what it alone has. */
function differing(sentences: readonly Sentence[], others: readonly Sentence[]): readonly string[] {
  const own = sentences.filter(({ text }) => !others.some((one) => one.text === text)).map(({ text }) => text);
  const lacking = Object.entries(LACKING).filter(([what]) => others.some(({ about }) => about === what) && !sentences.some(({ about }) => about === what)).map(([, text]) => text);
  return [...own, ...lacking];
}
