import { Grower, nodeAt } from "./state";

/**
 * Nodes that may be split, the greatest gain on top: a binary heap that moves as Python's heapq does, so that of equal
 * gains the same node comes first as in scikit-learn.
 */

/** Adds a node. */
export function push(grower: Grower, id: i32): void {
  grower.heap[grower.heapSize] = id;
  rise(grower, 0, grower.heapSize++);
}

/** Takes the node of the greatest gain. The heap is not empty. */
export function pop(grower: Grower): i32 {
  const heap = grower.heap;
  const last = heap[--grower.heapSize];
  if (grower.heapSize == 0) return last;
  const top = heap[0];
  heap[0] = last;
  sink(grower);
  return top;
}

/** Moves the node at `place` up to where its parent is at least as good, not above `root`. */
function rise(grower: Grower, root: i32, place: i32): void {
  const heap = grower.heap;
  const id = heap[place];
  const gain = nodeAt(grower, id).gain;
  while (place > root) {
    const above = (place - 1) >> 1;
    if (!(gain > nodeAt(grower, heap[above]).gain)) break;
    heap[place] = heap[above];
    place = above;
  }
  heap[place] = id;
}

/** Moves the top down along the better children to the bottom, then up to its place. */
function sink(grower: Grower): void {
  const heap = grower.heap;
  const size = grower.heapSize;
  const id = heap[0];
  let place = 0;
  for (let child = 1; child < size; child = 2 * place + 1) {
    const right = child + 1;
    if (right < size && !(nodeAt(grower, heap[child]).gain > nodeAt(grower, heap[right]).gain)) child = right;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = id;
  rise(grower, 0, place);
}
