/** What is still to be drawn: for each draw, design and size the cells that have no line yet, in the order of the draws. `only`: a pattern of "design size cell". */
export function pendingDraws(study, designs, lines, { draws, only }) {
  const done = new Set(lines.map(({ design, size, draw, cell }) => keyOf(design, size, draw, cell)));
  const pattern = new RegExp(only);
  const places = designs.flatMap((design) => design.sizes.map((size) => ({ design, size })));
  return Array.from({ length: draws }, (_, i) => i + 1).flatMap((draw) =>
    places.flatMap(({ design: { name, cells: all }, size }) => {
      const wanted = all.map((cell) => cell.name).filter((cell) => pattern.test(`${name} ${size} ${cell}`) && !done.has(keyOf(name, size, draw, cell)));
      return wanted.length === 0 ? [] : [{ study, design: name, size, draw, cells: wanted }];
    }),
  );
}

function keyOf(design, size, draw, cell) {
  return JSON.stringify([design, size, draw, cell]);
}
