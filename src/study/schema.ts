import type { Json, JsonSchema } from "../json.js";
import { learners } from "../learners/registry.js";
import { models } from "../models/registry.js";
import { CURVE_OMITS } from "./curve/omitted.js";
import { curveSchema } from "./curve/schema.js";
import { deriveDefinitions, deriveSchema } from "./derive.js";
import { DOUBLEML_ENCODINGS } from "./specification.js";
import { postEstimationProperties, termSchema } from "./postEstimation.js";
import { prepareSchema } from "./prepare.js";
import { outputSchema } from "./output.js";
import { learnerDefinitions, learnerRefs, ROLES } from "./learnerSchema.js";

const name = { type: "string", minLength: 1 } as const;
const names = { type: "array", items: name } as const;

/**
 * The JSON Schema (draft-07) of study files, so that editors complete and check them.
 * Learners and models come from their registries: a new one is in the schema at once.
 */
export function studySchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Neyman study",
    description: "One study: a data file, a base specification, and tables of variants.",
    type: "object",
    additionalProperties: false,
    required: ["data", "tables"],
    properties: {
      title: { type: "string", description: "Printed above the tables." },
      note: { type: "string", description: "Printed under every table, such as \"Simulated data\"." },
      labels: { type: "object", additionalProperties: { type: "string" }, description: "Variable names as tables print them. Never part of a result's key." },
      output: outputSchema(),
      data: dataSchema(),
      derive: deriveSchema(),
      base: { $ref: "#/definitions/base" },
      tables: { type: "array", minItems: 1, items: tableSchema() },
    },
    definitions: {
      ...learnerDefinitions(), ...deriveDefinitions, term: termSchema(),
      base: { type: "object", additionalProperties: false, properties: specificationProperties(), description: "What all tables share, or the columns of one." },
    },
  };
}

function dataSchema(): JsonSchema {
  return {
    type: "object",
    additionalProperties: false,
    required: ["file"],
    properties: {
      file: { ...name, description: "CSV, Stata (.dta), Arrow IPC, Parquet or Excel (.xlsx), relative to the study file; - is standard input." },
      unit: { ...name, description: "Column that identifies a unit: a city, a person, a firm." },
      time: { ...name, description: "Column that identifies a period." },
      encoding: { ...name, description: "Text encoding of a CSV file or of one by Stata 13 or older; utf-8, or gb18030 for older Chinese files." },
      delimiter: { enum: [",", ";", "\t", "|"], description: "Found by itself unless given." },
      decimal: { enum: [".", ","], description: "Found by itself unless given." },
      sheet: { ...name, description: "Sheet of an Excel workbook; the first unless given." },
      missing: { ...names, description: "Further cells that mean missing, such as \"-99\"." },
    },
  };
}

function tableSchema(): JsonSchema {
  return {
    type: "object",
    additionalProperties: false,
    required: ["id"],
    properties: {
      id: { type: "string", pattern: "^[A-Za-z0-9_-]+$" },
      title: { type: "string" },
      note: { type: "string", description: "Printed under this table, before the study's." },
      describe: { ...names, minItems: 1, description: "Variables of a table of descriptive statistics." },
      stats: { type: "array", items: { enum: ["n", "mean", "p25", "p50", "p75", "sd", "min", "max"] }, minItems: 1, default: ["n", "mean", "p50", "sd", "min", "max"] },
      where: { type: "string", description: "Rows of a table of descriptive statistics." },
      joint: { anyOf: [{ enum: ["all"] }, { ...names, minItems: 1 }], description: "Estimates judged together: ids of tables, of columns such as table2.1, or all. Joint intervals and Romano-Wolf p values by a multiplier bootstrap of the stored scores." },
      equal: { type: "boolean", default: false, description: "A Wald test that all joint estimates are equal." },
      differences: { type: "array", items: { ...names, minItems: 2, maxItems: 2 }, description: "Pairs of columns such as [table2.1, table2.3]: the difference of their first effects, with its standard error." },
      draws: { type: "integer", minimum: 100, maximum: 1_000_000, default: 1000, description: "Of the multiplier bootstrap." },
      multiplier: { enum: ["normal", "wild", "bayes"], default: "normal" },
      level: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.95, description: "Of joint intervals, and of what is said of a whole curve." },
      seed: { type: "integer", minimum: 0, maximum: 4294967295, default: 42, description: "Of the multiplier bootstrap." },
      base: { $ref: "#/definitions/base" },
      curve: curveSchema(Object.fromEntries(Object.entries(specificationProperties()).filter(([key]) => !CURVE_OMITS.includes(key)))),
      columns: {
        type: "array",
        minItems: 1,
        items: { type: "object", additionalProperties: false, properties: { label: { type: "string", description: "Column heading. Never part of a result's key." }, ...specificationProperties() } },
      },
    },
  };
}

/** The options of a specification. */
export function specificationProperties(): { readonly [key: string]: Json } {
  return {
    model: { enum: Object.keys(models), default: "plr", description: Object.values(models).map((model) => `${model.name}: ${model.about}`).join(" ") },
    score: { enum: [...new Set(Object.values(models).flatMap((model) => model.scores))], description: `Default: the model's first; iv-type for plr, pliv and mediation with \`encode: effects\`. ${Object.values(models).map((model) => `${model.name}: ${model.scores.join(", ")}.`).join(" ")}` },
    outcome: name,
    treatment: { anyOf: [name, { ...names, minItems: 1 }], description: "One column, or several whose effects are wanted (plr, pliv)." },
    otherTreatments: { enum: ["joint", "controls", "none"], default: "joint", description: "Of several treatments: joint: one system for all; controls: each on its own with the others among the controls (DoubleML); none: each on its own." },
    instrument: { anyOf: [name, { ...names, minItems: 1 }], description: "Of pliv (one or several) and iivm (one, 0 or 1)." },
    mediator: { anyOf: [name, { ...names, minItems: 1 }], description: "Of mediation and natural-effects: what the treatment works through, one column or several side by side." },
    levels: { type: "array", items: { type: "number" }, minItems: 1, description: "Treatment levels of apo; contrasts are with the first. Default: all in the sample, ascending." },
    clip: { type: "number", minimum: 0, exclusiveMaximum: 0.5, default: 0.01, description: "Propensities are held within [clip, 1 - clip]." },
    normalizeIpw: { type: "boolean", default: false, description: "Inverse propensity weights are scaled to mean one in either arm." },
    treatedShare: { enum: ["sample", "fold"], default: "sample", description: "Where ATTE and ATU take the share of the treated: over all rows (DoubleML for Python), or fold by fold (Stata, R)." },
    alwaysTakers: { type: "boolean", default: true, description: "iivm: whether some take the treatment whatever the instrument says." },
    neverTakers: { type: "boolean", default: true, description: "iivm: whether some never take it." },
    step: { type: "number", exclusiveMinimum: 0, description: "ape, derivative: half the width of the difference that stands for it, in the treatment's units. Default: a fifth of the treatment's standard deviation, wide enough for trees." },
    shift: { type: "number", not: { const: 0 }, description: "ape, shift: by how much the treatment is moved, in its units. Default: a fifth of its standard deviation." },
    controls: {
      anyOf: [
        names,
        { type: "object", additionalProperties: false, minProperties: 1, properties: { common: names, ...Object.fromEntries(ROLES.map((role) => [role, names])) } },
      ],
      description: "Columns for all nuisances, or `common` and, by role, those of single nuisances beside it.",
    },
    degree: { enum: [1, 2], default: 1, description: "2 adds the squares of controls with more than two values." },
    interactions: { type: "boolean", default: false, description: "Adds the products of each two controls, before anything is demeaned." },
    fixedEffects: { ...names, description: "Columns, products of columns such as zone*year, and slopes such as city#year: those of each city on year, without its level; name city beside it for levels (effects, within)." },
    factors: { anyOf: [{ type: "integer", minimum: 1 }, { enum: ["auto"] }], description: "Interactive effects beside unit and time effects (Bai 2009): so many factors of outcome and treatment, each with a loading of every unit, or as many as the eigenvalue ratio finds (Ahn and Horenstein 2013). Factors that are not in the data cost bias. Units with fewer periods than factors and two are dropped." },
    encode: { enum: ["effects", "within", "wg-approx", "dummies", "cre", "cre-normal", "fd", ...Object.keys(DOUBLEML_ENCODINGS)], description: "How fixed effects are removed. effects (the default): the within loss; within: demeaned data, for learners that are not linear with the controls as they are beside them; wg-approx: demeaned controls alone, whatever the learner (DoubleML's wg_approx, where the unit is the only effect); dummies: one column per level, what most published work uses, biased with machine learners; cre: unit means of the controls beside them, the treatment's residual less its unit mean (DoubleML's cre_general; the default of irm, iivm, apo, natural-effects and ape, with each unit's share of rows in an arm as a control of the first four); cre-normal: the treatment's unit mean among its controls; fd: first differences by period (fd_exact). Effects other than the unit are dummies under cre and fd. DoubleML's names mean the same; its digits need constant: false and convention: doubleml, too." },
    learner: { $ref: "#/definitions/learner" },
    rounds: { enum: ["extrapolated", "last", "stable"], default: "extrapolated", description: "encode: effects: which rounds or stages the estimate is of. extrapolated: each nuisance beyond the last, by its last step once more; last: all that were fitted; stable: the first checkpoint from which no later estimate differs by more than two standard errors of the difference or a quarter of its own. Chosen from the stored fits, so changing it fits nothing. ols, lassocv, elasticcv and ridgecv are one fit, with the penalty that was chosen: they have no path, and all three are the same." },
    folds: {
      type: "object",
      additionalProperties: false,
      properties: {
        k: { type: "integer", minimum: 2, default: 5, description: "Number of folds." },
        by: { anyOf: [name, { ...names, minItems: 2, maxItems: 2 }], description: "`row`, or a column whose values stay together, or two: then k x k blocks, each fitted on the rows that share neither (Chiang et al. 2022). Default: the unit where effects are removed, else row." },
        stratify: { type: "boolean", default: true, description: "irm, iivm, apo: each fold has its share of every level. false is Stata's." },
        column: { ...name, description: "A column that holds the fold of each row; nothing is drawn." },
      },
    },
    repetitions: { type: "integer", minimum: 1, maximum: 1000, default: 1, description: "Times the folds are drawn anew." },
    aggregate: { enum: ["stata-median", "stata-mean", "doubleml", "r"], default: "stata-median", description: "How repetitions become one estimate; each system's rule by its name." },
    constant: { type: "boolean", default: true, description: "A constant in the final stage, as in Stata. Always without one where effects are absorbed." },
    twicing: { type: "boolean", description: "Whether boosting looks at what the nuisances leave and a warning says when the estimate would move. For regressions of residuals: the default with `encode: effects`, and with linear learners under `within`, `wg-approx`, `cre` and `fd`; not with `dummies`; in means of signals (irm, iivm, apo, did, ape) of their outcome models, the default under `cre`; without fixed effects if asked for (there at 500 rows it warns in up to one of ten sound estimates)." },
    errors: errorsSchema(),
    convention: { enum: ["doubleml"], description: "doubleml: its rule for clusters, in one or two ways: folds weigh the same, which moves the coefficient; in two ways its errors come out too large, in simulations by a half to three quarters. pliv, iv-type: its slope, sum(V D), with which errors are too small in small samples." },
    distribution: { enum: ["normal", "t"], description: "t: clusters less one (with cr2 Satterthwaite's), or rows less parameters, degrees of freedom. Default: normal; t with cr2 and cr3." },
    level: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.95, description: "Of confidence intervals." },
    where: { type: "string", description: "Rows to use, such as 2012 <= year & year <= 2022." },
    prepare: prepareSchema(),
    by: { ...name, description: "A column: its values become columns of the table, each estimated on its own rows, and a test says whether the effects are equal." },
    weights: { ...name, description: "Column of observation weights, positive; only their proportions matter." },
    missing: { enum: ["drop", "keep"], default: "drop", description: "drop: rows with a missing value in a needed column are dropped and counted; keep: missing controls are left to the learners (trees send them to the better side, others see the mean and an indicator)." },
    seed: { type: "integer", minimum: 0, maximum: 4294967295, default: 42 },
    ...postEstimationProperties(),
  };
}

function errorsSchema(): JsonSchema {
  const of = (key: string, properties: { readonly [key: string]: Json }, required: readonly string[]): JsonSchema =>
    ({ type: "object", additionalProperties: false, required: [key], properties: { [key]: { type: "object", additionalProperties: false, required: [...required], properties } } });
  const lags = { type: "integer", minimum: 0 } as const;
  return {
    anyOf: [
      { enum: ["homoskedastic", "hc0", "hc1", "hc2", "hc3"] },
      {
        type: "object", additionalProperties: false, required: ["cluster"],
        properties: {
          cluster: { ...names, minItems: 1, description: "One column or more: clusters in so many ways." },
          rule: { enum: ["cgm", "min"], default: "cgm", description: "Of several ways: each term its own G / (G - 1) (Cameron, Gelbach and Miller 2011), or the smallest for all (reghdfe)." },
          correction: { enum: [true, false, "cr2", "cr3"], description: "Whether there are small-sample factors (default: yes for regressions of residuals, no for irm, iivm, apo, ape, as in Stata's ddml); or, for few clusters in one way, cr2 (Bell and McCaffrey 2002; t with Satterthwaite's degrees of freedom) or cr3 (the jackknife over clusters; t with G - 1)." },
        },
      },
      of("conley", { latitude: name, longitude: name, cutoff: { type: "number", exclusiveMinimum: 0, description: "Kilometres." }, kernel: { enum: ["uniform", "bartlett"], default: "uniform" }, lags: { ...lags, default: 0, description: "Periods over which a unit's rows are related (needs unit and time)." } }, ["latitude", "longitude", "cutoff"]),
      of("driscollKraay", { lags: { ...lags, description: "Default: 4 (T / 100)^(2/9)." } }, []),
    ],
    description: "Standard errors: by row, clustered, Conley's for rows near each other, or Driscoll and Kraay's. Default: clustered by unit where there is one, else hc1 (hc0 for irm, iivm, apo, ape); with up to 100 units cr2 and t for regressions of residuals, unless `distribution` or `convention` says otherwise.",
  };
}

/** For each option of the language, under which keys it may stand (of learners, the first that has it), for messages. */
export function optionHomes(): ReadonlyMap<string, readonly string[]> {
  const { folds, errors } = specificationProperties() as { readonly [key: string]: JsonSchema };
  const [, clusters] = errors?.["anyOf"] as readonly JsonSchema[];
  const places: readonly (readonly [string, JsonSchema | undefined])[] = [
    ["data", dataSchema()], ["output", outputSchema()], ["base", { properties: specificationProperties() }], ["folds", folds], ["errors", clusters],
    ["learner", { properties: { ...learnerRefs(), ...Object.fromEntries(ROLES.map((role) => [role, {}])) } }],
    ...Object.values(learners).map((learner) => [`learner: { ${learner.name} }`, { properties: learner.options }] as const),
    ["learner: { l }", { properties: { column: {} } }],
    ["tables", { properties: { id: {}, describe: {}, stats: {}, columns: {}, joint: {}, curve: {}, draws: {}, multiplier: {} } }],
    ["curve", { properties: { vary: {}, link: {}, exclude: {}, include: {}, preferred: {} } }],
  ];
  const homes = new Map<string, string[]>();
  for (const [home, schema] of places) {
    for (const option of Object.keys(schema?.["properties"] ?? {})) {
      const known = homes.get(option) ?? [];
      const isAnotherLearner = home.startsWith("learner:") && known.some((one) => one.startsWith("learner:"));
      if (!isAnotherLearner) homes.set(option, [...known, home]);
    }
  }
  return homes;
}
