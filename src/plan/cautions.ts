import { listed } from "../errors.js";
import { modelOf } from "../models/registry.js";
import { isLinear } from "../study/linear.js";
import { absorbs, isCre, sourceName, type Specification } from "../study/specification.js";

/** Words about choices whose intervals are known not to hold. */
export function cautions(specification: Specification): readonly string[] {
  return [...scoreCautions(specification), ...dummyCautions(specification), ...forestCautions(specification)];
}

/** Forests under the within loss whose bias the study showed, and checks of the residuals rarely see (bench/README.md, "Monte Carlo"). */
function forestCautions({ encode, nuisances }: Specification): readonly string[] {
  if (encode !== "effects") return [];
  const forests = Object.values(nuisances).flatMap((source) => (source.kind === "learner" && (source.name === "rf" || source.name === "extratrees") ? [source] : []));
  if (forests.some(({ options }) => options["stages"] === 1)) {
    return ["A forest of one stage is too rigid: in simulated panels its intervals hold the truth in half of the draws, and checks rarely see it. Leave `stages` out."];
  }
  if (!forests.some(({ name }) => name === "extratrees")) return [];
  return ["`extratrees` leave a bias of up to a standard error: in simulated panels their intervals hold the truth in 80 to 96 % of the draws, by world, and checks rarely see it. Put `rf` beside them."];
}

/** Dummies in models of arms: units without a row in an arm are extrapolated, those with few are fitted by few, and no check of residuals applies. */
function dummyCautions({ model, encode, unit, fixedEffects }: Specification): readonly string[] {
  if (modelOf(model).exposure === undefined || encode !== "dummies" || unit === null || !fixedEffects.includes(unit)) return [];
  return [`With a dummy for each ${unit} the arms' models know a unit by its few rows in that arm, and what they miss passes for an effect. Put \`encode: cre\` beside it.`];
}

/** By partialling-out these regress residual on residual; how many intervals held in simulated panels (bench/README.md). Plr is mediation's total. */
const HELD: Readonly<Record<string, string>> = { plr: "a quarter to seven tenths", mediation: "a quarter to seven tenths", pliv: "none to eight tenths" };

/**
 * A word about a choice whose intervals are known to be too narrow whatever the data: partialling-out in a panel with a learner
 * that smooths. Its bias is of the order of what the learner leaves in the treatment's nuisance, squared, and no check of the
 * residuals sees it (field/panel; docs/panels.md has the simulations). Dummies are left to the panel check, which does.
 */
function scoreCautions(specification: Specification): readonly string[] {
  const { model, score, encode, unit, fixedEffects, nuisances } = specification;
  const isPanel = unit !== null && fixedEffects.includes(unit) && (absorbs(encode) || isCre(specification) || encode === "fd");
  const held = HELD[model];
  if (held === undefined || score !== "partialling-out" || !isPanel) return [];
  const smooth = [...new Set(Object.values(nuisances).filter((source) => !isLinear(source)).map(sourceName))];
  if (smooth.length === 0) return [];
  const mend = encode === "effects" ? "`score: iv-type`" : "`encode: effects`";
  return [`Partialling-out is biased by what ${listed(smooth)} ${smooth.length === 1 ? "smooths" : "smooth"} away, and checks rarely see it: in simulated panels its intervals hold the truth in ${held} of the draws. Put ${mend} beside it.`];
}
