import type { Options } from "../../learners/learner.js";
import { allControls, type ErrorChoice, type FoldChoice, type NuisanceSource, type Specification } from "../../study/specification.js";
import type { StudyResult } from "../results.js";
import { type Dialect, translated } from "./expression.js";
import { factorsOf } from "./factors.js";
import { departures, learnersIn } from "./names.js";

/** A do-file that estimates every specification by Stata's ddml and pystacked, as nearly as they can; comments say where they cannot. */
export function stataCode({ study, rows }: StudyResult): string {
  const names = new Set(rows.flatMap(({ specification }) => columnsIn(specification)));
  const odd = [...names].filter((name) => variable(name) !== name);
  return [
    "* The estimates of this study by ddml and pystacked (ssc install ddml; ssc install pystacked; ssc install reghdfe).",
    "* Folds and random learners draw other numbers than Neyman's, so estimates agree up to the split.",
    ...(odd.length === 0 ? [] : [`* Names that Stata cannot have are changed: ${odd.map((name) => `${oneLine(name)} is ${variable(name)}`).join(", ")}.`]),
    "version 16", "clear all", "set more off",
    ...rows.map(({ specification, error }) => (error === null ? block(specification, study.data.file) : `\n* ---- ${specification.id} could not be estimated.`)), "",
  ].join("\n");
}

function block(specification: Specification, file: string): string {
  const { id, label, where, seed, unit, time } = specification;
  const head = [`\n* ---- ${id}${label.startsWith("(") ? "" : `: ${oneLine(label)}`}`, ...[...departures(specification), ...(specification.score === "iv-type" ? ["ddml has the partialling-out score alone"] : [])].map((text) => `* Not the same: ${text}.`)];
  const supported = ["plr", "pliv", "irm", "iivm"].includes(specification.model);
  if (!supported) return [...head, `* ddml has no model ${specification.model}.`].join("\n");
  return [
    ...head,
    `import delimited using ${quoted(file)}, clear case(preserve) encoding("utf-8")`,
    ...(where === null ? [] : [`keep if ${translated(where, STATA)}`]),
    `quietly egen byte _gaps = rowmiss(${[specification.outcome, ...specification.treatments, ...specification.instruments, ...allControls(specification)].map(variable).join(" ")})`, "drop if _gaps > 0",
    ...(unit === null || time === null ? [] : [`quietly egen long _unit = group(${variable(unit)})`, `xtset _unit ${variable(time)}`]),
    ...rescaled(specification), ...prepared(specification), `set seed ${seed}`, ...ddml(specification),
  ].join("\n");
}

/** Columns that are winsorised or standardised on the chosen rows. */
function rescaled({ prepare }: Specification): readonly string[] {
  return prepare.flatMap(({ name, step, options }) => {
    const own = variable(name);
    if (step === "standardize") return [`quietly summarize ${own}`, `quietly replace ${own} = (${own} - r(mean)) / r(sd)`];
    return step === "winsorize" ? [`winsor2 ${own}, replace cuts(${Number(options["lower"] ?? 1)} ${Number(options["upper"] ?? 99)}) // ssc install winsor2`] : [];
  });
}

/** A square or product of controls: its name, and what it is. */
interface Product {
  readonly name: string;
  readonly formula: string;
}

function productsIn(specification: Specification): readonly Product[] {
  const controls = allControls(specification);
  const squares = controls.map((name) => ({ name: variable(`${name}_sq`), formula: `${variable(name)}^2` }));
  const pairs = controls.flatMap((a, i) => controls.slice(i + 1).map((b, j) => ({ name: `_x_${i + 1}_${i + j + 2}`, formula: `${variable(a)} * ${variable(b)}` })));
  return [...(specification.degree === 2 ? squares : []), ...(specification.interactions ? pairs : [])];
}

/** Squares and products, and what an encoding does to the data. */
function prepared(specification: Specification): readonly string[] {
  const { encode, outcome, treatments, instruments, fixedEffects, unit } = specification;
  const controls = allControls(specification);
  const products = productsIn(specification);
  const made = products.map(({ name, formula }) => `generate double ${name} = ${formula}`);
  const all = [...[outcome, ...treatments, ...instruments, ...controls].map(variable), ...products.map(({ name }) => name)];
  switch (encode) {
    case "effects":
    case "within":
    case "wg-approx":
      return [...made, `foreach v in ${all.join(" ")} {`, `    quietly reghdfe \`v', absorb(${absorbed(fixedEffects)}) residuals(_r)`, "    quietly replace `v' = _r", "    drop _r", "}"];
    case "fd":
      return [...made, ...all.map((name) => `quietly generate double _d_${name} = D.${name}`), ...all.map((name) => `quietly replace ${name} = _d_${name}`), `drop if missing(${all[0] ?? ""})`];
    case "cre":
    case "cre-normal": {
      const means = [...controls, ...(encode === "cre-normal" ? treatments : [])];
      return unit === null ? made : [...made, ...means.map((name) => `bysort ${variable(unit)}: egen double ${variable(`${name}_mean`)} = mean(${variable(name)})`)];
    }
    case "none":
    case "dummies":
      return made;
  }
}

function ddml(specification: Specification): readonly string[] {
  const { model, outcome, treatments, instruments, nuisances, folds, repetitions, errors, score, constant } = specification;
  const [l, m, r] = [nuisances["l"] ?? nuisances["g0"] ?? nuisances["g"], nuisances["m"], nuisances["r"] ?? nuisances["r0"]];
  const name = { plr: "partial", pliv: "iv", irm: "interactive", iivm: "interactiveiv" }[model] ?? "partial";
  const x = features(specification);
  const equation = (expectation: string, target: string, source: NuisanceSource | undefined, isClass = false): string => `ddml ${expectation}: pystacked ${variable(target)} ${x}, ${pystacked(source, isClass)}`;
  const isBinary = model === "irm" || model === "iivm";
  return [
    `ddml init ${name}, ${foldOptions(folds)} reps(${repetitions})`,
    equation(isBinary ? "E[Y|X,D]" : "E[Y|X]", outcome, l).replace("E[Y|X,D]", model === "iivm" ? "E[Y|X,Z]" : "E[Y|X,D]"),
    ...treatments.map((treatment) => equation(model === "iivm" ? "E[D|X,Z]" : "E[D|X]", treatment, model === "pliv" || model === "iivm" ? r : m, isBinary)),
    ...instruments.map((instrument) => equation("E[Z|X]", instrument, m, model === "iivm")),
    "ddml crossfit",
    `ddml estimate, ${[...(score === "ATTE" ? ["atet"] : score === "ATU" ? ["ateu"] : []), errorOption(errors), ...(constant || isBinary ? [] : ["noconstant"])].filter((one) => one !== "").join(" ")}`.replace(/, $/, ""),
  ];
}

function features(specification: Specification): string {
  const { encode, fixedEffects, treatments, unit } = specification;
  const controls = allControls(specification);
  const means = encode === "cre" || encode === "cre-normal" ? [...controls, ...(encode === "cre-normal" ? treatments : [])].map((name) => variable(`${name}_mean`)) : [];
  const dummies = encode === "dummies" ? fixedEffects : encode === "cre" || encode === "cre-normal" || encode === "fd" ? fixedEffects.filter((name) => name !== unit) : [];
  return [
    ...controls.map(variable), ...productsIn(specification).map(({ name }) => name), ...means,
    ...dummies.map((effect) => factorsOf(effect).columns.map((column) => `i.${variable(column)}`).join("#")),
  ].join(" ");
}

/** pystacked's methods and scikit-learn's names of the options that matter. */
const METHODS: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
  ols: ["ols", {}], lassocv: ["lassocv", {}], ridgecv: ["ridgecv", {}], elasticcv: ["elasticcv", {}], logit: ["logit", {}],
  rf: ["rf", { trees: "n_estimators", minLeaf: "min_samples_leaf", maxDepth: "max_depth" }], extratrees: ["rf", { trees: "n_estimators", minLeaf: "min_samples_leaf", maxDepth: "max_depth" }],
  gradboost: ["gradboost", { trees: "n_estimators", learningRate: "learning_rate", maxDepth: "max_depth" }], histboost: ["gradboost", { trees: "n_estimators", learningRate: "learning_rate" }],
  svm: ["svm", { C: "C", epsilon: "epsilon" }], nnet: ["nnet", {}],
};

function pystacked(source: NuisanceSource | undefined, isClass: boolean): string {
  const learners = source === undefined ? [] : learnersIn(source);
  const known = (learners.length === 0 ? [{ name: "ols", options: {} as Options }] : learners).map(({ name, options }) => {
    const [method, names] = METHODS[name] ?? ["ols", {}];
    const own = Object.entries(names).flatMap(([option, theirs]) => (typeof options[option] === "number" ? [`${theirs}(${options[option]})`] : []));
    return { method, own: own.join(" ") };
  });
  const commands = known.flatMap(({ own }, i) => (own === "" ? [] : [`cmdopt${i + 1}(${own})`]));
  return [`type(${isClass || known.every(({ method }) => method === "logit") ? "class" : "reg"})`, `methods(${known.map(({ method }) => method).join(" ")})`, ...commands].join(" ");
}

function foldOptions(folds: FoldChoice): string {
  if (folds.kind === "column") return `foldvar(${variable(folds.column)})`;
  return `kfolds(${folds.k})${folds.by.length === 0 ? "" : ` fcluster(${folds.by.map(variable).join(" ")})`}`;
}

function errorOption(errors: ErrorChoice): string {
  switch (errors.kind) {
    case "homoskedastic":
      return "";
    case "cluster":
      return `cluster(${errors.cluster.map(variable).join(" ")})`;
    case "hc2":
    case "hc3":
      return `vce(${errors.kind})`;
    default:
      return "robust";
  }
}

function absorbed(effects: readonly string[]): string {
  return effects.map((effect) => factorsOf(effect).columns.map(variable).join("#")).join(" ");
}

/** A name that Stata takes: letters, digits and underscores (Chinese letters too), at most 32. `L.x` is an operator. */
function variable(name: string): string {
  const [, operator = "", own = name] = /^([LFD]\d*\.)(.*)$/.exec(name) ?? [];
  const plain = own.replace(/[^\p{L}\p{N}_]/gu, "_");
  return operator + (/^\p{N}/u.test(plain) ? `_${plain}` : plain).slice(0, 32);
}

function columnsIn(specification: Specification): readonly string[] {
  return [specification.outcome, ...specification.treatments, ...specification.instruments, ...allControls(specification)];
}

/** A comment must not go on to the next line. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+|\/[/*]+/g, " ");
}

/** Compound quotes hold quotes; a dollar or a backtick would expand a macro. */
function quoted(text: string): string {
  return `\`"${text.replace(/[\r\n]+/g, " ").replace(/[`$]/g, "\\$&")}"'`;
}

const STATA: Dialect = {
  name: variable,
  text: quoted,
  truth: (value) => (value ? "1" : "0"),
  not: (operand) => `!(${operand})`,
  and: "&",
  or: "|",
  membership: (operand, items) => `inlist(${operand}, ${items.join(", ")})`,
  remainder: (left, right) => `mod(${left}, ${right})`,
  present: (names) => (names.length === 0 ? "" : `!missing(${names.join(", ")})`), // Stata takes missing for the greatest number
};
