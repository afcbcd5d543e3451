import type { LearnerSource, NuisanceSource, Specification } from "../../study/specification.js";
import { allControls, clustersOf } from "../../study/specification.js";
import type { StudyResult } from "../results.js";
import { type Dialect, translated } from "./expression.js";
import { factorsOf } from "./factors.js";
import { departures, learnersIn } from "./names.js";
import { SKLEARN } from "./sklearn.js";

/** A Python script that estimates every specification by DoubleML and scikit-learn, as nearly as they can; comments say where they cannot. */
export function pythonCode({ study, rows }: StudyResult): string {
  const sources = rows.flatMap(({ specification }) => Object.values(specification.nuisances));
  const used = new Set([...sources.flatMap(learnersIn).flatMap(({ name }) => imports(name)), ...(sources.some((source) => learnersIn(source).length === 0) ? imports("ols") : [])]);
  if (sources.some((source) => source.kind === "stack")) used.add("from sklearn.ensemble import StackingRegressor, StackingClassifier");
  const { file, unit, time } = study.data;
  return [
    "# The estimates of this study by DoubleML (pip install DoubleML scikit-learn pandas).",
    "# Folds and random learners draw other numbers than Neyman's, so estimates agree up to the split.",
    "import warnings", "import numpy as np", "import pandas as pd", "import doubleml as dml", ...[...used].sort(), "",
    "warnings.filterwarnings(\"ignore\")", HELPERS, "",
    `data = pd.read_csv(${string(file)})`,
    ...(unit === null || time === null ? [] : [`data = data.sort_values([${string(unit)}, ${string(time)}])`]),
    ...rows.map(({ specification, error }) => (error === null ? block(specification) : `\n# ---- ${specification.id} could not be estimated.`)), "",
  ].join("\n");
}

const HELPERS = `
def demeaned(df, columns, effects):
    """Columns without the means of all effects, by alternating projections."""
    out = df[columns].astype(float).copy()
    for _ in range(2000):
        before = out.to_numpy(copy=True)
        for effect in effects:
            out -= out.groupby([df[name] for name in effect]).transform("mean")
        if np.abs(out.to_numpy() - before).max() < 1e-10:
            break
    return out


def show(name, model):
    print(name)
    print(model.summary.to_string(), end="\\n\\n")
`;

function block(specification: Specification): string {
  const { id, label, where, outcome, treatments, instruments } = specification;
  const head = [`\n# ---- ${id}${label.startsWith("(") ? "" : `: ${label.replace(/[\r\n]+/g, " ")}`}`, ...departures(specification).map((text) => `# Not the same: ${text}.`)];
  const model = CLASSES[specification.model];
  if (model === undefined) return [...head, `# DoubleML has no model like ${specification.model}.`].join("\n");
  const controls = allControls(specification);
  const clusters = clustersOf(specification);
  const isByRow = specification.folds.kind === "random" && specification.folds.by.length === 0;
  const clustered = clusters.length === 0 ? [] : specification.model === "plr" || specification.model === "pliv"
    ? ["# Clusters by DoubleML's rule: folds weigh the same, and there is no factor for few clusters.", ...(isByRow ? ["# Not the same: with clusters DoubleML's folds keep clusters together."] : [])]
    : ["# Not the same: standard errors are not clustered here."];
  const needed = [...new Set([outcome, ...treatments, ...instruments, ...controls, ...clusters, ...specification.fixedEffects.flatMap((effect) => factorsOf(effect).columns), ...(specification.unit === null ? [] : [specification.unit])])];
  const lags = needed.filter((name) => /^[LFD]\d*\.\w/.test(name));
  return [
    ...head, ...clustered,
    ...(lags.length === 0 ? [] : [`# Make these columns first: ${lags.join(", ")} (lags, leads, changes by period).`]),
    `df = data${where === null ? "" : `[${translated(where, PYTHON)}]`}.dropna(subset=${list(needed)}).reset_index(drop=True)`,
    ...rescaled(specification),
    `x = ${list(controls)}`,
    ...prepared(specification),
    `np.random.seed(${specification.seed})`,
    dataLine(specification),
    `model = dml.${model}(dml_data, ${settings(specification).join(", ")})`,
    ...folds(specification),
    `show(${string(id)}, model.fit())`,
  ].join("\n");
}

/** Columns that are winsorised or standardised on the chosen rows. */
function rescaled({ prepare }: Specification): readonly string[] {
  return prepare.flatMap(({ name, step, options }) => {
    const column = `df[${string(name)}]`;
    if (step === "winsorize") return [`${column} = ${column}.clip(*np.percentile(${column}, [${Number(options["lower"] ?? 1)}, ${Number(options["upper"] ?? 99)}], method="averaged_inverted_cdf"))`];
    return step === "standardize" ? [`${column} = (${column} - ${column}.mean()) / ${column}.std()`] : [];
  });
}

const CLASSES: Readonly<Record<string, string>> = { plr: "DoubleMLPLR", pliv: "DoubleMLPLIV", irm: "DoubleMLIRM", iivm: "DoubleMLIIVM", apo: "DoubleMLAPOS" };

/** Squares and products, and what an encoding does to the data. */
function prepared({ degree, interactions, encode, fixedEffects, outcome, treatments, instruments, unit }: Specification): readonly string[] {
  const pairs = interactions ? ["pairs = [(a, b) for i, a in enumerate(x) for b in x[i + 1:]]"] : [];
  const squares = degree === 2 ? ["squares = [name for name in x if df[name].nunique() > 2]", "df = df.assign(**{name + \"^2\": df[name] ** 2 for name in squares})", "x += [name + \"^2\" for name in squares]"] : [];
  const products = interactions ? ["df = df.assign(**{a + \"*\" + b: df[a] * df[b] for a, b in pairs})", "x += [a + \"*\" + b for a, b in pairs]"] : [];
  const made = [...pairs, ...squares, ...products];
  const moved = list([outcome, ...treatments, ...instruments]);
  const dummies = (effects: readonly string[]): readonly string[] => effects.length === 0 ? [] : [
    ...effects.map((effect) => factorsOf(effect).columns).map((columns, i) => `dummies${i} = pd.get_dummies(${columns.map((name) => `df[${string(name)}].astype(str)`).join(" + \"*\" + ")}, prefix=${string(columns.join("*"))}, dtype=float)`),
    `df = pd.concat([df, ${effects.map((_, i) => `dummies${i}`).join(", ")}], axis=1)`, `x += ${effects.map((_, i) => `list(dummies${i}.columns)`).join(" + ")}`,
  ];
  switch (encode) {
    case "effects":
    case "within":
    case "wg-approx":
      return [...made, `df[${moved} + x] = demeaned(df, ${moved} + x, [${fixedEffects.map((effect) => list(factorsOf(effect).columns)).join(", ")}])`];
    case "cre":
    case "cre-normal": {
      if (unit === null) return made;
      const also = encode === "cre-normal" ? ` + ${list(treatments)}` : "";
      return [...made, `means = df.groupby(${string(unit)})[x${also}].transform("mean").add_suffix(" (mean)")`, "df = pd.concat([df, means], axis=1)", "x += list(means.columns)", ...dummies(fixedEffects.filter((name) => name !== unit))];
    }
    case "fd":
      return [...made, `x_before = df.groupby(${string(unit ?? "")})[x].shift().add_suffix(" (before)")`, `df[${moved}] = df.groupby(${string(unit ?? "")})[${moved}].diff()`, "df = pd.concat([df, x_before], axis=1).dropna(subset=list(x_before.columns)).reset_index(drop=True)", "x += list(x_before.columns)", ...dummies(fixedEffects.filter((name) => name !== unit))];
    case "none":
      return made;
    case "dummies":
      return [...made, ...dummies(fixedEffects)];
  }
}

function dataLine(specification: Specification): string {
  const { outcome, treatments, instruments, model, folds: choice } = specification;
  const clusters = choice.kind === "random" && choice.by.length > 0 ? choice.by : clustersOf(specification);
  const cluster = clusters.length > 0 && (model === "plr" || model === "pliv") ? `, cluster_cols=${list(clusters.slice(0, 2))}` : "";
  return `dml_data = dml.DoubleMLData(df, y_col=${string(outcome)}, d_cols=${treatments.length === 1 ? string(treatments[0] ?? "") : list(treatments)}, x_cols=x${instruments.length === 0 ? "" : `, z_cols=${instruments.length === 1 ? string(instruments[0] ?? "") : list(instruments)}`}${cluster})`;
}

function settings(specification: Specification): readonly string[] {
  const { model, nuisances, score, repetitions, folds: choice, clip, normalizeIpw, levels } = specification;
  const k = choice.kind === "random" ? choice.k : 5;
  const of = (...roles: readonly string[]): NuisanceSource | undefined => roles.map((role) => nuisances[role]).find((source) => source !== undefined);
  const shared = [`n_folds=${k}`, `n_rep=${repetitions}`];
  const weights = [`normalize_ipw=${normalizeIpw ? "True" : "False"}`, `ps_processor_config=dml.utils.PSProcessorConfig(clipping_threshold=${clip})`];
  switch (model) {
    case "pliv":
      return [`ml_l=${learner(of("l"), false)}`, `ml_m=${learner(of("m"), false)}`, `ml_r=${learner(of("r"), false)}`, ...(score === "iv-type" ? [`ml_g=${learner(of("g", "l"), false)}`] : []), `score=${string(score === "iv-type" ? "IV-type" : "partialling out")}`, ...shared];
    case "irm":
      return [`ml_g=${learner(of("g0", "g"), false)}`, `ml_m=${learner(of("m"), true)}`, `score=${string(score === "ATTE" ? "ATTE" : "ATE")}`, ...shared, ...weights];
    case "iivm":
      return [`ml_g=${learner(of("g0", "g"), false)}`, `ml_m=${learner(of("m"), true)}`, `ml_r=${learner(of("r0", "r"), true)}`, ...shared, ...weights];
    case "apo":
      return [`ml_g=${learner(of("g"), false)}`, `ml_m=${learner(of("m"), true)}`, `treatment_levels=${levels === null ? `sorted(df[${string(specification.treatments[0] ?? "")}].unique())` : `[${levels.join(", ")}]`}`, ...shared, ...weights];
    default:
      return [`ml_l=${learner(of("l"), false)}`, `ml_m=${learner(of("m"), false)}`, ...(score === "iv-type" ? [`ml_g=${learner(of("g", "l"), false)}`] : []), `score=${string(score === "iv-type" ? "IV-type" : "partialling out")}`, ...shared];
  }
}

/** Folds that a column holds. */
function folds({ folds: choice }: Specification): readonly string[] {
  if (choice.kind === "random") return [];
  const column = `df[${string(choice.column)}]`;
  return [`model.set_sample_splitting([(np.flatnonzero(${column} != fold), np.flatnonzero(${column} == fold)) for fold in sorted(${column}.unique())])`];
}

function learner(source: NuisanceSource | undefined, isClass: boolean): string {
  const members = source === undefined ? [] : learnersIn(source);
  const [first] = members;
  if (first === undefined) return call({ kind: "learner", name: "ols", options: {} }, isClass);
  if (source?.kind !== "stack") return call(first, isClass);
  const named = members.map((one, i) => `(${string(`${one.name}${i + 1}`)}, ${call(one, isClass)})`).join(", ");
  return isClass ? `StackingClassifier([${named}])` : `StackingRegressor([${named}], final_estimator=LinearRegression(positive=True, fit_intercept=False))`;
}

function call({ name, options }: LearnerSource, isClass: boolean): string {
  const known = SKLEARN[name] ?? SKLEARN["ols"];
  if (known === undefined) throw new Error("Least squares is known.");
  const written = Object.entries(known.options).flatMap(([own, theirs]) => {
    const value = options[own];
    const plain = value === "all" ? 1.0 : value === "one" ? 1 : value;
    return plain === undefined || Array.isArray(plain) ? [] : [`${theirs}=${typeof plain === "string" ? string(plain) : plain === null ? "None" : plain === true ? "True" : plain === false ? "False" : theirs === "max_features" && plain === 1 ? "1.0" : String(plain)}`];
  });
  const own = `${isClass ? known.classifier : known.regressor}(${[...written, ...(known.fixed ?? [])].join(", ")})`;
  return known.scaled ? `make_pipeline(StandardScaler(), ${own})` : own;
}

function imports(name: string): readonly string[] {
  const known = SKLEARN[name] ?? SKLEARN["ols"];
  if (known === undefined) return [];
  const scaled = known.scaled ? ["from sklearn.pipeline import make_pipeline", "from sklearn.preprocessing import StandardScaler"] : [];
  return [...[...new Set([known.regressor, known.classifier])].map((one) => `from sklearn.${known.module} import ${one}`), ...scaled, "from sklearn.linear_model import LinearRegression"];
}

function string(text: string): string {
  return JSON.stringify(text);
}

function list(names: readonly string[]): string {
  return `[${names.map(string).join(", ")}]`;
}

const PYTHON: Dialect = {
  name: (name) => `data[${string(name)}]`,
  text: string,
  truth: (value) => (value ? "True" : "False"),
  not: (operand) => `~(${operand})`,
  and: "&",
  or: "|",
  membership: (operand, items) => `${operand}.isin([${items.join(", ")}])`,
  remainder: (left, right) => `np.fmod(${left}, ${right})`,
  present: (names) => (names.length === 0 ? "" : names.map((name) => `${name}.notna()`).join(" & ")),
};
