import { Grower, Node } from "./state";

/**
 * As `sweep` in split.ts from the left, for features without missing values where every hessian is 1: the pair of a
 * cell is gradient and number of rows, both sides of a cut are computed side by side, with the same bits.
 */
export function sweepFast(grower: Grower, node: Node, column: i32, cell: i32, bins: i32): void {
  const total = f64x2.replace_lane(f64x2.splat(node.gradient), 1, node.hessian);
  const l2 = f64x2.splat(grower.l2);
  const tiny = f64x2.splat(1e-15);
  const base = node.gradient * node.value;
  const least = <f64>grower.minLeaf;
  const most = node.hessian - least;
  const first = node.histogram + (<usize>cell << 4);
  const end = first + (<usize>(bins - 1) << 4);
  let best = node.gain;
  let found: usize = 0;
  let bestLeft = total;
  let left = f64x2.splat(0);
  let at = first;
  for (; at < end; at += 16) {
    left = f64x2.add(left, v128.load(at));
    if (f64x2.extract_lane(left, 1) >= least) break;
  }
  while (at < end) {
    if (f64x2.extract_lane(left, 1) > most) break;
    const right = f64x2.sub(total, left);
    const gradients = v128.shuffle<f64>(left, right, 0, 2);
    const hessians = f64x2.add(f64x2.add(v128.shuffle<f64>(left, right, 1, 3), l2), tiny);
    const parts = f64x2.mul(gradients, f64x2.div(gradients, hessians));
    const gain = base + f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1);
    if (gain > best) {
      best = gain;
      found = at;
      bestLeft = left;
    }
    at += 16;
    left = f64x2.add(left, v128.load(at));
  }
  if (found == 0) return;
  node.gain = best;
  node.column = column;
  node.bin = <i32>((found - first) >> 4);
  node.missingLeft = false;
  node.leftGradient = f64x2.extract_lane(bestLeft, 0);
  node.leftHessian = f64x2.extract_lane(bestLeft, 1);
}
