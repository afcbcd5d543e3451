import type { CurveFindings } from "../../../curve/findings.js";
import { integer } from "../../numbers.js";
import { forestFigure } from "../forest.js";
import type { Figure } from "../svg.js";

/** Lines that are drawn at most. */
const MOST = 60;

/** The median estimate with each option of each choice, its interval, and the range of the estimates; null where nothing is judged. */
export function optionsFigure({ id, title, inference }: CurveFindings): Figure | null {
  const [all, ...others] = inference?.families ?? [];
  if (inference === null || all === undefined) return null;
  const options = others.flatMap((family) => (family.name.kind === "option" ? [{ ...family, label: `${family.name.dimension}: ${family.name.option}` }] : []));
  if (options.length === 0) return null;
  const shown = [{ ...all, label: "all" }, ...options.slice(0, MOST)];
  const level = `${Math.round(inference.choice.level * 1000) / 10} %`;
  const left = options.length - MOST;
  return forestFigure(shown.map(({ label, size, median, ci, range }) => ({ label: `${label} (${integer(size)})`, estimate: { coef: median, ci }, beside: { coef: median, ci: range } })), {
    id: `${id}-options`, title: `${title}: by choice`, axis: "Median effect", marks: [`median, ${level} interval`, "range of the estimates"],
    caption: `The median estimate of the specifications with each option (their number in parentheses), its ${level} interval and, hollow, the range of their estimates.${left > 0 ? ` ${left} more options are not drawn.` : ""}`,
  });
}
