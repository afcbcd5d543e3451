import { below, bits } from "../../core/random";
import { GAP, rowBits, rowMask } from "../design";
import { addLeaf, Node } from "../node";
import { route } from "./split";
import { Presort, slice } from "./state";

/** A node of two rows ends here: both children are leaves. */
export function settlePair<T>(grower: Presort, node: Node): void {
  const bag = grower.bag;
  if (!choosePair<T>(grower, node)) {
    addLeaf(bag, grower.sample, node.routedBegin, node.routedEnd, node.sum, node.weight);
    return;
  }
  const entries = slice<T>(grower, node, grower.column);
  const first = <i32>(load<T>(entries) & rowMask<T>());
  const second = <i32>(load<T>(entries + sizeof<T>()) & rowMask<T>());
  const right = grower.cut == 0 ? first : second;
  const left = grower.cut == 0 ? second : first;
  const border = route<T>(grower, node);
  addLeaf(bag, grower.sample, node.routedBegin, border, bag.pairs[2 * left], bag.pairs[2 * left + 1]);
  addLeaf(bag, grower.sample, border, node.routedEnd, bag.pairs[2 * right], bag.pairs[2 * right + 1]);
}

/**
 * Two rows: every column that separates them has the same gain, so one is drawn without a scan.
 * Of a group both levels' columns separate them.
 */
function choosePair<T>(grower: Presort, node: Node): bool {
  const design = grower.design;
  const classes = design.classes;
  const columns = classes + design.groups;
  const ties = grower.ties;
  let tied = 0;
  for (let c = 0; c < columns; c++) {
    const members = c < classes ? design.memberStart[c + 1] - design.memberStart[c] : 2;
    ties[c] = separates<T>(grower, node, c) ? members : 0;
    tied += ties[c];
  }
  if (tied == 0) return false;
  let ticket = <i32>below(<u32>bits(node.key, 0), tied);
  let c = 0;
  for (; ticket >= ties[c]; c++) ticket -= ties[c];
  grower.column = c;
  grower.cut = 1;
  grower.cutEnd = 2;
  if (c < classes) {
    grower.member = design.members[design.memberStart[c] + ticket];
    // The upper one may be missing; else both sides have as many rows.
    grower.missingRight = design.missing[c];
  } else {
    grower.cut = ticket;
    grower.cutEnd = ticket + 1;
    grower.member = <i32>(load<T>(slice<T>(grower, node, c) + <usize>ticket * sizeof<T>()) >> rowBits<T>());
  }
  return true;
}

/** Whether column c tells the two rows of a node apart. */
@inline
function separates<T>(grower: Presort, node: Node, c: i32): bool {
  const entries = slice<T>(grower, node, c);
  const first = load<T>(entries);
  const second = load<T>(entries + sizeof<T>());
  if ((first ^ second) <= rowMask<T>()) return false;
  const design = grower.design;
  if (c >= design.classes || !design.close[c]) return true;
  const offset = design.members[design.memberStart[c]] * design.rows;
  const row = grower.bag.row;
  const low = design.values[offset + row[<i32>(first & rowMask<T>())]];
  // Also where the second is missing.
  return !(design.values[offset + row[<i32>(second & rowMask<T>())]] <= low + GAP);
}
