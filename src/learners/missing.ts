import type { Design } from "../kernels/design.js";
import type { FitJob } from "./learner.js";
import { meanOver } from "./weights.js";

/**
 * What learners see that cannot take missing values: each feature with a missing cell gets its training mean there, and
 * beside it a 0/1 column that says where; a product, missing where its controls are, gets no column of its own. A feature
 * that training rows do not have at all is 0 throughout.
 */
export function withIndicators<J extends Pick<FitJob, "design" | "train" | "weights">>(job: J): J {
  const { design, train, weights } = job;
  const gaps = design.features.map(hasMissing);
  if (!gaps.includes(true)) return job;
  const fills = design.features.map((feature, f) => (gaps[f] === true ? observedMean(feature, train, weights) : 0));
  const filled = design.features.map((feature, f) => (gaps[f] === true ? feature.map((value) => (Number.isNaN(value) ? (fills[f] ?? 0) : value)) : feature));
  const indicators = design.features.filter((_, f) => gaps[f] === true && design.products?.[f] !== true).map((feature) => feature.map((value) => (Number.isNaN(value) ? 1 : 0)));
  const changed: Design = {
    ...design,
    key: `${design.key} filled ${fills.join(" ")}`,
    features: [...filled, ...indicators],
    ...(design.products === undefined ? {} : { products: [...design.products, ...indicators.map(() => false)] }),
  };
  return { ...job, design: changed };
}

/** Whether a value is missing. A plain loop: this runs over every cell before every fit. */
export function hasMissing(feature: Float64Array): boolean {
  for (let row = 0; row < feature.length; row++) if (Number.isNaN(feature[row])) return true;
  return false;
}

function observedMean(feature: Float64Array, rows: Uint32Array, weights: Float64Array | null): number {
  const observed = rows.filter((row) => !Number.isNaN(feature[row]));
  return observed.length === 0 ? 0 : meanOver(feature, observed, weights);
}
