import { below, bits } from "../../core/random";
import { rowBits } from "../design";
import { gainMissing, scanMissing } from "../missing";
import { Node } from "../node";
import { findLevels, locate, locateClose, runEnd, SAME, scanGroups, scanRuns, scanTwo, scanTwoClose, scanTwoUntied } from "../scan";
import { Presort, slice } from "./state";

/** From so many rows on, a group's levels are summed run by run. */
const LONG: i32 = 64;

/** Finds the node's best split; false if no column can be cut. */
export function choose<T>(grower: Presort, node: Node): bool {
  const design = grower.design;
  const classes = design.classes;
  const columns = classes + design.groups;
  const gains = grower.gains;
  const n = node.end - node.begin;
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  const mean = node.sum / node.weight;
  const order = grower.scanOrder;
  let k = 0;
  for (; k < grower.openClasses; k += 2) {
    const a = order[k];
    // The odd one out is scanned beside itself.
    const b = order[k + 1 < grower.openClasses ? k + 1 : k];
    const atA = slice<T>(grower, node, a);
    const atB = slice<T>(grower, node, b);
    const best = k + 1 < grower.untiedClasses
      ? scanTwoUntied<T>(atA, atB, n, pairs, mean, node.weight, minLeaf)
      : scanTwo<T>(atA, atB, n, pairs, mean, node.weight, minLeaf);
    gains[a] = f64x2.extract_lane(best, 0);
    gains[b] = f64x2.extract_lane(best, 1);
  }
  for (k = grower.openClasses; k < grower.fullClasses; k += 2) {
    const a = order[k];
    const b = order[k + 1 < grower.fullClasses ? k + 1 : k];
    const best = scanTwoClose<T>(
      slice<T>(grower, node, a), slice<T>(grower, node, b), design.ladders[a], design.ladders[b], n, pairs, mean, node.weight, minLeaf,
    );
    gains[a] = f64x2.extract_lane(best, 0);
    gains[b] = f64x2.extract_lane(best, 1);
  }
  for (k = grower.fullClasses; k < classes; k++) gains[order[k]] = missingGain<T>(grower, node, order[k], mean);
  if (n < LONG) {
    for (let c = classes; c < columns; c += 2) {
      const b = c + 1 < columns ? c + 1 : c;
      const best = scanGroups<T>(slice<T>(grower, node, c), slice<T>(grower, node, b), n, pairs, mean, node.weight, minLeaf);
      v128.store(changetype<usize>(gains) + (<usize>c << 3), best);
      grower.secondGain[c - classes] = Infinity;
      grower.secondGain[b - classes] = Infinity;
    }
  } else {
    for (let c = classes; c < columns; c++) {
      const found = grower.bestLevel;
      scanRuns<T>(slice<T>(grower, node, c), n, pairs, mean, node.weight, minLeaf, found);
      gains[c] = found.gain;
      grower.secondGain[c - classes] = found.second;
      grower.firstLevel[c - classes] = found.start;
    }
  }
  let best: f64 = -1;
  for (let c = 0; c < columns; c++) best = max(best, gains[c]);
  if (best < 0) return false;
  pick<T>(grower, node, mean, best * SAME);
  return true;
}

/** Best gain of a class that has missing values. */
function missingGain<T>(grower: Presort, node: Node, c: i32, mean: f64): f64 {
  const design = grower.design;
  if (design.close[c]) {
    findPart<T>(grower, node, c, mean);
    return grower.found.gain;
  }
  return gainMissing<T>(
    slice<T>(grower, node, c), node.end - node.begin, grower.bag.pairs, mean, node.weight, grower.settings.minLeaf,
    design.values, design.members[design.memberStart[c]] * design.rows, grower.bag.row,
  );
}

/** The best split of a class with missing values, into `found`. */
function findPart<T>(grower: Presort, node: Node, c: i32, mean: f64): void {
  const design = grower.design;
  scanMissing<T>(
    slice<T>(grower, node, c), node.end - node.begin, grower.bag.pairs, mean, node.weight, grower.settings.minLeaf,
    design.values, design.members[design.memberStart[c]] * design.rows, grower.bag.row, grower.found,
  );
}

/** Chooses uniformly among all columns whose gain is at least `enough`. */
function pick<T>(grower: Presort, node: Node, mean: f64, enough: f64): void {
  const design = grower.design;
  const gains = grower.gains;
  const ties = grower.ties;
  let tied = 0;
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    ties[c] = gains[c] >= enough ? multiplicity<T>(grower, node, c, mean, enough) : 0;
    tied += ties[c];
  }
  let ticket = <i32>below(<u32>bits(node.key, 0), tied);
  let c = 0;
  for (; ticket >= ties[c]; c++) ticket -= ties[c];
  place<T>(grower, node, c, ticket, mean, enough);
}

/** How many columns a class or group brings into a tie. */
function multiplicity<T>(grower: Presort, node: Node, c: i32, mean: f64, enough: f64): i32 {
  const design = grower.design;
  if (c < design.classes) return design.memberStart[c + 1] - design.memberStart[c];
  if (grower.secondGain[c - design.classes] < enough) return 1;
  const found = findLevels<T>(
    slice<T>(grower, node, c), node.end - node.begin, grower.bag.pairs, mean, node.weight, grower.settings.minLeaf, enough, 0,
  );
  grower.firstLevel[c - design.classes] = <u32>found;
  return <i32>(found >> 32);
}

/** Fixes the split: where column c is cut, and which member or level it is. */
export function place<T>(grower: Presort, node: Node, c: i32, ticket: i32, mean: f64, enough: f64): void {
  const design = grower.design;
  const entries = slice<T>(grower, node, c);
  const n = node.end - node.begin;
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  grower.column = c;
  grower.cutEnd = n;
  grower.missingRight = 0;
  if (c >= design.classes) {
    const start = ticket == 0
      ? <i32>grower.firstLevel[c - design.classes]
      : <i32>findLevels<T>(entries, n, pairs, mean, node.weight, minLeaf, enough, ticket);
    grower.cut = start;
    grower.cutEnd = runEnd<T>(entries, n, start);
    grower.member = <i32>(load<T>(entries + <usize>start * sizeof<T>()) >> rowBits<T>());
    return;
  }
  grower.member = design.members[design.memberStart[c] + ticket];
  if (design.missing[c]) {
    findPart<T>(grower, node, c, mean);
    grower.cut = grower.found.begin;
    grower.cutEnd = grower.found.end;
    grower.missingRight = grower.found.missingRight;
    return;
  }
  const last = design.close[c]
    ? locateClose<T>(entries, design.ladders[c], n, pairs, mean, node.weight, minLeaf, grower.gains[c])
    : locate<T>(entries, n, pairs, mean, node.weight, minLeaf, grower.gains[c]);
  grower.cut = last + 1;
}
