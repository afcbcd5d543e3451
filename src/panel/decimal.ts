/** Decimal numbers in a text, to the bit what `Number` gives. */

const [comma, plus, minus, zero, letterE] = [44, 43, 45, 48, 101];
/** Those that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits that a double holds exactly, whatever they are; and so many more here. */
const [HEAD, TAIL] = [15, 4];

/**
 * The finite number written in text[start, end), or NaN. `decimal`: the code of the sign before the fraction.
 *
 * With up to 15 digits, the digits as an integer and the power of ten are both exact, so one division rounds correctly. Up
 * to 19 digits are divided in twice a double's precision, and what lies too near the middle of two doubles is left to
 * `Number`, as more digits and exponents are: that takes five times as long.
 */
export function numberAt(text: string, start: number, end: number, decimal: number): number {
  const sign = start < end ? text.charCodeAt(start) : 0;
  let p = sign === minus || sign === plus ? start + 1 : start;
  let [head, tail, significant, digits, whole] = [0, 0, 0, 0, -1];
  for (; p < end; p++) {
    const code = text.charCodeAt(p);
    if (code >= zero && code <= zero + 9) {
      if (significant < HEAD) head = head * 10 + (code - zero);
      else if (significant < HEAD + TAIL) tail = tail * 10 + (code - zero);
      if (head > 0) significant++;
      digits++;
    } else if (code === decimal && whole < 0) whole = digits;
    else break;
  }
  if (digits === 0 || (p < end && (text.charCodeAt(p) | 32) !== letterE)) return NaN;
  const places = whole < 0 ? 0 : digits - whole;
  if (p < end || significant > HEAD + TAIL || places >= powersOfTen.length) return longNumber(text.slice(start, end), decimal);
  const power = powersOfTen[places] ?? NaN;
  const size = significant <= HEAD ? head / power : quotient(head, powersOfTen[significant - HEAD] ?? NaN, tail, power);
  if (Number.isNaN(size)) return longNumber(text.slice(start, end), decimal);
  return sign === minus ? -size : size;
}

/**
 * (head scale + tail) / power, correctly rounded, or NaN where that is not certain. Products and sums with their errors are
 * Dekker's (1971, Numerische Mathematik 18); the remainder of the first quotient is exact but for a part in 2^52.
 */
function quotient(head: number, scale: number, tail: number, power: number): number {
  const product = head * scale;
  const rest = tail + productError(head, scale, product);
  const high = product + rest;
  const low = rest - (high - product);
  const first = high / power;
  const back = first * power;
  const more = (high - back - productError(first, power, back) + low) / power;
  const [below, above] = [first + more * (1 - 1e-13), first + more * (1 + 1e-13)];
  return below === above ? below : NaN;
}

/** a b less its rounded product, exactly. */
function productError(a: number, b: number, product: number): number {
  const [a1, b1] = [upper(a), upper(b)];
  const [a2, b2] = [a - a1, b - b1];
  return a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
}

/** The upper half of a number's bits. */
function upper(a: number): number {
  const shifted = a * 134217729;
  return shifted - (shifted - a);
}

function longNumber(cell: string, decimal: number): number {
  const value = Number(decimal === comma ? cell.replace(",", ".") : cell);
  return Number.isFinite(value) ? value : NaN;
}
