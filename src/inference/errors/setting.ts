import type { Group } from "../../kernels/design.js";
import type { Spatial } from "./spatial.js";

/** Which covariance, and what it needs to know beside the final stage. */
export type ErrorSetting = HeteroskedasticErrors | ClusterErrors | ConleyErrors | DriscollKraayErrors;

/** Errors of rows that are independent of each other. */
export interface HeteroskedasticErrors {
  readonly kind: "homoskedastic" | "hc0" | "hc1" | "hc2" | "hc3";
  /** For n - k: coefficients plus absorbed effects that count. */
  readonly parameters: number;
}

/** Errors of clusters that are independent of each other, in one way or several. */
export interface ClusterErrors {
  readonly kind: "cluster";
  /** One grouping of the rows a way, one at least. */
  readonly clusters: readonly Group[];
  /** cgm: each term has its own G / (G - 1); min: all have that of the way with the fewest clusters. */
  readonly rule: ClusterRule;
  /** Whether small-sample factors are applied, or what each cluster takes of the fit is corrected for (one way alone). */
  readonly correction: boolean | ClusterAdjustment;
  readonly parameters: number;
}

/** Corrections by cluster; cr2.ts and cr3.ts say what they are. */
export interface ClusterAdjustment {
  readonly kind: "cr2" | "cr3";
  /** Absorbed effects that are not nested in the clusters, such as periods where units are the clusters. */
  readonly crossed: readonly Group[];
}

/** Cameron, Gelbach and Miller (2011), as statsmodels; or reghdfe's (Correia 2016), as ivreghdfe and fixest. */
export type ClusterRule = "cgm" | "min";

/** Errors that rows near each other share. */
export interface ConleyErrors {
  readonly kind: "conley";
  readonly spatial: Spatial;
  /** Rows are neighbours within a period alone, and a unit's periods are related up to `lags`; null: one cross-section. */
  readonly panel: (Serial & { readonly units: Group }) | null;
  readonly correction: boolean;
  readonly parameters: number;
}

/** Errors that all rows of a period share, and those of the periods near it. */
export interface DriscollKraayErrors {
  readonly kind: "driscoll-kraay";
  readonly serial: Serial;
  readonly correction: boolean;
  readonly parameters: number;
}

/** Time, and how far errors reach through it. */
export interface Serial {
  /** By row: its period, counted in steps, so that neighbouring periods differ by one. */
  readonly periods: Int32Array;
  /** A whole number from 0; the Bartlett kernel gives lag l the weight 1 - l / (lags + 1). */
  readonly lags: number;
}
