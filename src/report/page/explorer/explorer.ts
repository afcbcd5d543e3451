import { sha256 } from "@noble/hashes/sha2.js";
import type { CurveFindings } from "../../../curve/findings.js";
import { optionAt } from "../../../curve/families.js";
import { OTHER } from "../../../curve/rows.js";
import { sortedCurve } from "../../../curve/sorted.js";
import { base64 } from "../../base64.js";
import { escapeMarkup } from "../../markup.js";
import { placesFor } from "../../numbers.js";
import type { CurveData } from "./client/data.js";
import { embeddedScript } from "./embedded.js";

/** The page's script, once for all curves. */
export const EXPLORER_SCRIPT = `<script>${embeddedScript}</script>`;

/** What a Content-Security-Policy must allow for it: this very text and no other. */
export function explorerPolicy(): string {
  return `script-src 'sha256-${base64(sha256(new TextEncoder().encode(embeddedScript)))}'`;
}

/** The style of the explorer; colours are the page's. */
export const EXPLORER_STYLE = `
.explore { margin: 1.6rem 0 2.4rem; }
.explore canvas { display: block; width: 100%; touch-action: pan-y; cursor: crosshair; }
.explore output { display: block; min-height: 4.6em; margin: .5rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.explore .count { color: var(--muted); font-size: .9rem; margin: .4rem 0; }
.explore .filters { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; padding: .4rem 0; }
.explore fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 0; padding: .2rem .8rem .5rem; max-width: 100%; max-height: 13rem; overflow-y: auto; }
.explore legend { font-weight: 600; font-size: .88rem; }
.explore fieldset label { display: block; font-size: .88rem; line-height: 1.7; }
.explore input[type=number] { width: 8rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: .15rem .4rem; }
.explore button { font: inherit; font-size: .88rem; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: .2rem .7rem; cursor: pointer; }
@media print { .explore { display: none; } }
`;

/** A curve to look into: hover, filter by choice, find a specification. Hidden until its script runs; empty where nothing was estimated. */
export function explorerHtml(found: CurveFindings): string {
  const data = dataOf(found);
  if (data.estimated === 0) return "";
  const id = escapeMarkup(found.id);
  const filters = data.dimensions.map(({ name, options }) => [
    `<fieldset><legend>${escapeMarkup(name)}</legend>`, ...options.map((option) => `<label><input type="checkbox" checked> ${escapeMarkup(option)}</label>`), "</fieldset>",
  ].join(""));
  return [
    `<div class="explore" id="${id}-explore" hidden>`, `<h3 id="${id}-explore-title">${escapeMarkup(found.title)}: look into the curve</h3>`,
    `<p><label>Specification number <input type="number" min="1" max="${found.rows.size}" step="1"></label> <button type="button" class="reset">All choices</button></p>`,
    `<details><summary>Filter by choice</summary><div class="filters">${filters.join("")}</div></details>`,
    "<p class=\"count\"></p>", "<output></output>",
    `<div><canvas tabindex="0" role="img" aria-labelledby="${id}-explore-title" aria-describedby="${id}-explore-keys"></canvas></div>`,
    `<p class="count" id="${id}-explore-keys">Point at the curve, or move with the arrow, page, Home and End keys, to read one specification. The green ring is the preferred one.</p>`,
    `<script type="application/json">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`, "</div>",
  ].join("\n");
}

function dataOf({ rows, inference }: CurveFindings): CurveData {
  const { numbers, preferred } = sortedCurve(rows);
  const dimensions = rows.dimensions.map(({ name, options }) => ({ name, options }));
  const bytes = dimensions.every(({ options }) => options.length < 255) ? 1 : 2;
  const level = 1 - (inference?.choice.level ?? 0.95);
  const floats = (of: Float64Array): string => base64(new Uint8Array(Float32Array.from(numbers, (i) => of[i] ?? NaN).buffer));
  const whole = (of: (i: number) => number): string => base64(new Uint8Array(Uint32Array.from(numbers, of).buffer));
  const flag = (i: number): number => ((rows.warned[i] ?? 0) > 0 ? 1 : 0) + ((inference?.romanoWolf[i] ?? NaN) < level + 1e-12 ? 2 : 0);
  const other = bytes === 1 ? 255 : OTHER;
  const chosen = [...numbers].flatMap((i) => dimensions.map((_, d) => Math.min(other, optionAt(rows, i, d))));
  const errors = Float64Array.from(numbers, (i) => rows.se[i] ?? NaN).filter(Number.isFinite).sort();
  return {
    dimensions, estimated: numbers.length, places: placesFor(errors[errors.length >> 1] ?? NaN), preferred: preferred ?? -1,
    numbers: whole((i) => i + 1), theta: floats(rows.theta), lower: floats(rows.lower), upper: floats(rows.upper), rows: whole((i) => rows.n[i] ?? 0),
    flags: base64(Uint8Array.from(numbers, flag)), choices: base64(bytes === 1 ? Uint8Array.from(chosen) : new Uint8Array(Uint16Array.from(chosen).buffer)), bytes,
  };
}
