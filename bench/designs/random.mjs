/** What designs are drawn from: columns of a seeded, counter-based generator. */
import { symmetricEigen } from "../../dist/kernels/eigen.js";
import { randomStream } from "../../data/simulation/random.mjs";

/** A stream for each name and draw. A draw's larger sample begins with the numbers of its smaller one. */
export function streams(design, draw) {
  return (name) => randomStream(draw, `${design} ${name}`);
}

/** Independent standard normals. */
export function normals(random, rows) {
  return Float64Array.from({ length: rows }, () => random.normal());
}

/** `width` columns of N(0, Sigma), Sigma_jk = rho^|j - k|: an autoregression over the columns of a row. */
export function toeplitz(random, rows, width, rho) {
  const fresh = Math.sqrt(1 - rho * rho);
  const columns = [normals(random, rows)];
  while (columns.length < width) {
    const before = columns.at(-1);
    columns.push(before.map((value) => rho * value + fresh * random.normal()));
  }
  return columns;
}

/** Two columns of standard normals with a correlation. */
export function pair(random, rows, rho) {
  const [first, second] = toeplitz(random, rows, 2, rho);
  return [first, second];
}

/** `width` columns of N(0, Sigma), Sigma as scikit-learn's make_spd_matrix draws it: random eigenvectors, eigenvalues 1 to 2. */
export function randomCovariance(random, rows, width) {
  const a = Array.from({ length: width }, () => Array.from({ length: width }, () => random.uniform()));
  const square = a.map((_, j) => a.map((__, k) => a.reduce((sum, row) => sum + row[j] * row[k], 0)));
  const { vectors } = symmetricEigen(square);
  const roots = Array.from({ length: width }, () => Math.sqrt(1 + random.uniform()));
  const factors = Array.from({ length: width }, () => normals(random, rows));
  return vectors.map((row) => combine(factors, row.map((value, k) => value * roots[k])));
}

/** The sum of columns times weights. */
export function combine(columns, weights) {
  return columns[0].map((_, i) => weights.reduce((sum, weight, j) => sum + weight * columns[j][i], 0));
}

/** Columns by name: X1, X2 ... */
export function named(prefix, columns) {
  return Object.fromEntries(columns.map((values, j) => [`${prefix}${j + 1}`, values]));
}

/** The weights 1 / j^power of the first `width` whole numbers. */
export function decay(width, power) {
  return Array.from({ length: width }, (_, j) => 1 / (j + 1) ** power);
}

/** 1 / (1 + exp(-x)) */
export function logistic(x) {
  return 1 / (1 + Math.exp(-x));
}
