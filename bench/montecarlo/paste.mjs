/** Puts a study's tables between its two marks in a page. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

export function pasteTables(file, study, tables) {
  const text = readFileSync(file, "utf8");
  const marks = [`<!-- montecarlo ${study} -->`, `<!-- end of montecarlo ${study} -->`];
  const [from, to] = marks.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`${basename(file)} has no place for the study ${study}: ${marks.join(" ... ")}`);
  writeFileSync(file, `${text.slice(0, from + marks[0].length)}\n\n${tables}\n\n${text.slice(to)}`);
}
