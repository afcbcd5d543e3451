import { InputError } from "../../errors.js";

/** One word of an expression. `at` counts UTF-16 units from 0; `source` is how it was written. */
export type Token = { readonly at: number; readonly source: string } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text" | "name" | "symbol"; readonly value: string }
  | { readonly kind: "end" }
);

/** Words that are no names, and the symbols that two of them stand for. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["and", "&"],
  ["or", "|"],
  ["not", "!"],
  ["in", "in"],
  ["true", "true"],
  ["false", "false"],
]);

const SPACE = /\s*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_.]*/uy;
const NAME_REST = /[\p{L}\p{M}\p{N}_.]+/uy;
const QUOTED_NAME = /`(?:[^`]|``)+`/y;
const TEXT = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y;
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\u3000-\u30ff\uff01-\uff60]/u;
const SYMBOL = /<=|>=|==|!=|[<>!&|+\-*/%()[\],]/y;

/** What other languages write, tried before `SYMBOL`: the mistake, and what to write here. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/&&/y, "Write `&`."],
  [/\|\|/y, "Write `|`."],
  [/===/y, "Write `==`."],
  [/!==|<>|~=|≠/y, "Write `!=`."],
  [/≤|=</y, "Write `<=`."],
  [/≥|=>/y, "Write `>=`."],
  [/[:+\-*/%&|]=(?!=)/y, "Nothing can be assigned here; a comparison is `==`."],
  [/=(?!=)/y, "Nothing can be assigned here; a comparison is `==`."],
  [/~/y, "Write `!`."],
  [/\*\*|\^/y, "There are no powers here; multiply, as in `x * x`."],
  [/[“”‘’]/y, "Text stands in straight quotes, `\"` or `'`."],
  [/\.(?!\d)/y, "A comparison with a missing value chooses no row; `x == x` chooses the rows that have x."],
];

/** The tokens of `text`, an `end` last. */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += (match(SPACE, text, at) ?? "").length;
    const token = at < text.length ? readToken(text, at) : ({ kind: "end", at, source: "" } as const);
    tokens.push(token);
    if (token.kind === "end") return tokens;
    at += token.source.length;
  }
}

/** Whether a name can stand without backticks. */
export function isPlainName(name: string): boolean {
  return match(NAME, name, 0) === name && !WORDS.has(name);
}

/** A mistake in `text`: its column, what is wrong, and a caret under it. */
export function mistake(text: string, at: number, message: string): InputError {
  const before = [...text.slice(0, at)];
  const left = (before.length > 60 ? "…" : "") + before.slice(-60).join("").replace(/\s/g, " ");
  const right = [...text.slice(at)].slice(0, 40).join("").replace(/\s/g, " ");
  // A wide character covers two cells, and so does the ideographic space.
  const gap = left.replace(/./gu, (char) => (WIDE.test(char) ? "\u3000" : " "));
  return new InputError(`expression, column ${before.length + 1}: ${message}\n  ${left}${right}\n  ${gap}^`);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readToken(text: string, at: number): Token {
  for (const [pattern, mend] of FOREIGN) {
    const found = match(pattern, text, at);
    if (found !== undefined) throw mistake(text, at, `\`${found}\` has no meaning. ${mend}`);
  }
  const symbol = match(SYMBOL, text, at);
  if (symbol !== undefined) return { kind: "symbol", value: symbol, at, source: symbol };
  const word = match(NAME, text, at);
  if (word !== undefined) {
    const keyword = WORDS.get(word);
    return { kind: keyword === undefined ? "name" : "symbol", value: keyword ?? word, at, source: word };
  }
  const number = match(NUMBER, text, at);
  if (number !== undefined) return { kind: "number", value: readNumber(text, at, number), at, source: number };
  const name = match(QUOTED_NAME, text, at);
  if (name !== undefined) return { kind: "name", value: name.slice(1, -1).replaceAll("``", "`"), at, source: name };
  const quoted = match(TEXT, text, at);
  if (quoted !== undefined) return { kind: "text", value: readText(text, at, quoted), at, source: quoted };
  throw mistake(text, at, strange(String.fromCodePoint(text.codePointAt(at) as number)));
}

function readNumber(text: string, at: number, source: string): number {
  const rest = match(NAME_REST, text, at + source.length);
  if (rest !== undefined) {
    throw mistake(text, at, `\`${source}${rest}\` is no number. A name that begins with a digit stands in backticks.`);
  }
  const value = Number(source);
  if (!Number.isFinite(value)) throw mistake(text, at, `\`${source}\` is larger than any number here.`);
  return value;
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))/g;
const ESCAPED: { readonly [char: string]: string } = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** The escapes are those of JSON and `\'`. */
function readText(text: string, at: number, quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPE, (whole, hex: string | undefined, char: string, offset: number) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    const value = /["'\\/]/.test(char) ? char : ESCAPED[char];
    if (value !== undefined) return value;
    throw mistake(text, at + 1 + offset, `\`${whole}\` is no escape. A backslash is written \`\\\\\`.`);
  });
}

function strange(char: string): string {
  if (char === "`") return "The backtick is never closed, or the name in it is empty.";
  if (char === '"' || char === "'") return `The text is never closed: a \`${char}\` is missing.`;
  const code = char.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) {
    return `\`${char}\` is a full-width character. Write \`${String.fromCharCode(code - 0xfee0)}\`.`;
  }
  return `\`${char}\` has no meaning. A name that holds it stands in backticks.`;
}
