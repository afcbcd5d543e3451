import type { YAMLError } from "yaml";

/**
 * What the parser's codes mean to somebody who writes a study, and how to mend it. The parser's own words speak of
 * block and flow collections.
 */
const MEANINGS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab is used to indent. Indent with spaces.",
  BAD_INDENT: "the indentation does not fit what stands above. Give all keys of one level the same number of spaces, and close every bracket.",
  BLOCK_AS_IMPLICIT_KEY: "a key stands where a value should end. Give all keys of one level the same number of spaces, and put a value that holds `: ` in quotes.",
  MULTILINE_IMPLICIT_KEY: "this is no `key: value`. Put a colon and a space after the key, and give all keys of one level the same number of spaces.",
  KEY_OVER_1024_CHARS: "this is no `key: value`. Put a colon and a space after the key.",
  BLOCK_IN_FLOW: "a list or mapping in several lines stands inside brackets. Close the bracket first.",
  BAD_SCALAR_START: "a value cannot begin with this character. Put the value in quotes.",
  UNEXPECTED_TOKEN: "this cannot be read as a value. Put values with special characters in quotes.",
  TAG_RESOLVE_FAILED: "a value that begins with `!` must stand in quotes.",
  MULTIPLE_ANCHORS: "a value that begins with `&` must stand in quotes.",
  BAD_ALIAS: "a value that begins with `*` or `&` must stand in quotes.",
  MULTIPLE_DOCS: "a second study begins here (`---`). Keep one study in a file.",
  RESOURCE_EXHAUSTION: "the study is nested too deeply.",
};

/** One sentence for a syntax error, and how to mend it. */
export function syntaxSentence(error: YAMLError, text: string): string {
  const own = error.message.split("\n")[0] ?? error.message;
  if (error.code === "DUPLICATE_KEY") return `the key \`${keyAt(text, error.pos[0])}\` is given twice. Keep one of them.`;
  if (error.code === "MISSING_CHAR") return `${/quote/.test(own) ? "a quote is opened and never closed" : lowered(own)}. Close what is open, and put commas between the items of a list.`;
  if (error.code === "BAD_INDENT" && /end with/.test(own)) return `a bracket is opened above and not closed before this line: \`${own.at(-1) ?? ""}\` is missing.`;
  return MEANINGS[error.code] ?? `${lowered(own)}. Indent with spaces, and put values with special characters in quotes.`;
}

/** The first word of the line from an offset: up to its colon. */
function keyAt(text: string, offset: number): string {
  return /^[^:\n]*/.exec(text.slice(offset, offset + 100))?.[0].trim() ?? "";
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}
