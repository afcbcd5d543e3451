import type { Options } from "../../learners/learner.js";
import { modelOf } from "../../models/registry.js";
import { absorbs, allControls, type NuisanceSource, productsOf, type Specification } from "../../study/specification.js";
import { labelOf } from "../notes.js";
import { prepareText } from "../prepare.js";
import type { StudyResult } from "../results.js";
import type { Citation } from "./references.js";
import { factorsOf } from "./factors.js";

/** What a study says of one choice, and the works that it rests on. */
export interface Sentence {
  /** The choice that it is about: two specifications that differ in it have another sentence under the same name. */
  readonly about: string;
  readonly text: string;
  readonly cites: readonly Citation[];
}

/** Every choice of a specification in words, one sentence each. */
export function sentencesOf(specification: Specification, result: StudyResult): readonly Sentence[] {
  return [
    modelSentence(specification, result), scoreSentence(specification), sampleSentence(specification), { about: "prepare", cites: [], text: prepareText(specification.prepare, (name) => labelOf(result, name)) }, missingSentence(specification), controlsSentence(specification, result), effectsSentence(specification),
    ...Object.entries(learnerTexts(specification.nuisances)).map(([about, text]) => ({ about, text, cites: citesOf(Object.values(specification.nuisances)) })),
    roundsSentence(specification, result), twicingSentence(specification), foldsSentence(specification), errorsSentence(specification), ...afterSentences(specification),
  ].filter((one) => one.text !== "");
}

const MODELS: Readonly<Record<string, { readonly text: string; readonly cites: readonly Citation[] }>> = {
  plr: { text: "a partially linear model (Robinson 1988)", cites: ["Robinson (1988)"] },
  pliv: { text: "a partially linear model with instrumental variables", cites: ["Robinson (1988)"] },
  irm: { text: "an interactive regression model", cites: [] },
  iivm: { text: "an interactive instrumental variable model", cites: [] },
  apo: { text: "potential outcomes of a treatment with several levels (Cattaneo 2010)", cites: ["Cattaneo (2010)"] },
  ape: { text: "average partial effects of a continuous treatment (Chernozhukov, Newey and Singh 2022)", cites: ["Chernozhukov, Newey and Singh (2022)"] },
  "natural-effects": { text: "an interactive model of outcome and mediator, by the efficient score without the mediator's density (Tchetgen Tchetgen and Shpitser 2012; Farbmacher et al. 2022)", cites: ["Tchetgen Tchetgen and Shpitser (2012)", "Farbmacher et al. (2022)"] },
  mediation: { text: "a partially linear model of the outcome and of each mediator (Imai, Keele and Yamamoto 2010)", cites: ["Imai, Keele and Yamamoto (2010)"] },
};

function modelSentence(specification: Specification, result: StudyResult): Sentence {
  const { model, outcome, treatments, instruments, mediators, otherTreatments } = specification;
  const name = (one: string): string => labelOf(result, one);
  const through = instruments.length === 0 || !["pliv", "iivm"].includes(model) ? "" : `, with ${listed(instruments.map(name))} as ${instruments.length === 1 ? "instrument" : "instruments"},`;
  const several = treatments.length > 1 ? ` Of the treatments, ${{ joint: "all are in one system", controls: "each has the others among its controls", none: "each is estimated by itself" }[otherTreatments]}.` : "";
  const parts = mediators.length === 0 ? "" : `, as a whole, directly and through ${listed(mediators.map(name))},`;
  return {
    about: "model", cites: ["Chernozhukov et al. (2018)", ...(MODELS[model]?.cites ?? [])],
    text: `The effect of ${listed(treatments.map(name))} on ${name(outcome)}${through}${parts} is estimated by double machine learning (Chernozhukov et al. 2018) in ${MODELS[model]?.text ?? `the model ${model} (${modelOf(model).about.replace(/\.$/, "")})`}.${several}`,
  };
}

function scoreSentence({ model, score, clip, normalizeIpw, treatedShare }: Specification): Sentence {
  const weights = modelOf(model).roles(score).some(({ propensity }) => propensity === true) ? ` Propensities are held within ${clip} and ${1 - clip}${normalizeIpw ? ", and inverse propensity weights are normalised" : ""}${model === "irm" && treatedShare === "fold" ? "; the share of the treated is taken fold by fold" : ""}.` : "";
  return { about: "score", cites: [], text: `The score is ${score}.${weights}` };
}

function sampleSentence({ where, weights }: Specification): Sentence {
  const rows = where === null ? "All rows of the data are used." : `The rows with ${where} are used.`;
  return { about: "sample", cites: [], text: `${rows}${weights === null ? "" : ` Observations are weighted by ${weights}.`}` };
}

function missingSentence({ missing }: Specification): Sentence {
  return { about: "missing", cites: [], text: missing === "keep" ? "Missing controls are left to the learners." : "Rows with a missing value in a variable that is needed are dropped." };
}

function controlsSentence(specification: Specification, result: StudyResult): Sentence {
  const controls = allControls(specification);
  const products = productsOf(specification);
  const extra = Object.entries(specification.extraControls).map(([role, names]) => ` ${listed(names.map((name) => labelOf(result, name)))} for ${role} alone.`).join("");
  if (controls.length === 0) return { about: "controls", cites: [], text: "There are no controls." };
  return { about: "controls", cites: [], text: `The controls are ${listed(specification.controls.map((name) => labelOf(result, name)))}${products.length === 0 ? "" : `, and their ${listed(products)}`}.${extra}` };
}

function effectsSentence({ fixedEffects, encode, factors, unit, model }: Specification): Sentence {
  if (encode === "none") return { about: "effects", cites: [], text: "" };
  const own = modelOf(model);
  const beside = own.finalStage === "residual" ? ", and the treatment's residual loses its unit mean" : own.exposure === undefined ? "" : ", and each unit's shares of rows in the arms are controls (Arkhangelsky and Imbens 2024)";
  const ofUnit = encode === "cre" || encode === "cre-normal" || encode === "fd" ? fixedEffects.filter((name) => name === unit) : fixedEffects;
  const rest = fixedEffects.filter((name) => !ofUnit.includes(name));
  const others = rest.length === 0 ? "" : `; those of ${listed(rest)} are dummies`;
  const names = listed(ofUnit.map((effect) => {
    const { columns, slope } = factorsOf(effect);
    return `${columns.join(" by ")}${slope === null ? "" : `, with slopes on ${slope}`}`;
  }));
  const ways: Readonly<Record<Exclude<Specification["encode"], "none">, string>> = {
    effects: "are removed by the within loss: each nuisance g minimises the sum of squares of the demeaned y - g(X), and residuals are demeaned",
    within: "are removed by demeaning outcome, treatment and controls",
    "wg-approx": "are removed by demeaning outcome, treatment and controls (Clarke and Polselli 2026)",
    dummies: "enter every learner as one dummy a level",
    cre: `are replaced by unit means of the controls (Mundlak 1978; Clarke and Polselli 2026)${beside}${others}`,
    "cre-normal": `are replaced by unit means of the controls and the treatment (Mundlak 1978; Clarke and Polselli 2026)${others}`,
    fd: `are removed by first differences over periods (Clarke and Polselli 2026)${others}`,
  };
  const interactive = factors === null ? "" : ` ${factors === "auto" ? "Interactive effects, their number by the eigenvalue ratio," : `${factors} interactive ${factors === 1 ? "effect" : "effects"}`} are removed too (Bai 2009).`;
  const cites: readonly Citation[] = encode === "cre" || encode === "cre-normal" ? ["Mundlak (1978)", "Clarke and Polselli (2026)"] : encode === "fd" || encode === "wg-approx" ? ["Clarke and Polselli (2026)"] : [];
  const shares: readonly Citation[] = encode === "cre" && own.exposure !== undefined ? ["Arkhangelsky and Imbens (2024)"] : [];
  return { about: "effects", cites: [...cites, ...shares, ...(factors === null ? [] : ["Bai (2009)" as const])], text: `Fixed effects of ${names} ${ways[encode]}.${interactive}` };
}

/** Nothing where the estimate has no path, as with linear learners. */
function roundsSentence({ id, rounds, nuisances }: Specification, result: StudyResult): Sentence {
  const path = result.rows.find(({ specification }) => specification.id === id)?.estimate?.path ?? null;
  if (path === null) return { about: "rounds", cites: [], text: "" };
  const ways: Readonly<Record<Specification["rounds"], Omit<Sentence, "about">>> = {
    extrapolated: { text: "The estimate is of nuisances extrapolated beyond their last stage or rounds, by the last step once more (Richardson's extrapolation; Bach 2021).", cites: ["Bach (2021)"] },
    last: { text: "The estimate is of all stages or rounds.", cites: [] },
    stable: { text: "The estimate is of the first stage or rounds from which no later estimate differs by more than two standard errors of the difference or a quarter of its own.", cites: [] },
  };
  const has = (kind: string): boolean => Object.values(nuisances).some((source) => source.kind === kind);
  const stacks = has("stack") ? "A stack has a second stage, on what its first leaves, in which all learners have the same weight. " : "";
  const tuned = has("tuned") ? "A tuned learner has a second stage, on what the chosen one leaves, the mean of all that were tried. " : "";
  return { about: "rounds", cites: ways[rounds].cites, text: `${stacks}${tuned}${ways[rounds].text}` };
}

function twicingSentence({ model, twicing }: Specification): Sentence {
  const own = modelOf(model);
  const left = own.finalStage === "residual" ? "the nuisances leave" : own.arms === undefined ? "the outcome model leaves" : "the outcome models leave in their arms";
  return twicing
    ? { about: "twicing", cites: ["Newey, Hsieh and Robins (2004)"], text: `As a check, boosting smooths once more what ${left} (twicing; Newey, Hsieh and Robins 2004); a warning says where the estimate would move.` }
    : { about: "twicing", cites: [], text: "" };
}

/** Nuisances with the same source share a sentence. */
function learnerTexts(nuisances: Specification["nuisances"]): Readonly<Record<string, string>> {
  const roles = new Map<string, string[]>();
  for (const [role, source] of Object.entries(nuisances)) roles.set(sourceText(source), [...(roles.get(sourceText(source)) ?? []), role]);
  return { learners: [...roles].map(([text, own]) => `${own.length === 1 ? "The nuisance" : "The nuisances"} ${listed(own)} ${own.length === 1 ? "is" : "are"} fitted by ${text}.`).join(" ") };
}

function sourceText(source: NuisanceSource): string {
  switch (source.kind) {
    case "learner":
      return optionsText(source.name, source.options);
    case "column":
      return `nothing: its predictions are the column ${source.column}`;
    case "tuned":
      return `${optionsText(source.learner.name, source.learner.options)}, tuned over ${Object.entries(source.grid).map(([option, values]) => `${option} in {${values.join(", ")}}`).join(", ")} by ${source.folds} inner folds`;
    case "stack":
      return `a stack (${source.type}, ${source.final}${source.type === "short" ? "" : `, ${source.folds} inner folds`}) of ${listed(source.learners.map(sourceText))} (Ahrens et al. 2025)`;
  }
}

/** What an option does where it is null, unless there is none of it. */
const UNSET: Readonly<Record<string, string>> = { stages: "3, from 1,000 units 4", maxSamples: "all", folds: "leave-one-out, of units 5" };

function optionsText(name: string, options: Options): string {
  const parts = Object.entries(options).map(([option, value]) => `${option} ${Array.isArray(value) ? `{${value.join(", ")}}` : value === null ? (UNSET[option] ?? "none") : String(value)}`);
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

const LEARNERS: Readonly<Record<string, Citation>> = {
  rf: "Breiman (2001)", extratrees: "Geurts, Ernst and Wehenkel (2006)", gradboost: "Friedman (2001)", histboost: "Ke et al. (2017)", lassocv: "Tibshirani (1996)",
  elasticcv: "Zou and Hastie (2005)", ridgecv: "Hoerl and Kennard (1970)", svm: "Drucker et al. (1996)", nnet: "Kingma and Ba (2015)", riesz: "Chernozhukov, Newey and Singh (2022)",
};

function citesOf(sources: readonly NuisanceSource[]): readonly Citation[] {
  return sources.flatMap((source): readonly Citation[] => {
    if (source.kind === "stack") return ["Ahrens et al. (2025)", ...citesOf(source.learners)];
    const learner = source.kind === "learner" ? source : source.kind === "tuned" ? source.learner : null;
    const own = LEARNERS[learner?.name ?? ""];
    const boosts = learner?.name === "nnet" && Number(learner.options["trees"] ?? 0) > 0;
    return [...(own === undefined ? [] : [own]), ...(boosts ? (["Ke et al. (2017)"] as const) : [])];
  });
}

const REPEATED = { "stata-median": "medians, as in Stata's ddml", "stata-mean": "means, as in Stata's ddml", doubleml: "DoubleML's rule", r: "the rule of DoubleML for R" };

function foldsSentence({ folds, repetitions, aggregate, seed, nuisances }: Specification): Sentence {
  const drawn = folds.kind === "column"
    ? `Cross-fitting uses the folds of the column ${folds.column}`
    : `Cross-fitting uses ${folds.by.length > 1 ? `${folds.k} times ${folds.k} blocks` : `${folds.k} folds`}${folds.by.length === 0 ? ", dealt row by row" : `, all rows of a ${folds.by.join(" and of a ")} together`}${folds.stratify ? " and stratified by the treatment" : ""}`;
  const times = repetitions === 1 ? "" : `, drawn ${repetitions} times and aggregated by ${REPEATED[aggregate]}`;
  const isDrawn = folds.kind === "random" || Object.keys(nuisances).length > 0;
  return { about: "folds", cites: [], text: `${drawn}${times}${isDrawn ? `; the seed is ${seed}` : ""}.` };
}

function errorsSentence({ errors, distribution, level, convention, constant, encode, model }: Specification): Sentence {
  const kinds = ((): { readonly text: string; readonly cites: readonly Citation[] } => {
    switch (errors.kind) {
      case "cluster":
        if (errors.correction === "cr2" || errors.correction === "cr3") return { text: `are clustered by ${errors.cluster.join(" and ")}, ${errors.correction.toUpperCase()}${errors.correction === "cr2" ? " with Satterthwaite's degrees of freedom (Bell and McCaffrey 2002)" : " (the jackknife over clusters)"}`, cites: ["Bell and McCaffrey (2002)"] };
        return errors.cluster.length > 1
          ? { text: `are clustered by ${errors.cluster.join(" and ")} (Cameron, Gelbach and Miller 2011)`, cites: ["Cameron, Gelbach and Miller (2011)"] }
          : { text: `are clustered by ${errors.cluster.join("")} (Cameron and Miller 2015)${errors.correction === false ? ", without a factor for few clusters" : ""}`, cites: ["Cameron and Miller (2015)"] };
      case "conley":
        return { text: `allow for correlation within ${errors.cutoff} km (Conley 1999; ${errors.kernel} kernel${errors.lags === 0 ? "" : `, ${errors.lags} lags`})`, cites: ["Conley (1999)"] };
      case "driscoll-kraay":
        return { text: `are Driscoll and Kraay's (1998), ${errors.lags === null ? "lags by the rule of thumb" : `${errors.lags} lags`}`, cites: ["Driscoll and Kraay (1998)"] };
      case "homoskedastic":
        return { text: "assume equal variances", cites: [] };
      default:
        return { text: `are ${errors.kind.toUpperCase()} (MacKinnon and White 1985)`, cites: ["MacKinnon and White (1985)"] };
    }
  })();
  const final = constant ? " The final stage has a constant." : absorbs(encode) || !["plr", "pliv"].includes(model) ? "" : " The final stage has no constant.";
  return { about: "errors", cites: kinds.cites, text: `Standard errors ${kinds.text}; intervals have ${Math.round(level * 1000) / 10} % and ${distribution === "t" ? "t" : "normal"} quantiles.${convention === null ? "" : " Clusters follow DoubleML's convention: folds weigh the same."}${final}` };
}

/** What follows from the stored scores. */
function afterSentences({ postEstimation: { groups, along, sensitivity, wild } }: Specification): readonly Sentence[] {
  return [
    ...(groups === null && along.length === 0 ? [] : [{ about: "heterogeneity", cites: ["Semenova and Chernozhukov (2021)" as const], text: `${groups === null ? "The effect along covariates is" : `Effects by ${groups} are`} the best linear predictor of the score's signals (Semenova and Chernozhukov 2021).` }]),
    ...(sensitivity === null ? [] : [{ about: "sensitivity", cites: ["Chernozhukov et al. (2022)" as const], text: `Sensitivity to omitted variables is that of Chernozhukov et al. (2022), at cf_y = ${sensitivity.cfY}, cf_d = ${sensitivity.cfD}, rho = ${sensitivity.rho}.` }]),
    ...(wild === null ? [] : [{ about: "wild", cites: ["Cameron and Miller (2015)" as const], text: `The final stage is bootstrapped by wild clusters, ${wild.draws} draws${wild.weights === null ? "" : `, ${wild.weights} weights`} (Cameron and Miller 2015).` }]),
  ];
}

/** a, b and c. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
