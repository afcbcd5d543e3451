import { postEstimationProperties } from "../postEstimation.js";

/** Options that mean nothing in a curve: `by` makes columns of a table, and of what is computed beside an estimate its rows hold nothing. */
export const CURVE_OMITS: readonly string[] = ["by", ...Object.keys(postEstimationProperties())];
