import type { Column, Panel } from "../../src/panel/panel.js";

/** A panel with every kind of column: what peers read in its files is in golden/written.json. */
export function writtenPanel(): Panel {
  const values = (...cells: (number | null)[]): Float64Array => Float64Array.from(cells, (cell) => cell ?? NaN);
  const long = "长".repeat(800);
  const columns: readonly Column[] = [
    { kind: "number", name: "id", values: values(1, 1, 2, 2, 3), label: "Person" },
    { kind: "number", name: "year", values: values(2009, 2010, 2009, 2010, 2010), date: "year" },
    { kind: "number", name: "zone", values: values(1, 1, 2, 2, null), label: "Zone 区", valueLabels: new Map([[1, "east 东"], [2, "west"]]) },
    { kind: "number", name: "small", values: values(-127, 100, null, 0, 1) },
    { kind: "number", name: "medium", values: values(-128, 32740, null, 0, 1) },
    { kind: "number", name: "large", values: values(-32768, 2147483620, null, 0, 1) },
    { kind: "number", name: "huge", values: values(2147483621, -1, null, 0, 1) },
    { kind: "number", name: "real", values: values(0.1, -1e300, null, 1e-300, 2 / 3) },
    { kind: "number", name: "day", values: values(17898, -1, null, 0, 23741), date: "day" },
    { kind: "number", name: "instant", values: values(1546387200123, 0, null, 1, 2), date: "millisecond" },
    { kind: "number", name: "month", values: values(588, 589, null, 0, -1), date: "month" },
    { kind: "number", name: "L.x", values: values(1.5, null, 2.5, null, 3.5) },
    { kind: "text", name: "city", codes: Int32Array.of(0, 1, -1, 0, 2), levels: ["北京", "a b", "x,\"y\""], firstText: 0 },
    { kind: "text", name: "note", codes: Int32Array.of(-1, 0, 1, 0, -1), levels: [long, "short"], firstText: 1, label: "Long text" },
  ];
  return { source: "written", rows: 5, columns: new Map(columns.map((column) => [column.name, column])) };
}
