/** The numbers of a network: single precision is twice as fast as double, and its rounding nothing beside the noise of batches. */
export type real = f32;

/** Numbers in a vector, and in a tile's row: widths of layers are padded to it. */
export const TILE: i32 = 32 / sizeof<real>();

/** Where element i stands. */
@inline
function at(x: StaticArray<real>, i: i32): usize {
  return changetype<usize>(x) + <usize>i * sizeof<real>();
}

/**
 * C += A B: `rows` by `width` and `depth` inner. Element (i, k) of A is a[i * aRow + k * aDepth], so that A may be
 * transposed; B and C are row by row, `width` a multiple of TILE. Every element is one sum over k in order, whatever
 * the tiles. Four rows by two vectors at a time: rows * width * depth multiplications, 0.1 ns each.
 */
export function product(
  rows: i32, width: i32, depth: i32, a: StaticArray<real>, aFrom: i32, aRow: i32, aDepth: i32,
  b: StaticArray<real>, bFrom: i32, c: StaticArray<real>, cFrom: i32,
): void {
  if (rows == 0 || depth == 0) return;
  assert(aFrom + (rows - 1) * aRow + (depth - 1) * aDepth < a.length);
  assert(bFrom + depth * width <= b.length && cFrom + rows * width <= c.length);
  const last = rows - 1;
  for (let j = 0; j < width; j += TILE) {
    for (let i = 0; i < rows; i += 4) {
      const i1 = min(i + 1, last); // rows beyond the last repeat it
      const i2 = min(i + 2, last);
      const i3 = min(i + 3, last);
      tile(
        depth, at(a, aFrom + i * aRow), at(a, aFrom + i1 * aRow), at(a, aFrom + i2 * aRow), at(a, aFrom + i3 * aRow),
        <usize>aDepth * sizeof<real>(), at(b, bFrom + j), <usize>width * sizeof<real>(),
        at(c, cFrom + i * width + j), at(c, cFrom + i1 * width + j), at(c, cFrom + i2 * width + j), at(c, cFrom + i3 * width + j),
      );
    }
  }
}

function tile(
  depth: i32, a0: usize, a1: usize, a2: usize, a3: usize, aStep: usize, b: usize, bStep: usize,
  c0: usize, c1: usize, c2: usize, c3: usize,
): void {
  let s00 = v128.load(c0), s01 = v128.load(c0, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  for (let k = depth; k > 0; k--) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    const w0 = v128.splat<real>(load<real>(a0));
    s00 = v128.add<real>(s00, v128.mul<real>(w0, u));
    s01 = v128.add<real>(s01, v128.mul<real>(w0, v));
    const w1 = v128.splat<real>(load<real>(a1));
    s10 = v128.add<real>(s10, v128.mul<real>(w1, u));
    s11 = v128.add<real>(s11, v128.mul<real>(w1, v));
    const w2 = v128.splat<real>(load<real>(a2));
    s20 = v128.add<real>(s20, v128.mul<real>(w2, u));
    s21 = v128.add<real>(s21, v128.mul<real>(w2, v));
    const w3 = v128.splat<real>(load<real>(a3));
    s30 = v128.add<real>(s30, v128.mul<real>(w3, u));
    s31 = v128.add<real>(s31, v128.mul<real>(w3, v));
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += bStep;
  }
  v128.store(c0, s00);
  v128.store(c0, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** y[i] += factor * x[i] over n numbers, n a multiple of TILE. */
export function addTimes(n: i32, factor: real, x: StaticArray<real>, xFrom: i32, y: StaticArray<real>, yFrom: i32): void {
  assert(xFrom + n <= x.length && yFrom + n <= y.length);
  const f = v128.splat<real>(factor);
  let a = at(x, xFrom);
  let b = at(y, yFrom);
  for (let i = n; i > 0; i -= TILE) {
    v128.store(b, v128.add<real>(v128.load(b), v128.mul<real>(f, v128.load(a))));
    v128.store(b, v128.add<real>(v128.load(b, 16), v128.mul<real>(f, v128.load(a, 16))), 16);
    a += 32;
    b += 32;
  }
}

/** Sum of x[i] y[i] over n numbers, n a multiple of TILE. */
export function inner(n: i32, x: StaticArray<real>, xFrom: i32, y: StaticArray<real>, yFrom: i32): f64 {
  assert(xFrom + n <= x.length && yFrom + n <= y.length);
  let s0 = v128.splat<real>(0);
  let s1 = v128.splat<real>(0);
  let a = at(x, xFrom);
  let b = at(y, yFrom);
  for (let i = n; i > 0; i -= TILE) {
    s0 = v128.add<real>(s0, v128.mul<real>(v128.load(a), v128.load(b)));
    s1 = v128.add<real>(s1, v128.mul<real>(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  const s = v128.add<real>(s0, s1);
  let sum: f64 = v128.extract_lane<real>(s, 0) + v128.extract_lane<real>(s, 1);
  if (sizeof<real>() == 4) sum += v128.extract_lane<real>(s, 2) + v128.extract_lane<real>(s, 3);
  return sum;
}
