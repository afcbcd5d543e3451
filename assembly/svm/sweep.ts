/**
 * The loops over all rows in one step of the solver, some rows at a time. Of equal values that of the first row is
 * taken. Rows come in whole blocks (points.ts).
 */

/** The row of the greatest left[k] + up[k]; -1 where all are NaN. */
export function highest(width: i32, left: StaticArray<f64>, up: StaticArray<f64>): i32 {
  assert(left.length >= width && up.length >= width && width % 8 == 0);
  const a = changetype<usize>(left);
  const b = changetype<usize>(up);
  const end = <usize>width << 3;
  let m0 = f64x2.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  for (let at: usize = 0; at < end; at += 64) {
    m0 = f64x2.pmax(m0, f64x2.add(v128.load(a + at), v128.load(b + at)));
    m1 = f64x2.pmax(m1, f64x2.add(v128.load(a + at, 16), v128.load(b + at, 16)));
    m2 = f64x2.pmax(m2, f64x2.add(v128.load(a + at, 32), v128.load(b + at, 32)));
    m3 = f64x2.pmax(m3, f64x2.add(v128.load(a + at, 48), v128.load(b + at, 48)));
  }
  const m = f64x2.pmax(f64x2.pmax(m0, m1), f64x2.pmax(m2, m3));
  return firstEqual(width, left, up, Math.max(f64x2.extract_lane(m, 0), f64x2.extract_lane(m, 1)));
}

/** The first row whose left[k] + up[k] is `value`; -1 for none. */
function firstEqual(width: i32, left: StaticArray<f64>, up: StaticArray<f64>, value: f64): i32 {
  const wanted = f64x2.splat(value);
  for (let k = 0; k < width; k += 4) {
    const a = changetype<usize>(left) + (<usize>k << 3);
    const b = changetype<usize>(up) + (<usize>k << 3);
    const near = f64x2.eq(wanted, f64x2.add(v128.load(a), v128.load(b)));
    const far = f64x2.eq(wanted, f64x2.add(v128.load(a, 16), v128.load(b, 16)));
    if (!v128.any_true(v128.or(near, far))) continue;
    while (left[k] + up[k] != value) k++;
    return k;
  }
  return -1;
}

/** A curvature below this is taken for it. */
export const LEAST_CURVATURE: f64 = 1e-12;

/** What `findPartner` finds. */
@unmanaged
export class Partner {
  /** The row that gains most, -1 where none does. */
  row: i32;
  /** The least left[k] + down[k]. */
  least: f64;
}

/**
 * Of the rows with gap = top - left[k] - down[k] > 0, that of the greatest gap^2 / (own + diagonal[k] - 2 kernel[k]): the
 * gain from a step on it and on the row whose slope is `top`, whose kernel stands at address `kernel`.
 */
export function findPartner(
  width: i32, left: StaticArray<f64>, down: StaticArray<f64>, top: f64, own: f64, diagonal: StaticArray<f64>, kernel: usize,
  partner: Partner,
): void {
  assert(left.length >= width && down.length >= width && diagonal.length >= width);
  const tops = f64x2.splat(top);
  const owns = f64x2.splat(own);
  const floor = f64x2.splat(LEAST_CURVATURE);
  const zero = f64x2.splat(0);
  const two = i64x2.splat(2);
  let least = f64x2.splat(Infinity);
  let best = zero;
  let where = i64x2.splat(-1);
  let number = i64x2(0, 1);
  for (let at: usize = 0, end = <usize>width << 3; at < end; at += 16) {
    const slope = f64x2.add(v128.load(changetype<usize>(left) + at), v128.load(changetype<usize>(down) + at));
    least = f64x2.pmin(least, slope);
    const gap = f64x2.pmax(zero, f64x2.sub(tops, slope));
    const values = f64x2.promote_low_f32x4(v128.load64_zero(kernel));
    const sum = f64x2.add(owns, v128.load(changetype<usize>(diagonal) + at));
    const curvature = f64x2.pmax(floor, f64x2.sub(sum, f64x2.add(values, values)));
    const gain = f64x2.div(f64x2.mul(gap, gap), curvature);
    const better = f64x2.gt(gain, best);
    best = v128.bitselect(gain, best, better);
    where = v128.bitselect(number, where, better);
    number = i64x2.add(number, two);
    kernel += 8;
  }
  partner.least = Math.min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  partner.row = winner(best, where);
}

/** The row of the greater gain in two lanes. */
function winner(gain: v128, where: v128): i32 {
  const first = <i32>i64x2.extract_lane(where, 0);
  const second = <i32>i64x2.extract_lane(where, 1);
  const difference = f64x2.extract_lane(gain, 0) - f64x2.extract_lane(gain, 1);
  if (difference == 0 && first >= 0 && second >= 0) return min(first, second);
  return difference < 0 || first < 0 ? second : first;
}

/** left[k] -= step (one[k] - other[k]), the kernels of two rows. */
export function advance(width: i32, step: f64, one: usize, other: usize, left: StaticArray<f64>): void {
  assert(left.length >= width && width % 4 == 0);
  const steps = f64x2.splat(step);
  let at = changetype<usize>(left);
  for (const end = at + (<usize>width << 3); at < end; at += 32) {
    const a = v128.load(one);
    const b = v128.load(other);
    const near = f64x2.sub(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
    const far = f64x2.sub(f64x2.promote_low_f32x4(upperHalf(a)), f64x2.promote_low_f32x4(upperHalf(b)));
    v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(steps, near)));
    v128.store(at, f64x2.sub(v128.load(at, 16), f64x2.mul(steps, far)), 16);
    one += 16;
    other += 16;
  }
}

@inline
function upperHalf(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 1);
}
