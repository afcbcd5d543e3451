import { relative, sep } from "node:path";
import type { Argv } from "yargs";
import { InputError, suggestion } from "../errors.js";
import { createRasterizer } from "../node/png.js";
import { DARK, LIGHT } from "../report/figures/palette.js";
import { type OutputFiles, type OutputRequest } from "../report/outputs.js";
import { type Below, type Format, FORMAT_NAMES, FORMATS, type OutputChoice, STARS } from "../study/output.js";

/** Options of how tables print, over what the study says. */
export interface StyleArguments {
  readonly below: string | undefined;
  readonly digits: number | undefined;
  readonly stars: string | undefined;
}

/** Options of how figures are drawn. */
export interface FigureArguments {
  readonly theme: string | undefined;
  readonly font: string | undefined;
}

/** Adds `--below`, `--digits` and `--stars`. */
export function withStyle<T>(yargs: Argv<T>): Argv<T & StyleArguments> {
  return yargs
    .option("below", { type: "string", requiresArg: true, describe: "what stands below an estimate: se, t, p, ci, with commas" })
    .option("digits", { type: "number", requiresArg: true, describe: "decimals of estimates" })
    .option("stars", { type: "string", requiresArg: true, describe: "aer (0.10, 0.05, 0.01), esttab (0.05, 0.01, 0.001), none, or p values with commas" });
}

/** Adds `--theme` and `--font`. */
export function withFigures<T>(yargs: Argv<T>): Argv<T & FigureArguments> {
  return yargs
    .option("theme", { type: "string", requiresArg: true, describe: "colours of figures: light or dark (default: light)" })
    .option("font", { type: "string", requiresArg: true, describe: "a font file for PNG, where the system's fonts lack a script" });
}

/** Takes names of tables or figures behind a positional argument. */
export function withNames<T>(yargs: Argv<T>, describe: string): Argv<T & { readonly names: readonly string[] | undefined }> {
  return lastOfTwo(yargs.positional("names", { type: "string", array: true, describe }), ["format", "out", "below", "digits", "stars", "theme", "font"]);
}

/**
 * For a command with several names behind a positional argument. yargs takes but one where of an option that stands twice
 * the last is taken, so here it may keep both, and the last is taken from them.
 */
export function lastOfTwo<T>(yargs: Argv<T>, options: readonly string[]): Argv<T> {
  const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value);
  return yargs.parserConfiguration({ "duplicate-arguments-array": true }).coerce([...options], last);
}

/** `latex,html` as formats; `all` is every one. Throws an InputError for a name that is none. */
export function formatsIn(text: string, allowed: readonly Format[] = FORMATS): readonly Format[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  if (names.length === 0) throw new InputError(`--format is empty. Known: ${allowed.join(", ")}, all.`);
  if (names.includes("all")) return allowed;
  return [...new Set(names.map((name) => {
    const format = FORMAT_NAMES[name] ?? (name as Format);
    if (!allowed.includes(format)) throw new InputError(`--format: there is no format \`${name}\` here. ${suggestion(name, [...allowed, "all"])}`);
    return format;
  }))];
}

/** The study's choice of how tables print, with what the command line says over it. */
export function styled(choice: OutputChoice, { below, digits, stars }: StyleArguments): OutputChoice {
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 0 && digits <= 10)) throw new InputError("--digits must be a whole number from 0 to 10.");
  return {
    ...choice,
    ...(below === undefined ? {} : { below: belowIn(below) }),
    ...(digits === undefined ? {} : { digits }),
    ...(stars === undefined ? {} : { stars: starsIn(stars) }),
  };
}

function belowIn(text: string): readonly Below[] {
  const known = ["se", "t", "p", "ci"];
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "" && name !== "none");
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new InputError(`--below: there is no \`${wrong}\`. Known: se, t, p, ci (several with commas), none.`);
  return [...new Set(names as Below[])];
}

function starsIn(text: string): readonly number[] {
  if (Object.hasOwn(STARS, text)) return STARS[text] ?? [];
  const levels = text.split(",").map(Number);
  if (levels.length > 3 || !levels.every((level) => level > 0 && level <= 1)) throw new InputError(`--stars: \`${text}\` is neither aer, esttab or none nor up to three p values with commas, such as 0.1,0.05,0.01.`);
  return levels.sort((a, b) => b - a);
}

/** What is to be made, of which tables and figures. */
export function requestOf(formats: readonly Format[], { theme, font }: FigureArguments, only: readonly string[] | null): OutputRequest {
  if (theme !== undefined && theme !== "light" && theme !== "dark") throw new InputError(`--theme: \`${theme}\` is none. Take light or dark.`);
  return { formats, palette: theme === "dark" ? DARK : LIGHT, rasterize: createRasterizer(font), only };
}

/** Lines that name what was written, relative to the current folder where it lies below it. */
export function writtenText(folder: string, files: OutputFiles): string {
  const near = relative(process.cwd(), folder);
  const shown = near.startsWith("..") ? folder : near;
  return Object.keys(files).map((name) => `${shown === "" ? "" : `${shown}${sep}`}${name}\n`).join("");
}
