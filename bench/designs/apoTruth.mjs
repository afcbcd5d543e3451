/**
 * What the population of `apo.mjs` is, from `node bench/designs/writeApoTruth.mjs` (four million seeded draws): the moments of the
 * transformed controls, the median dose, the mean effect of each level.
 */
export const MEANS = [1.13327, 9.99997, 0.21885, 401.99718, 0.00036];
export const SDS = [0.60426, 0.54141, 0.04453, 56.63504, 1.00009];
export const BOUND = 0.00578;
export const EFFECTS = [5.52400, 10.31198];
