import type { FamilyName } from "../curve/families.js";
import type { CurveInference, FamilyInference } from "../curve/inference.js";
import type { CurveRows } from "../curve/rows.js";
import { percentOf } from "./figures/curve/layout.js";
import { decimal, integer, placesFor, pText } from "./numbers.js";
import type { PrintedTable } from "./text.js";

/** A curve in words: how many estimates, their median and how many agree, and the choice that drives their spread. */
export function curveSentence({ size }: Pick<CurveRows, "size">, { families: [all], judged, spread, choice, romanoWolf }: CurveInference): string {
  if (all === undefined) return "";
  const least = 1 / choice.draws;
  const sign = all.direction === 1 ? "positive" : "negative";
  const alone = romanoWolf.reduce((count, p) => count + (p < 1 - choice.level + 1e-12 ? 1 : 0), 0);
  const most = spread.dimensions.toSorted((a, b) => b.share - a.share)[0];
  return [
    `${integer(judged)} of ${integer(size)} estimated. Median ${decimal(all.median, placesFor(all.se))} (p ${pText(all.p.median, least)} that no specification has an effect).`,
    `${percentOf(all.dominant)} are ${sign}, ${percentOf(all.significant)} significantly so (p ${pText(all.p.significant, least)}); ${integer(alone)} also when judged together (Romano-Wolf).`,
    ...(most === undefined || !(spread.sd > 0) ? [] : [`The choice that drives the spread most: ${most.name}, ${percentOf(most.share)} of it; noise alone would make ${percentOf((spread.noise * spread.noise) / (spread.sd * spread.sd))} of the whole.`]),
  ].join(" ");
}

/** What a curve's specifications say together, by family, and which choices drive their spread. */
export function curveTests({ id, title }: { readonly id: string; readonly title: string }, inference: CurveInference | null): readonly PrintedTable[] {
  if (inference === null) return [];
  return [familyTable(`${id}-tests`, `${title}: all specifications together`, inference), ...(inference.spread.dimensions.length === 0 ? [] : [spreadTable(`${id}-spread`, `${title}: which choices drive the spread`, inference)])];
}

function familyTable(id: string, title: string, { families, choice, by, clusters, critical }: CurveInference): PrintedTable {
  const level = `${Math.round(choice.level * 1000) / 10} %`;
  const least = 1 / choice.draws;
  const p = (value: number): string => pText(value, least).replace("= ", "");
  const cells = (family: FamilyInference): readonly string[] => {
    const { size, median, se, ci, dominant, significant, z } = family;
    const places = placesFor(se);
    return [labelOf(family.name), integer(size), decimal(median, places), decimal(se, places), `[${decimal(ci[0], places)}, ${decimal(ci[1], places)}]`, p(family.p.median), `${percentOf(dominant)} ${family.direction === 1 ? "> 0" : "< 0"}`, p(family.p.dominant), percentOf(significant), p(family.p.significant), decimal(z, 2), p(family.p.z)];
  };
  const kinds = (["all", "group", "option"] as const).map((kind) => families.filter(({ name }) => name.kind === kind)).filter((some) => some.length > 0);
  return {
    id, title,
    rows: ["thick", ["", "Estimates", "Median", "s.e.", `${level} interval`, "p", "Same sign", "p", "Significant", "p", "Stouffer z", "p"], ...kinds.flatMap((some) => ["rule" as const, ...some.map(cells)]), "thick"],
    notes: [
      `p: share of ${integer(choice.draws)} curves drawn under the null that no specification has an effect which are as far out (multiplier bootstrap of the scores, ${choice.multiplier}, by ${by}: ${integer(clusters)}; seed ${choice.seed}), given the folds. Same sign, significant: shares in the direction of most estimates. The interval of a median holds the common effects that its test does not refuse.`,
      `Intervals of ${decimal(critical, 3)} standard errors to either side hold the true values of all specifications with ${level} probability.`,
      ...(families.some(({ name }) => name.kind === "group") ? ["Choices of one type: all others are as in the preferred specification."] : []),
      ...(families.some(({ name }) => name.kind === "group" && name.group === "different sample") ? ["Different samples ask different questions: the median over them is a summary, not an estimate."] : []),
    ],
  };
}

function labelOf(name: FamilyName): string {
  switch (name.kind) {
    case "all":
      return "All specifications";
    case "group":
      return `${name.group === "different sample" ? "Different samples" : `${name.group === "equivalent" ? "Equivalent" : "Uncertain"} choices`} only`;
    case "option":
      return `${name.dimension}: ${name.option}`;
  }
}

function spreadTable(id: string, title: string, { spread, choice }: CurveInference): PrintedTable {
  const { sd, noise, dimensions, interactions, used } = spread;
  const places = placesFor(sd);
  const line = (label: string, one: typeof interactions, p: string): readonly string[] => [label, percentOf(one.share), decimal(one.sd, places), decimal(one.noise, places), p];
  return {
    id, title,
    rows: [
      "thick", ["", "Share", "s.d.", "of noise alone", "p"], "rule", ...dimensions.map((one) => line(one.name, one, pText(one.p, 1 / choice.draws).replace("= ", ""))),
      line("Interactions", interactions, ""), "rule", ["All", "100 %", decimal(sd, places), decimal(noise, places), ""], "thick",
    ],
    notes: [`Of the variance of ${integer(used)} estimates: what each choice adds in a regression on the options, the mean over all orders. Of noise alone: the same, on average, were all true effects one. p: that the mean estimate is the same with each option.`],
  };
}
