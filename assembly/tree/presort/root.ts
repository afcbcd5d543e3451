import { filter, rowMask } from "../design";
import { Presort } from "./state";

/** Sorts the bag's rows by every column. */
export function prepareRoot<T>(grower: Presort): void {
  fillRoot<T>(grower);
  orderClasses<T>(grower);
}

/** Copies each column's order, reduced to the bag's rows, into the root's buffer. */
function fillRoot<T>(grower: Presort): void {
  const design = grower.design;
  const local = grower.bag.local;
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    filter<T>(
      design.order + <usize>(c * design.rows) * sizeof<T>(),
      design.rows,
      local,
      grower.buffers[grower.root] + <usize>(c * grower.capacity) * sizeof<T>(),
    );
  }
}

/** Puts the classes into the order in which they are scanned. */
function orderClasses<T>(grower: Presort): void {
  const design = grower.design;
  const order = grower.scanOrder;
  let next = 0;
  for (let c = 0; c < design.classes; c++) if (isUsual(grower, c) && !hasTies<T>(grower, c)) order[next++] = c;
  grower.untiedClasses = next;
  for (let c = 0; c < design.classes; c++) if (isUsual(grower, c) && hasTies<T>(grower, c)) order[next++] = c;
  grower.openClasses = next;
  for (let c = 0; c < design.classes; c++) if (design.close[c] && !design.missing[c]) order[next++] = c;
  grower.fullClasses = next;
  for (let c = 0; c < design.classes; c++) if (design.missing[c]) order[next++] = c;
}

/** Whether ranks alone say where class c can be cut. */
function isUsual(grower: Presort, c: i32): bool {
  return !grower.design.close[c] && !grower.design.missing[c];
}

/** Whether two rows of the bag have the same rank in class c. */
function hasTies<T>(grower: Presort, c: i32): bool {
  const entries = grower.buffers[grower.root] + <usize>(c * grower.capacity) * sizeof<T>();
  for (let i = 1; i < grower.bag.size; i++) {
    const before = load<T>(entries + <usize>(i - 1) * sizeof<T>());
    if ((before ^ load<T>(entries + <usize>i * sizeof<T>())) <= rowMask<T>()) return true;
  }
  return false;
}
