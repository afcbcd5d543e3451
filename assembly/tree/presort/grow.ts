import { addLeaf, at, startRoot } from "../node";
import { choose } from "./choose";
import { settlePair } from "./pair";
import { prepareRoot } from "./root";
import { split } from "./split";
import { Presort } from "./state";

/** Grows the tree of the bag drawn last and adds its predictions. `key` is the root's random key. */
export function growPresort<T>(grower: Presort, key: u64): void {
  prepareRoot<T>(grower);
  growPrepared<T>(grower, key);
}

/** Grows a tree from the root prepared last. */
export function growPrepared<T>(grower: Presort, key: u64): void {
  let waiting = startRoot(grower.stack, grower.bag, grower.sample, grower.settings, grower.left, key);
  at(grower.stack, 0).buffer = grower.root;
  while (waiting > 0) {
    waiting--;
    const node = at(grower.stack, waiting);
    if (node.end - node.begin == 2) settlePair<T>(grower, node);
    else if (choose<T>(grower, node)) waiting = split<T>(grower, node, waiting);
    else addLeaf(grower.bag, grower.sample, node.routedBegin, node.routedEnd, node.sum, node.weight);
  }
}
