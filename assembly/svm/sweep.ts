/**
 * The loops over all rows in one step of the solver, two rows at a time. Rows come in whole blocks; those that fill the
 * last one up are never chosen, since their shifts are infinite. Equal values: the row of the smallest number is taken.
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
  const most = Math.max(f64x2.extract_lane(m, 0), f64x2.extract_lane(m, 1));
  for (let k = 0; k < width; k++) if (left[k] + up[k] == most) return k;
  return -1;
}

/** The least left[k] + low[k]. */
export function lowest(width: i32, left: StaticArray<f64>, low: StaticArray<f64>): f64 {
  assert(left.length >= width && low.length >= width && width % 4 == 0);
  const a = changetype<usize>(left);
  const b = changetype<usize>(low);
  const end = <usize>width << 3;
  let m0 = f64x2.splat(Infinity);
  let m1 = m0;
  for (let at: usize = 0; at < end; at += 32) {
    m0 = f64x2.pmin(m0, f64x2.add(v128.load(a + at), v128.load(b + at)));
    m1 = f64x2.pmin(m1, f64x2.add(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  const m = f64x2.pmin(m0, m1);
  return Math.min(f64x2.extract_lane(m, 0), f64x2.extract_lane(m, 1));
}

/** A curvature below this is taken for it. */
export const LEAST_CURVATURE: f64 = 1e-12;

/**
 * The row k that gains most with row i: of those with gap = top - left[k] - low[k] > 0, the one of the greatest
 * gap^2 / (own + diagonal[k] - 2 kernel[k]). -1 where there is none.
 */
export function bestPartner(
  width: i32, left: StaticArray<f64>, low: StaticArray<f64>, top: f64, own: f64, diagonal: StaticArray<f64>, kernel: usize,
): i32 {
  assert(left.length >= width && low.length >= width && diagonal.length >= width);
  const two = f64x2.splat(2);
  const tops = f64x2.splat(top);
  const owns = f64x2.splat(own);
  const least = f64x2.splat(LEAST_CURVATURE);
  const zero = f64x2.splat(0);
  let best = zero;
  let where = i64x2.splat(-1);
  let number = i64x2(0, 1);
  for (let k = 0; k < width; k += 2) {
    const at = <usize>k << 3;
    const shifted = f64x2.add(v128.load(changetype<usize>(left) + at), v128.load(changetype<usize>(low) + at));
    const gap = f64x2.pmax(f64x2.sub(tops, shifted), zero);
    const values = f64x2.promote_low_f32x4(v128.load64_zero(kernel + (<usize>k << 2)));
    const sum = f64x2.add(owns, v128.load(changetype<usize>(diagonal) + at));
    const curvature = f64x2.pmax(least, f64x2.sub(sum, f64x2.mul(two, values)));
    const gain = f64x2.div(f64x2.mul(gap, gap), curvature);
    const better = f64x2.gt(gain, best);
    best = v128.bitselect(gain, best, better);
    where = v128.bitselect(number, where, better);
    number = i64x2.add(number, i64x2.splat(2));
  }
  const gain0 = f64x2.extract_lane(best, 0);
  const gain1 = f64x2.extract_lane(best, 1);
  const where0 = <i32>i64x2.extract_lane(where, 0);
  const where1 = <i32>i64x2.extract_lane(where, 1);
  if (gain0 == gain1) return where0 < 0 || where1 < 0 ? max(where0, where1) : min(where0, where1);
  return gain0 > gain1 ? where0 : where1;
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
