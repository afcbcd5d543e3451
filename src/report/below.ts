import type { Effect } from "../inference/repetitions.js";
import type { Below, OutputChoice } from "../study/output.js";
import { type ColumnLevel, intervalsText } from "./levels.js";
import { decimal, pValue, starsNote } from "./numbers.js";

type CellText<T> = (value: T, places: number) => string;

/**
 * The lines below an estimate, in the order asked for. The first of se, t, p stands in parentheses, others with their
 * names; intervals stand in brackets. t has two decimals and p three, whatever the estimate has.
 */
export function belowCells(below: readonly Below[]): readonly CellText<Effect>[] {
  return below.map((what): CellText<Effect> => {
    switch (what) {
      case "se":
        return ({ se }, places) => enclosed(below, "se", decimal(se, places));
      case "t":
        return ({ t }) => enclosed(below, "t", decimal(t, 2));
      case "p":
        return ({ p }) => enclosed(below, "p", pValue(p, 3));
      case "ci":
        return ({ ci }, places) => `[${decimal(ci[0], places)}, ${decimal(ci[1], places)}]`;
    }
  });
}

/** The same below a constant or a comparison, which have a standard error alone: it or t, where they are asked for. */
export function belowPair(below: readonly Below[]): readonly CellText<{ readonly coef: number; readonly se: number }>[] {
  return below.flatMap((what): readonly CellText<{ readonly coef: number; readonly se: number }>[] => {
    if (what === "se") return [({ se }, places) => enclosed(below, "se", decimal(se, places))];
    return what === "t" ? [({ coef, se }) => enclosed(below, "t", decimal(coef / se, 2))] : [];
  });
}

const NAMES: Readonly<Record<Below, string>> = { se: "s.e.", t: "t", p: "p", ci: "" };
const LONG: Readonly<Record<Below, string>> = { se: "standard errors", t: "t statistics", p: "p values", ci: "confidence intervals" };

function enclosed(below: readonly Below[], what: Below, text: string): string {
  if (what === bare(below)) return `(${text})`;
  return what === "p" && text.startsWith("<") ? `p ${text}` : `${NAMES[what]} = ${text}`;
}

/** What stands in parentheses. */
function bare(below: readonly Below[]): Below | undefined {
  return below.find((what) => what !== "ci");
}

/** `Standard errors in parentheses, 95 % confidence intervals in brackets. * p < 0.10, ...`; nothing where there is nothing to say. */
export function legendOf({ below, stars }: OutputChoice, levels: readonly ColumnLevel[]): readonly string[] {
  const first = bare(below);
  const parts = [
    ...(first === undefined ? [] : [`${LONG[first]} in parentheses`]),
    ...(below.includes("ci") ? [intervalsText(levels, "confidence intervals in brackets")] : []),
  ].join(", ");
  const text = [...(parts === "" ? [] : [`${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`]), ...starsNote(stars)].join(" ");
  return text === "" ? [] : [text];
}
