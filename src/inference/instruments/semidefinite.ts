import { inner, type Matrix, quadratic } from "../../fit/matrix.js";
import type { ConfidenceSet } from "./confidenceSet.js";
import { cholesky, choleskySolve } from "../matrices/cholesky.js";

/** A point of the projective line, t = s / c; c = 0 is infinity. */
interface Direction {
  readonly c: number;
  readonly s: number;
}

/** Coefficients of c^2, c s and s^2. */
export interface QuadraticForm<T> {
  readonly cc: T;
  readonly cs: T;
  readonly ss: T;
}

/** Moments m(t) = m0 - t m1 and q S(t), S their covariance: both homogeneous in (c, s). */
export interface MomentCurve {
  readonly m0: readonly number[];
  readonly m1: readonly number[];
  readonly qS: QuadraticForm<Matrix>;
}

interface Piece {
  readonly from: Direction;
  readonly to: Direction;
  readonly verdict: "inside" | "outside" | "unsure";
}

/** Sides of the charts c = 1 and s = 1 are halved so often at most; 2^-52 is the last bit. */
const DEPTH = 52;
/** From here on a piece whose middle is a boundary but for rounding is left alone. */
const SMALL = 20;
const ROUNDING = 1e-13;

/**
 * {t: m(t)' S(t)^-1 m(t) <= q}, all of it: no interval is missed in which the left side is below q by more than 1e-12 of it.
 *
 * The condition says that H = q S - m m' is semidefinite. On a stretch between two directions H is a quadratic with the
 * Bernstein coefficients H(from, from), H(from, to), H(to, to): the stretch is inside where all three are definite, and
 * outside where one vector makes all three negative. What is neither is halved. The line is taken as a circle: from
 * -infinity to -1 and from 1 to infinity in 1 / t. At the limits the left side is q to about 1e-13. Cost: some hundreds of Cholesky factors, O(Q^3) each.
 */
export function semidefiniteSet(curve: MomentCurve): ConfidenceSet {
  const h = difference(curve);
  const chart: readonly (readonly [Direction, Direction])[] = [
    [{ c: 0, s: -1 }, { c: 1, s: -1 }],
    [{ c: 1, s: -1 }, { c: 1, s: 1 }],
    [{ c: 1, s: 1 }, { c: 0, s: 1 }],
  ];
  return insideOf(chart.flatMap(([from, to]) => piecesOf(curve, h, { from, to, verdict: "unsure" }, 0)));
}

/** Runs of pieces inside; where an unsure piece parts inside from outside, its middle is the boundary. */
function insideOf(pieces: readonly Piece[]): ConfidenceSet {
  const sure = pieces.filter(({ verdict }) => verdict !== "unsure");
  const set: [number, number][] = [];
  sure.forEach((piece, i) => {
    if (piece.verdict === "outside") return;
    const [before, after] = [sure[i - 1], sure[i + 1]];
    const open = set.at(-1);
    const high = after === undefined ? Infinity : between(piece.to, after.from);
    if (before?.verdict === "inside" && open !== undefined) open[1] = high;
    else set.push([before === undefined ? -Infinity : between(before.to, piece.from), high]);
  });
  return set;
}

function between(a: Direction, b: Direction): number {
  const { c, s } = middleOf(a, b);
  return s / c;
}

function piecesOf(curve: MomentCurve, h: QuadraticForm<Matrix>, piece: Piece, depth: number): readonly Piece[] {
  const verdict = verdictOn(curve, h, piece, depth);
  if (verdict !== "split") return [{ ...piece, verdict }];
  const middle = middleOf(piece.from, piece.to);
  return [
    ...piecesOf(curve, h, { ...piece, to: middle }, depth + 1),
    ...piecesOf(curve, h, { ...piece, from: middle }, depth + 1),
  ];
}

function verdictOn({ m0, m1, qS }: MomentCurve, h: QuadraticForm<Matrix>, { from, to }: Piece, depth: number): Piece["verdict"] | "split" {
  const bernstein = [polar(h, from, from), polar(h, from, to), polar(h, to, to)];
  if (bernstein.every((matrix) => cholesky(matrix) !== null)) return "inside";
  const middle = middleOf(from, to);
  const l = cholesky(polar(qS, middle, middle));
  if (l === null) return depth < DEPTH ? "split" : "unsure";
  const m = m0.map((value, q) => middle.c * value - middle.s * (m1[q] ?? NaN));
  const x = choleskySolve(l, m);
  if (bernstein.every((matrix) => quadratic(x, matrix, x) < 0)) return "outside";
  const isBoundary = depth >= SMALL && Math.abs(1 - inner(x, m)) < ROUNDING;
  return isBoundary || depth >= DEPTH ? "unsure" : "split";
}

function middleOf(a: Direction, b: Direction): Direction {
  return { c: (a.c + b.c) / 2, s: (a.s + b.s) / 2 };
}

/** q S - m m'. */
function difference({ m0, m1, qS }: MomentCurve): QuadraticForm<Matrix> {
  const less = (matrix: Matrix, product: (p: number, q: number) => number): Matrix =>
    matrix.map((row, p) => row.map((value, q) => value - product(p, q)));
  const [a, b] = [(p: number) => m0[p] ?? NaN, (p: number) => m1[p] ?? NaN];
  return {
    cc: less(qS.cc, (p, q) => a(p) * a(q)),
    cs: less(qS.cs, (p, q) => -a(p) * b(q) - b(p) * a(q)),
    ss: less(qS.ss, (p, q) => b(p) * b(q)),
  };
}

/** The symmetric bilinear form of two directions. */
function polar({ cc, cs, ss }: QuadraticForm<Matrix>, a: Direction, b: Direction): Matrix {
  const [x, y, z] = [a.c * b.c, (a.c * b.s + a.s * b.c) / 2, a.s * b.s];
  return cc.map((row, p) => row.map((value, q) => x * value + y * (cs[p]?.[q] ?? NaN) + z * (ss[p]?.[q] ?? NaN)));
}
