import { filter } from "../design";
import { addLeaf, at, Node, startRoot } from "../node";
import { chooseAll } from "./all";
import { choose, chooseSmall } from "./draw";
import { settlePair } from "./pair";
import { fillCells } from "./random";
import { split } from "./split";
import { SMALL, Subset } from "./state";

/** Grows the tree of the bag drawn last and adds its predictions. `key` is the root's random key. */
export function growSubset<T>(grower: Subset, key: u64): void {
  fillRoot<T>(grower);
  // Whether a random cut beside a missing value parts two rows is a matter of chance.
  const pairsSettle = !(grower.settings.randomCuts && grower.design.anyMissing);
  let waiting = startRoot(grower.stack, grower.bag, grower.sample, grower.settings, grower.left, key);
  while (waiting > 0) {
    waiting--;
    const node = at(grower.stack, waiting);
    const n = node.end - node.begin;
    if (n == 2 && pairsSettle) settlePair(grower, node);
    else if (findSplit<T>(grower, node)) waiting = split(grower, node, waiting);
    else addLeaf(grower.bag, grower.sample, node.routedBegin, node.routedEnd, node.sum, node.weight);
  }
}

/** Finds the node's split among the columns it looks at; false if there is none. */
function findSplit<T>(grower: Subset, node: Node): bool {
  if (grower.looksAtAll) return chooseAll(grower, node);
  return node.end - node.begin <= SMALL ? chooseSmall<T>(grower, node) : choose<T>(grower, node);
}

/** Ranks and levels of the bag's rows under their local numbers. */
function fillRoot<T>(grower: Subset): void {
  const design = grower.design;
  const bag = grower.bag;
  for (let c = 0; c < design.classes; c++) {
    for (let i = 0; i < bag.size; i++) grower.ranks[c * grower.capacity + i] = design.ranks[c * design.rows + bag.row[i]];
    filter<T>(
      design.order + <usize>(c * design.rows) * sizeof<T>(), design.rows, bag.local,
      grower.sorted + <usize>(c * grower.capacity) * sizeof<T>(),
    );
  }
  for (let g = 0; g < design.groups; g++) {
    for (let i = 0; i < bag.size; i++) grower.codes[g * grower.capacity + i] = design.codes[g * design.rows + bag.row[i]];
  }
  for (let i = 0; i < bag.size; i++) grower.rows[i] = i;
  if (grower.settings.randomCuts) fillCells(grower);
}
