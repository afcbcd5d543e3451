import type { Json } from "../json.js";
import type { Model } from "../models/model.js";
import { isLinear } from "./linear.js";
import type { ClusterChoice, Encoding, ErrorChoice, FoldChoice, RowErrors, Specification } from "./specification.js";
import type { Written } from "./written.js";

interface FoldPlace {
  readonly encode: Encoding;
  readonly unit: string | null;
  /** Whether the model's folds may be stratified. */
  readonly stratifies: boolean;
  readonly ignored: string[];
}

/** By unit where unit effects are removed from the data, else by row; stratified by the treatment where it has levels. */
export function resolveFolds(written: Json | undefined, { encode, unit, stratifies, ignored }: FoldPlace): FoldChoice {
  const folds = (written ?? {}) as Written;
  if (typeof folds["column"] === "string") {
    for (const option of ["k", "by", "stratify"]) if (folds[option] !== undefined) ignored.push(`folds.${option}`);
    return { kind: "column", column: folds["column"] };
  }
  if (!stratifies && folds["stratify"] !== undefined) ignored.push("folds.stratify");
  const removed = encode !== "none" && encode !== "dummies" && unit !== null;
  const by = folds["by"] ?? (removed ? unit : "row");
  const together = typeof by === "string" ? [by] : (by as readonly string[]);
  return {
    kind: "random", k: Number(folds["k"] ?? 5), by: together.length === 1 && together[0] === "row" ? [] : together,
    stratify: stratifies && folds["stratify"] !== false && together.length === 1,
  };
}

interface TwicingPlace {
  readonly model: Model;
  readonly encode: Encoding;
  readonly nuisances: Specification["nuisances"];
  readonly ignored: string[];
}

/**
 * On by default under `effects`, for means of signals under `cre`, and for linear learners wherever effects are not left to dummies: a learner
 * too rigid for the data is seen nowhere else. Of columns there is nothing to say.
 */
export function resolveTwicing(written: Json | undefined, { model, encode, nuisances, ignored }: TwicingPlace): boolean {
  const sources = Object.values(nuisances);
  const ofSignal = model.arms !== undefined || model.representer !== undefined;
  const possible = (model.finalStage === "residual" || ofSignal) && encode !== "dummies" && sources.some((source) => source.kind !== "column");
  if (!possible && written === true) ignored.push("twicing");
  if (!possible || written !== undefined) return possible && written === true;
  return ofSignal ? encode !== "none" : encode === "effects" || (encode !== "none" && sources.every(isLinear));
}

interface ErrorPlace {
  readonly finalStage: Model["finalStage"];
  readonly unit: string | null;
  /** Whether the study chose quantiles or a system's convention, to which the usual factor belongs. */
  readonly settled: boolean;
}

/**
 * Clustered by unit where there is one, else hc1 for regressions of residuals and the score's plain variance for means of
 * signals. What is chosen by nobody, and is no mean of signals, depends on the number of units.
 */
export function resolveErrors(written: Json | undefined, { finalStage, unit, settled }: ErrorPlace): ErrorChoice {
  const isSignal = finalStage === "signal";
  if (written === undefined) {
    if (unit === null) return { kind: isSignal ? "hc0" : "hc1" };
    return { kind: "cluster", cluster: [unit], rule: "cgm", correction: settled || isSignal ? !isSignal : "by-number" };
  }
  if (typeof written === "string") return { kind: written as RowErrors };
  const errors = written as Written;
  const part = (key: string): Written => errors[key] as Written;
  if (errors["conley"] !== undefined) {
    const { latitude, longitude, cutoff, kernel, lags } = part("conley");
    return {
      kind: "conley", latitude: latitude as string, longitude: longitude as string, cutoff: Number(cutoff),
      kernel: (kernel ?? "uniform") as "uniform" | "bartlett", lags: Number(lags ?? 0),
    };
  }
  if (errors["driscollKraay"] !== undefined) {
    const { lags } = part("driscollKraay");
    return { kind: "driscoll-kraay", lags: lags === undefined ? null : Number(lags) };
  }
  return {
    kind: "cluster",
    cluster: [...new Set(errors["cluster"] as readonly string[])],
    rule: (errors["rule"] ?? "cgm") as "cgm" | "min",
    correction: (errors["correction"] ?? !isSignal) as ClusterChoice["correction"],
  };
}

/** t where errors are made for few clusters, since their degrees of freedom are half of the cure; else normal. */
export function resolveDistribution(written: Json | undefined, errors: ErrorChoice): Specification["distribution"] {
  if (written !== undefined) return written as Specification["distribution"];
  return errors.kind === "cluster" && (errors.correction === "cr2" || errors.correction === "cr3") ? "t" : "normal";
}
