import type { Json, JsonSchema } from "../json.js";
import { record, type Written } from "./written.js";

/** What is computed from a specification's stored scores beside its estimate; nothing of it is fitted, save benchmarks. */
export interface PostEstimation {
  /** Column whose levels have an effect each. */
  readonly groups: string | null;
  /** Along what the effect is predicted, beside a constant; empty: along nothing. */
  readonly along: readonly TermChoice[];
  readonly curve: CurveChoice | null;
  readonly sensitivity: SensitivityChoice | null;
  readonly wild: WildChoice | null;
}

/** Inner knots, or how many functions (without the constant) there shall be. */
export type Knots = readonly number[] | { readonly df: number };

/** Functions of a column, or products of them. */
export type TermChoice =
  | { readonly kind: "constant" }
  | { readonly kind: "polynomial"; readonly column: string; readonly degree: number; readonly centre: boolean }
  | { readonly kind: "levels"; readonly column: string; readonly labels: readonly string[] }
  | { readonly kind: "bspline"; readonly column: string; readonly degree: number; readonly knots: Knots }
  | { readonly kind: "natural"; readonly column: string; readonly knots: Knots }
  | { readonly kind: "product"; readonly of: readonly [TermChoice, TermChoice] };

/** The effect over a grid of one column, the one that all terms are of. */
export interface CurveChoice {
  readonly column: string;
  readonly points: number;
  readonly draws: number;
}

/** A supposed omitted confounder; see inference/sensitivity. */
export interface SensitivityChoice {
  readonly cfY: number;
  readonly cfD: number;
  readonly rho: number;
  /** The effect that robustness values ask about. */
  readonly effect: number;
  /** Sets of controls whose own strength is shown. */
  readonly benchmarks: readonly (readonly string[])[];
  /** Points each way of the grid that a contour plot needs; 0: none. */
  readonly contour: number;
}

/** The wild cluster bootstrap of the final stage. */
export interface WildChoice {
  readonly draws: number;
  /** null: by the number of clusters. */
  readonly weights: "rademacher" | "webb" | null;
}

/** Post-estimation of a specification with every default. `moderator: w` is short for the effect along w less its mean. */
export function resolvePostEstimation(options: Written): PostEstimation {
  const { groups, moderator, effect, sensitivity, wild } = options;
  const { along, curve } = record(effect);
  const terms = [...(typeof moderator === "string" ? [moderator] : []), ...((along ?? []) as readonly Json[])].map(termOf);
  return {
    groups: typeof groups === "string" ? groups : null,
    along: terms,
    curve: curve === undefined ? null : { points: 50, draws: 2000, ...(record(curve) as unknown as Pick<CurveChoice, "column">) },
    sensitivity: sensitivity === undefined || sensitivity === false ? null : { cfY: 0.03, cfD: 0.03, rho: 1, effect: 0, benchmarks: [], contour: 0, ...(sensitivity === true ? {} : record(sensitivity)) },
    wild: wild === undefined || wild === false ? null : { draws: 9999, weights: null, ...(wild === true ? {} : record(wild)) },
  };
}

function termOf(written: Json): TermChoice {
  if (typeof written === "string") return { kind: "polynomial", column: written, degree: 1, centre: true };
  const term = written as Written;
  const column = (key: string): string => term[key] as string;
  if (term["polynomial"] !== undefined) return { kind: "polynomial", column: column("polynomial"), degree: Number(term["degree"] ?? 2), centre: term["centre"] !== false };
  if (term["levels"] !== undefined) return { kind: "levels", column: column("levels"), labels: [] };
  if (term["product"] !== undefined) {
    const [a, b] = term["product"] as readonly [Json, Json];
    return { kind: "product", of: [termOf(a), termOf(b)] };
  }
  const knots = (term["knots"] ?? { df: term["df"] ?? 5 }) as Knots;
  if (term["natural"] !== undefined) return { kind: "natural", column: column("natural"), knots };
  return { kind: "bspline", column: column("spline"), degree: Number(term["degree"] ?? 3), knots };
}

/** Columns that must be numbers, and columns whose levels count. */
export function postEstimationColumns({ groups, along, curve }: PostEstimation): { readonly numeric: readonly string[]; readonly categorical: readonly string[] } {
  const all = columnsOfTerms(along);
  return {
    numeric: [...all.filter(({ isLevels }) => !isLevels).map(({ column }) => column), ...(curve === null ? [] : [curve.column])],
    categorical: [...all.filter(({ isLevels }) => isLevels).map(({ column }) => column), ...(groups === null ? [] : [groups])],
  };
}

/** The columns of terms, as numbers or by their levels. */
export function columnsOfTerms(terms: readonly TermChoice[]): readonly { readonly column: string; readonly isLevels: boolean }[] {
  return terms.flatMap((term) => {
    if (term.kind === "constant") return [];
    if (term.kind === "product") return columnsOfTerms(term.of);
    return [{ column: term.column, isLevels: term.kind === "levels" }];
  });
}

const name = { type: "string", minLength: 1 } as const;
const share = { type: "number", minimum: 0, exclusiveMaximum: 1 } as const;
const knots = { type: "array", items: { type: "number" }, minItems: 1, description: "Inner knots." } as const;
const df = { type: "integer", minimum: 1, description: "So many functions, knots at quantiles." } as const;

/** The schema of a term; it may hold others. */
export function termSchema(): JsonSchema {
  const term = { $ref: "#/definitions/term" };
  const of = (key: string, more: { readonly [key: string]: Json }): JsonSchema => ({ type: "object", additionalProperties: false, required: [key], properties: { [key]: name, ...more } });
  return {
    anyOf: [
      name,
      of("polynomial", { degree: { type: "integer", minimum: 1, maximum: 9, default: 2 }, centre: { type: "boolean", default: true, description: "Powers of the column less its mean." } }),
      of("spline", { df, knots, degree: { type: "integer", minimum: 1, maximum: 9, default: 3 } }),
      of("natural", { df, knots }),
      of("levels", {}),
      { type: "object", additionalProperties: false, required: ["product"], properties: { product: { type: "array", items: term, minItems: 2, maxItems: 2 } } },
    ],
    description: "A column (less its mean), a polynomial, a B-spline or natural cubic spline, the levels of a column, or a product of two terms.",
  };
}

/** The options of a specification that are about post-estimation. */
export function postEstimationProperties(): { readonly [key: string]: Json } {
  return {
    groups: { ...name, description: "A column: the average effect in each of its groups (GATE), from the stored scores, and a test that they are equal. With t, intervals have the degrees of freedom of the group's own clusters." },
    moderator: { ...name, description: "A column: how the effect changes with it (treatment times the column less its mean)." },
    effect: {
      type: "object", additionalProperties: false, required: ["along"],
      properties: {
        along: { type: "array", items: { $ref: "#/definitions/term" }, minItems: 1 },
        curve: {
          type: "object", additionalProperties: false, required: ["column"],
          properties: { column: name, points: { type: "integer", minimum: 2, maximum: 1000, default: 50 }, draws: { type: "integer", minimum: 100, default: 2000 } },
          description: "The effect over a grid of one column, with a joint band.",
        },
      },
      description: "The best linear predictor of the effect along a basis (CATE; Semenova and Chernozhukov 2021), from the stored scores.",
    },
    sensitivity: {
      anyOf: [
        { type: "boolean" },
        {
          type: "object", additionalProperties: false,
          properties: {
            cfY: { ...share, default: 0.03, description: "Share of the outcome's residual variance that a confounder explains." },
            cfD: { ...share, default: 0.03, description: "The same of the treatment's." },
            rho: { type: "number", minimum: -1, maximum: 1, default: 1 },
            effect: { type: "number", default: 0, description: "The effect that robustness values ask about." },
            contour: { type: "integer", minimum: 0, maximum: 100, default: 0, description: "Points each way of the grid of bounds for a contour plot, up to cf = 0.5; in estimates.json." },
            benchmarks: { type: "array", items: { type: "array", items: name, minItems: 1 }, description: "Sets of controls: how strong they are as confounders. Their nuisances are fitted without them." },
          },
        },
      ],
      description: "Sensitivity to omitted variables (Chernozhukov et al. 2022): robustness values, bounds, benchmarks. plr, irm; pliv with one instrument: the reduced form and the first stage.",
    },
    wild: {
      anyOf: [
        { type: "boolean" },
        {
          type: "object", additionalProperties: false,
          properties: { draws: { type: "integer", minimum: 99, maximum: 999_999, default: 9999 }, weights: { enum: ["rademacher", "webb"], description: "Default: webb below twelve clusters." } },
        },
      ],
      description: "Wild cluster bootstrap of the final stage, the null imposed: p value and interval for few clusters (Cameron, Gelbach and Miller 2008). Needs errors clustered in one way.",
    },
  };
}
