/** What is still to be drawn: for each draw, design and size the cells that have no such draw yet, in the order of the draws. `only`: a pattern of "design size cell". */
import { sumsOf } from "./record.mjs";

export function pendingDraws(study, designs, record, { draws, only }) {
  const pattern = new RegExp(only);
  const places = designs.flatMap((design) => design.sizes.map((size) => ({ design, size })));
  return Array.from({ length: draws }, (_, i) => i + 1).flatMap((draw) =>
    places.flatMap(({ design: { name, cells: all }, size }) => {
      const isWanted = (cell) => pattern.test(`${name} ${size} ${cell}`) && sumsOf(record, name, size, cell).draws < draw;
      const cells = all.map((cell) => cell.name).filter(isWanted);
      return cells.length === 0 ? [] : [{ study, design: name, size, draw, cells }];
    }),
  );
}
