/**
 * The precision of the file: seven significant digits, none finer than a millionth (which also keeps exponents out).
 *
 * @param {number} value
 * @returns {number}
 */
export function round(value) {
  return Number(Math.abs(value) < 1 ? value.toFixed(6) : value.toPrecision(7));
}
