import { addLeaf, at, childKey, isTerminal, Node, push, sumRows, threshold } from "../node";
import { isRight, sendByLevel, sendByRank, sendByValue } from "../send";
import { groupOf, Subset } from "./state";

/** Carries out the split found last and pushes the children that are to be split further. Returns the nodes waiting. */
export function split(grower: Subset, node: Node, waiting: i32): i32 {
  const left = grower.left;
  const right = grower.right;
  const depth = node.depth + 1;
  const middle = partition(grower, node);
  const border = route(grower, node);
  const leftOpen = border > node.routedBegin && !isTerminal(left, depth, grower.settings);
  const rightOpen = border < node.routedEnd && !isTerminal(right, depth, grower.settings);
  if (!leftOpen) addLeaf(grower.bag, grower.sample, node.routedBegin, border, left.sum, left.weight);
  if (!rightOpen) addLeaf(grower.bag, grower.sample, border, node.routedEnd, right.sum, right.weight);
  // The parent's place on the stack is free now; keep what the children need of it.
  const begin = node.begin;
  const end = node.end;
  const routedBegin = node.routedBegin;
  const routedEnd = node.routedEnd;
  const leftKey = childKey(node, 0);
  const rightKey = childKey(node, 1);
  if (rightOpen) push(at(grower.stack, waiting++), middle, end, border, routedEnd, right, rightKey, depth, 0);
  if (leftOpen) push(at(grower.stack, waiting++), begin, middle, routedBegin, border, left, leftKey, depth, 0);
  return waiting;
}

/** Moves the rows that go left to the front of the node's slice, each side in its old order; sums up both sides. */
function partition(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const column = grower.column;
  let middle: i32;
  if (column >= design.features) {
    const group = groupOf(design, column);
    const level = column - design.groupStart[group];
    middle = sendByLevel(grower.rows, node.begin, node.end, grower.spare, grower.codes, group * grower.capacity, level);
  } else if (grower.settings.randomCuts) {
    middle = sendByCut(grower, node, column * design.rows);
  } else {
    const offset = design.classOf[column] * grower.capacity;
    middle = sendByRank(grower.rows, node.begin, node.end, grower.spare, grower.ranks, offset, grower.cutRank, grower.topRank);
  }
  sumRows(grower.left, grower.bag, grower.rows, node.begin, middle);
  sumRows(grower.right, grower.bag, grower.rows, middle, node.end);
  return middle;
}

/** As `sendByValue`, for local rows: a random cut may fall between values that share a rank. */
function sendByCut(grower: Subset, node: Node, offset: i32): i32 {
  const list = grower.rows;
  const spare = grower.spare;
  const row = grower.bag.row;
  const values = grower.design.values;
  let left = node.begin;
  let right = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = list[i];
    const goesRight = isRight(values[offset + row[id]], grower.keptValue, grower.missingRight);
    list[left] = id;
    spare[right] = id;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) list[left + i] = spare[i];
  return left;
}

/** Sends the routed rows to both sides of the split found last; returns the border. */
export function route(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const column = grower.column;
  if (column >= design.features) {
    const group = groupOf(design, column);
    const level = column - design.groupStart[group];
    return sendByLevel(
      grower.bag.routed, node.routedBegin, node.routedEnd, grower.routeSpare, design.codes, group * design.rows, level,
    );
  }
  const offset = column * design.rows;
  const cut = grower.settings.randomCuts
    ? grower.keptValue
    : threshold(design.values[offset + grower.rowBelow], design.values[offset + grower.rowAbove]);
  return sendByValue(
    grower.bag.routed, node.routedBegin, node.routedEnd, grower.routeSpare, design.values, offset, cut, grower.missingRight,
  );
}
