/** A small panel as text, the same whenever it is made: `firm, year, y, d, x1, x2, size, one, region, 地区`. */
export function panelCsv(units = 30, periods = 6): string {
  const random = uniforms(20);
  const header = ["firm", "year", "y", "d", "x1", "x2", "size", "one", "region", "地区", "none"];
  const rows = Array.from({ length: units }, (_, unit) => {
    const effect = random();
    return Array.from({ length: periods }, (_, period) => {
      const [x1, x2] = [random(), random()];
      const d = x1 + effect + random();
      const y = 0.5 * d + x1 * x2 + effect + period / 10 + random();
      const cells = [unit + 1, 2000 + period, ...[y, d, x1, x2].map((value) => value.toFixed(6)), unit % 7, 1, unit % 2 === 0 ? "north" : "south", unit % 3 === 0 ? "东" : "西", ""];
      return cells.join(",");
    });
  });
  return `${[header.join(","), ...rows.flat()].join("\n")}\n`;
}

/** Numbers in [0, 1) that look random enough (Park and Miller 1988). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
