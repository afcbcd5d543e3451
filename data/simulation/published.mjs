/** The moments of the published sample (4,200 city-years), as printed, in the order of the columns. */

/** @typedef {import("./moments.mjs").Moments} Moments */

/** @satisfies {Record<string, Moments>} */
export const PUBLISHED = {
  EI: { mean: 0.599, p50: 0.639, sd: 0.203, min: 0.06, max: 1 },
  AI: { mean: 5.035, p50: 4.832, sd: 1.951, min: 0.693, max: 11.54 },
  Pgdp: { mean: 10.72, p50: 10.65, sd: 0.733, min: 8.391, max: 13.19 },
  Fin: { mean: 2.563, p50: 2.257, sd: 1.245, min: 0.588, max: 21.3 },
  Open: { mean: 0.002, p50: 0.002, sd: 0.003, min: 0, max: 0.029 },
  Urban: { mean: 0.395, p50: 0.339, sd: 0.211, min: 0.075, max: 1 },
  Gov: { mean: 0.197, p50: 0.171, sd: 0.1, min: 0.044, max: 1.027 },
  Fiscal: { mean: 5.884, p50: 4.905, sd: 4.181, min: 0.01, max: 41.68 },
  Ind: { mean: 1.071, p50: 0.933, sd: 0.615, min: 0.109, max: 6.383 },
  Hc: { mean: 0.02, p50: 0.011, sd: 0.025, min: 0, max: 0.185 },
  Ins: { mean: 0.426, p50: 0.423, sd: 0.103, min: 0.098, max: 0.848 },
  Lngrva: { mean: 3.993, p50: 3.807, sd: 1.775, min: 0, max: 10.08 },
  Gtfe: { mean: 0.344, p50: 0.316, sd: 0.142, min: 0.103, max: 1.193 },
  IV: { mean: 126.5, p50: 122.5, sd: 93.23, min: 0, max: 604.5 },
};
