import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from "yaml";

/** Where each value of a study file stands, so that a mistake found at any later step can name its line. */
export interface StudyText {
  /** The file's name. */
  readonly source: string;
  /** All of it. */
  readonly text: string;
  /** 1-based line by JSON pointer, such as `/base/outcome` or `/tables/0/columns/1`. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The lines of all values of a parsed file; of a pair, that of its key. An alias is not followed. Cost: one walk. */
export function linesOf(document: Document, counter: LineCounter): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const lineOf = (node: unknown, otherwise: number): number => (isNode(node) && node.range ? counter.linePos(node.range[0]).line : otherwise);
  const walk = (node: unknown, path: string, line: number): void => {
    lines.set(path, line);
    if (isSeq(node)) node.items.forEach((item, i) => walk(item, `${path}/${i}`, lineOf(item, line)));
    if (!isMap(node)) return;
    for (const { key, value } of node.items) walk(value, `${path}/${escaped(isScalar(key) ? String(key.value) : "")}`, lineOf(key, line));
  };
  walk(document.contents, "", 1);
  return lines;
}

/** A key as a part of a JSON pointer. */
export function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** `study.yaml, line 7`: where the value at a JSON pointer stands, or its nearest parent that is written. */
export function placeOf({ source, lines }: StudyText, pointer: string): string {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const line = lines.get(path);
    if (line !== undefined) return `${source}, line ${line}`;
  }
  return source;
}

/**
 * `study.yaml, line 7, \`outcome\``: where an option of a specification stands, which may be in its column, in its
 * table's base or in the study's. `table` and `column` count from 0. An option that is nowhere: the column's place.
 */
export function optionPlace(written: StudyText, table: number, column: number, option: string): string {
  const own = `/tables/${table}/columns/${column}`;
  const key = option.split(".")[0] ?? "";
  const holder = [own, `/tables/${table}/base`, "/base"].find((base) => written.lines.has(`${base}/${key}`));
  const place = placeOf(written, holder === undefined ? own : `${holder}/${option.replaceAll(".", "/")}`);
  return holder === undefined ? place : `${place}, \`${option}\``;
}
