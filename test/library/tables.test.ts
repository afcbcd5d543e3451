import { type Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { createEngine, crossFit, estimatesTable, type NumberColumn, panelOf, panelOfTable, prepareStudy, readPanel, runStudy, studyOf, tableOfPanel, writePanel } from "../../src/index.js";

const values = Float64Array.of(1.5, -2, 3, 1e300);
const panel = panelOf({ x: values, holes: [1, null, NaN, 4], city: ["b", "a", "", "b"], when: [new Date("2020-01-02"), null, new Date("2021-05-01"), null] }, "memory");
const numbersOf = (of: typeof panel, name: string): Float64Array => (of.columns.get(name) as NumberColumn).values;
/** Where the numbers of a table's column stand. */
const storeOf = (table: Table, name: string): Float64Array => table.getChild(name)?.data[0]?.values as Float64Array;

describe("Arrow tables", () => {
  it("of a panel hold its numbers, not copies of them", async () => {
    expect(numbersOf(panel, "x")).toBe(values);
    const table = await tableOfPanel(panel);
    expect(storeOf(table, "x").buffer).toBe(values.buffer);
    expect(table.getChild("holes")?.toJSON()).toEqual([1, null, null, 4]);
    expect(table.getChild("city")?.toJSON()).toEqual(["b", "a", null, "b"]);
  });

  it("become the panel that they came from, without a copy where nothing is missing", async () => {
    const table = await tableOfPanel(panel);
    const again = await panelOfTable(table, "memory");
    expect(again).toEqual(panel);
    expect(numbersOf(again, "x").buffer).toBe(values.buffer);
    expect(numbersOf(again, "holes").buffer).not.toBe(storeOf(table, "holes").buffer);
  });

  it("that are cut or in several batches are read in their order", async () => {
    const table = tableFromArrays({ x: Float64Array.from({ length: 10 }, (_, i) => i) });
    expect([...numbersOf(await panelOfTable(table.slice(3, 7)), "x")]).toEqual([3, 4, 5, 6]);
    expect([...numbersOf(await panelOfTable(table.slice(0, 2).concat(table.slice(8))), "x")]).toEqual([0, 1, 8, 9]);
  });

  it("in bytes are read where they stand, and rightly where they do not stand on eight bytes", async () => {
    const bytes = tableToIPC(tableFromArrays({ x: values }), "file").slice();
    const read = await readPanel(bytes, "x.arrow");
    expect(numbersOf(read, "x").buffer).toBe(bytes.buffer);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(numbersOf(await readPanel(moved.subarray(3), "x.arrow"), "x")).toEqual(values);
    expect(numbersOf(await readPanel(await writePanel(panel, "arrow"), "x.arrow"), "holes")).toEqual(numbersOf(panel, "holes"));
  });

  it("of estimates have a row for each, failed ones too", async () => {
    const engine = await createEngine();
    const y = Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 11);
    const data = panelOf({ y, d: y.map((value, i) => value + (i % 3)), x: y.map((_, i) => i % 5) });
    const study = studyOf({ data: { file: "memory" }, base: { outcome: "y", treatment: "d", controls: ["x"], learner: "ols" }, tables: [{ id: "t", columns: [{}, { where: "x > 9" }] }] });
    const seen: string[] = [];
    const { result } = await runStudy(prepareStudy(study, data, engine.kernels), engine, { onRow: ({ specification }) => seen.push(specification.id) });
    expect(seen).toEqual(["t.1", "t.2"]);
    const table = await estimatesTable(result);
    expect(table.getChild("coef")?.get(0)).toBe(result.rows[0]?.estimate?.coef);
    expect(table.getChild("error")?.toJSON()).toEqual([null, expect.stringContaining("no-rows") as string]);
    await expect(crossFit(data, { outcome: "y", treatment: "d", controls: ["x"], learner: "ols" }, engine).then(({ estimate }) => estimate.coef)).resolves.toBe(table.getChild("coef")?.get(0));
  });
});
