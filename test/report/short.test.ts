import { expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { flowTables } from "../../src/report/flow.js";
import { rowNotes } from "../../src/report/notes.js";
import type { StudyResult } from "../../src/report/results.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const normals = normalsOf(createSpecial(engine.kernels));

/** Units of six periods, the first `short` of them of three. */
async function resultOf(short: number, columns: readonly object[]): Promise<StudyResult> {
  const cells = Array.from({ length: 30 * 6 }, (_, i) => ({ id: Math.floor(i / 6), t: i % 6 })).filter(({ id, t }) => id >= short || t < 3);
  const [x, d, u] = [1, 2, 3].map((seed) => normals(seed, cells.length)) as [Float64Array, Float64Array, Float64Array];
  const panel = panelOf({ id: cells.map(({ id }) => id), t: cells.map(({ t }) => t), x, d, y: d.map((value, i) => value + (u[i] ?? NaN)) });
  const base = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["id", "t"], learner: "ols" };
  const study = { data: { file: "test.csv", unit: "id", time: "t" }, base, tables: [{ id: "t", columns }] };
  return (await runStudy(prepareStudy(readStudy(JSON.stringify(study), "study.json"), panel, engine.kernels), engine)).result;
}

it("units with too few periods for factors or trends are no singletons: notes and the table of rows say how many they need", async () => {
  const result = await resultOf(2, [{ factors: 2 }, { fixedEffects: ["id", "id#t", "t"] }]);
  const notes = rowNotes(result.rows, result);
  expect(notes).toContain("(1) Dropped: 6 rows where id has fewer than 4 periods, which its own coefficients (level, slopes, loadings on factors) fit exactly.");
  expect(notes.join()).not.toContain("singleton");
  expect(result.rows[1]?.estimate?.n).toBe(30 * 6 - 6);
  expect(flowTables(result)[0]?.rows).toContainEqual(["id with fewer than 4 rows", "-6", ""]);
  expect(result.rows[0]?.estimate?.warnings.join()).not.toContain("left out");
});

it("where they are more than a tenth of the rows, that is a warning; where they are all, the error names what they need", async () => {
  const { rows } = await resultOf(10, [{ factors: 2 }, { fixedEffects: ["id", "id#t", "t"], where: "t < 2" }]);
  expect(rows[0]?.estimate?.warnings.filter((text) => text.startsWith("30 of 150 rows are left out") && text.includes("`id` needs 4 rows"))).toHaveLength(1);
  expect(rows[1]?.error).toMatchObject({ code: "no-rows", message: expect.stringContaining("60 where `id` has fewer than the 3 rows that its own coefficients need.") as string });
});
