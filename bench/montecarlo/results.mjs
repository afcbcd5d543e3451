/** The results of a study: a line of JSON for each design, size, draw and cell. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { here } from "../measure.mjs";

const folder = join(here, "results");

/** All lines there are; one that was cut off when a run was stopped does not count. */
export function readLines(study) {
  const file = fileOf(study);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").flatMap(parsed);
}

export function appendLines(study, lines) {
  mkdirSync(folder, { recursive: true });
  appendFileSync(fileOf(study), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function fileOf(study) {
  return join(folder, `${study}.jsonl`);
}

function parsed(text) {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
