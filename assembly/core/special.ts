/**
 * Distribution functions. `exp`, `log`, `sin`, `cos` and `asin` are AssemblyScript's own, so the bits are the same on every host.
 *
 * Tails are computed as tails, never as one minus something near one. Factors such as x^a e^-x / Gamma(a + 1) come
 * from Stirling's error and the deviance (Loader 2000, "Fast and accurate computation of binomial probabilities"),
 * which keeps their relative accuracy for large parameters. Measured against scipy: see test/kernels/special.test.ts.
 */

const LOG_ROOT_TWO_PI: f64 = 0.9189385332046727;
const ROOT_TWO_PI: f64 = 2.5066282746310007;
const TWO_PI: f64 = 6.283185307179586;
const ONE_MINUS_EULER: f64 = 0.42278433509846713;
const EPSILON: f64 = 2.220446049250313e-16;
/** Terms of a series or fraction at most; a few dozen are needed unless parameters are in the millions. */
const TERMS: i32 = 1_000_000;

/** (-1)^k (zeta(k) - 1) / k, k = 2 .. 28: the Taylor coefficients of log Gamma at 2 (DLMF 5.7.3). */
const TAYLOR = memory.data<f64>([
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
]);
const TAYLOR_TERMS: i32 = 27;

/** The exponential function. */
export function exp(x: f64): f64 {
  return Math.exp(x);
}

/** The natural logarithm. */
export function log(x: f64): f64 {
  return Math.log(x);
}

/** The sine of an angle in radians. */
export function sin(x: f64): f64 {
  return Math.sin(x);
}

/** The cosine of an angle in radians. */
export function cos(x: f64): f64 {
  return Math.cos(x);
}

/** The angle in [-pi/2, pi/2] whose sine is x; NaN beyond -1 and 1. */
export function asin(x: f64): f64 {
  return Math.asin(x);
}

/** log Gamma(x), x > 0; NaN elsewhere. Keeps its relative accuracy next to its zeros at 1 and 2. */
export function logGamma(x: f64): f64 {
  if (!(x > 0)) return NaN;
  if (x >= 10) return (x - 0.5) * Math.log(x) - x + LOG_ROOT_TWO_PI + stirlingSeries(x);
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  if (x < 1.5) return aboutTwo(x - 1) - Math.log1p(x - 1);
  let product: f64 = 1;
  while (x > 2.5) {
    x -= 1;
    product *= x;
  }
  return aboutTwo(x - 2) + Math.log(product);
}

/** log Gamma(2 + z), |z| <= 1/2, by its Taylor series. */
function aboutTwo(z: f64): f64 {
  let sum: f64 = 0;
  for (let k = TAYLOR_TERMS - 1; k >= 0; k--) sum = (sum + load<f64>(TAYLOR + (<usize>k << 3))) * z;
  return (sum + ONE_MINUS_EULER) * z;
}

/** log Gamma(x) less Stirling's formula (x - 1/2) log x - x + log sqrt(2 pi), x >= 10 (DLMF 5.11.1). */
function stirlingSeries(x: f64): f64 {
  const r = 1 / (x * x);
  const far = ((r / 156 - 691.0 / 360360) * r + 1.0 / 1188) * r - 1.0 / 1680;
  return (((far * r + 1.0 / 1260) * r - 1.0 / 360) * r + 1.0 / 12) / x;
}

/** log Gamma(x + 1) less Stirling's formula (x + 1/2) log x - x + log sqrt(2 pi), x > 0. */
function stirlingError(x: f64): f64 {
  return x >= 10 ? stirlingSeries(x) : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - LOG_ROOT_TWO_PI;
}

/** The deviance x log(x / m) + m - x, accurate also where x is near m. */
function deviance(x: f64, m: f64): f64 {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
  const v = difference / (x + m);
  let term = 2 * x * v;
  let sum = difference * v;
  for (let k = 3; k < 100; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

/** Upper tail of the standard normal distribution; relative error below 1e-14 as far as it is a normal number. */
export function normalTail(x: f64): f64 {
  if (x != x) return x;
  if (x < 0) return 1 - normalTail(-x);
  if (x > 40) return 0;
  return x < 2 ? 0.5 - normalDensity(x) * fromCentre(x) : normalDensity(x) * millsRatio(x);
}

/** Distribution function of the standard normal distribution; as accurate as `normalTail` on the left. */
export function normalCdf(x: f64): f64 {
  return normalTail(-x);
}

/** The square is taken of a number with 26 bits, exactly, and of the small rest: exp magnifies its argument's errors. */
function normalDensity(x: f64): f64 {
  const head = reinterpret<f64>(reinterpret<u64>(x) & 0xfffffffff8000000);
  return (Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (x - head) * (x + head))) / ROOT_TWO_PI;
}

/** (Phi(x) - 1/2) / density = x + x^3 / 3 + x^5 / (3 5) + ... (Abramowitz and Stegun 26.2.11). */
function fromCentre(x: f64): f64 {
  let term = x;
  let sum = x;
  for (let k = 3; term > sum * (0.25 * EPSILON); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}

/** Tail / density by Laplace's continued fraction x + 1 / (x + 2 / (x + 3 / ...)), x >= 2, from its end. */
function millsRatio(x: f64): f64 {
  const terms = 10 + <i32>(320 / (x * x));
  let fraction = 0.5 * (x + Math.sqrt(x * x + 4 * terms)); // what the rest of the fraction is like
  for (let k = terms; k > 0; k--) fraction = x + k / fraction;
  return 1 / fraction;
}

/** Quantile of the standard normal distribution: Wichura 1988, algorithm AS 241 (PPND16), Applied Statistics 37. */
export function normalQuantile(p: f64): f64 {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p == 0) return -Infinity;
  if (p == 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * quantileCentre(0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? quantileNear(r - 1.6) : quantileFar(r - 5);
  return q < 0 ? -z : z;
}

function quantileCentre(r: f64): f64 {
  let a = 2509.0809287301226727 * r + 33430.575583588128105;
  a = ((a * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125;
  a = ((a * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608;
  let b = 5226.495278852545925 * r + 28729.085735721942674;
  b = ((b * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077;
  b = ((b * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1;
  return a / b;
}

function quantileNear(r: f64): f64 {
  let c = 7.7454501427834140764e-4 * r + 0.0227238449892691845833;
  c = ((c * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504;
  c = ((c * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734;
  let d = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4;
  d = ((d * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455;
  d = ((d * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1;
  return c / d;
}

function quantileFar(r: f64): f64 {
  let e = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5;
  e = ((e * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123;
  e = ((e * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772;
  let f = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7;
  f = ((f * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525;
  f = ((f * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1;
  return e / f;
}

/** x^a y^b / B(a, b), y = 1 - x: a b / (a + b) times a binomial probability (Loader 2000). */
function betaPowers(a: f64, b: f64, x: f64, y: f64): f64 {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.sqrt((a / n) * (b / TWO_PI)) * Math.exp(exponent);
}

/** The regularised incomplete beta function I_x(a, b), y = 1 - x given apart so that neither loses digits. */
function incompleteBeta(a: f64, b: f64, x: f64, y: f64): f64 {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x * (a + b + 2) > a + 1) return 1 - betaPowers(b, a, y, x) * betaFraction(b, a, y, x);
  return betaPowers(a, b, x, y) * betaFraction(a, b, x, y);
}

/**
 * I_x(a, b) B(a, b) / (x^a y^b) for x up to about a / (a + b): the continued fraction of Didonato and Morris 1992
 * (algorithm 708, TOMS 18, equation 9), whose terms do not cancel for large parameters, by the method of Lentz.
 */
function betaFraction(a: f64, b: f64, x: f64, y: f64): f64 {
  const excess = a > b ? (a + b) * y - b : a - (a + b) * x; // the same number
  let c = Infinity;
  let d = (1 + 1 / a) / (excess + 1);
  let value = d;
  for (let n = 1; n < TERMS; n++) {
    const k = a + 2 * n - 1;
    const shared = (n * (b - n) * x) / k;
    const numerator = ((a + n - 1) / k) * (a + b + n - 1) * x * shared;
    const denominator = n + shared + ((a + n) / (k + 2)) * (excess + 1 + n * (1 + y));
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const factor = c * d;
    value *= factor;
    if (!(Math.abs(factor - 1) > EPSILON)) break;
  }
  return value;
}

/** Upper tail of Student's t with `df` > 0 degrees of freedom (not only whole numbers; Infinity is the normal). */
export function studentTail(t: f64, df: f64): f64 {
  if (t != t || !(df > 0)) return NaN;
  if (t < 0) return 1 - studentTail(-t, df);
  if (df == Infinity) return normalTail(t);
  if (t == Infinity) return 0;
  const square = t * t;
  return 0.5 * incompleteBeta(0.5 * df, 0.5, df / (df + square), square / (df + square));
}

/** Distribution function of Student's t. */
export function studentCdf(t: f64, df: f64): f64 {
  return studentTail(-t, df);
}

/** Quantile of Student's t. */
export function studentQuantile(p: f64, df: f64): f64 {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NaN;
  const z = normalQuantile(p);
  if (df == Infinity || p == 0 || p == 1 || p == 0.5) return z;
  return p < 0.5 ? -studentUpper(p, 0.5 - p, -z, df) : studentUpper(1 - p, p - 0.5, z, df);
}

/**
 * The t > 0 with `tail` above it and `centre` between it and 0, by Newton's method on the logarithm of the smaller
 * one as a function of log t. Both are concave there, so after the first step the iterates approach from one side.
 */
function studentUpper(tail: f64, centre: f64, start: f64, df: f64): f64 {
  let t = start;
  const far = tail < 0.25;
  for (let i = 0; i < 100; i++) {
    const square = t * t;
    const x = df / (df + square);
    const y = square / (df + square);
    const slope = betaPowers(0.5 * df, 0.5, x, y); // t times the density
    const area = 0.5 * (far ? incompleteBeta(0.5 * df, 0.5, x, y) : incompleteBeta(0.5, 0.5 * df, y, x));
    const step = (Math.log(area / (far ? tail : centre)) * area) / slope;
    t *= Math.exp(far ? step : -step);
    if (!(Math.abs(step) > 2 * EPSILON)) break;
  }
  return t;
}

/** Upper tail of the F distribution with d1 and d2 degrees of freedom (d2 may be Infinity). */
export function fTail(f: f64, d1: f64, d2: f64): f64 {
  if (f != f || !(d1 > 0) || !(d2 > 0)) return NaN;
  if (f <= 0) return 1;
  if (d2 == Infinity) return chiSquareTail(d1 * f, d1);
  const s = d1 * f;
  if (s == Infinity) return 0;
  return incompleteBeta(0.5 * d2, 0.5 * d1, d2 / (d2 + s), s / (d2 + s));
}

/** Upper tail of the chi-square distribution with `df` > 0 degrees of freedom. */
export function chiSquareTail(x: f64, df: f64): f64 {
  if (x != x || !(df > 0)) return NaN;
  if (x <= 0) return 1;
  if (x == Infinity) return 0;
  return gammaTail(0.5 * df, 0.5 * x);
}

/** The regularised upper incomplete gamma function: a series below a + 1, a continued fraction above (DLMF 8.9.2). */
function gammaTail(a: f64, x: f64): f64 {
  const weight = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(TWO_PI * a);
  if (x < a + 1) {
    let term: f64 = 1;
    let sum: f64 = 1;
    for (let k = 1; k < TERMS && term > sum * EPSILON; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - weight * sum;
  }
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < TERMS; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (!(Math.abs(factor - 1) > EPSILON)) break;
  }
  return weight * a * value;
}
