import { expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import type { GroupEffects } from "../../../src/inference/heterogeneity/groups.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normalsOf } from "../../helpers/normals.js";
import { panelOf, runOn } from "../../helpers/study.js";

const special = createSpecial((await createEngine()).kernels);
const normals = normalsOf(special);

/** Units of five periods, dealt to groups in turn. */
async function groupsOf(units: number, groups: number, choice: object, periods = 5): Promise<GroupEffects> {
  const n = units * periods;
  const id = Float64Array.from({ length: n }, (_, i) => Math.floor(i / periods));
  const [x, v, u] = [1, 2, 3].map((seed) => normals(seed, n)) as [Float64Array, Float64Array, Float64Array];
  const d = v.map((value, i) => value + 0.5 * (x[i] ?? NaN));
  const panel = panelOf({ id, t: id.map((_, i) => i % periods), zone: id.map((unit) => unit % groups), x, d, y: d.map((value, i) => value + (x[i] ?? NaN) + (u[i] ?? NaN)) });
  const base = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["id", "t"], learner: "ols", twicing: false, groups: "zone" };
  const [row] = await runOn(panel, { data: { file: "test.csv", unit: "id", time: "t" }, base, tables: [{ id: "t", columns: [choice] }] });
  return row?.estimate?.heterogeneity?.groups as GroupEffects;
}

it("a group's interval has the degrees of freedom of its own clusters: with cr2 Satterthwaite's, else clusters less one", async () => {
  const few = await groupsOf(30, 5, {});
  for (const { effect } of few.groups) {
    const { coef = NaN, se = NaN, ci = [NaN, NaN], freedom } = effect ?? {};
    expect(freedom).toBeGreaterThan(2);
    expect(freedom).toBeLessThan(6);
    expect((ci[1] - coef) / se).toBeCloseTo(special.studentQuantile(0.975, freedom ?? NaN), 10);
    expect(effect?.p).toBeCloseTo(2 * special.studentTail(Math.abs(coef / se), freedom ?? NaN), 12);
  }
  const plain = await groupsOf(30, 5, { errors: { cluster: ["id"], correction: true }, distribution: "t" });
  expect(plain.groups.map(({ effect }) => effect?.freedom)).toEqual([5, 5, 5, 5, 5]);
  const jackknife = await groupsOf(30, 5, { errors: { cluster: ["id"], correction: "cr3" } });
  expect(jackknife.groups.map(({ effect }) => effect?.freedom)).toEqual([5, 5, 5, 5, 5]);
  const byRow = await groupsOf(30, 5, { errors: "hc1", distribution: "t" });
  expect(byRow.groups.map(({ effect }) => effect?.freedom)).toEqual([29, 29, 29, 29, 29]);
});

it("groups of few clusters are warned of, though they have rows enough", async () => {
  const tiny = await groupsOf(25, 5, {});
  expect(tiny.warnings).toContainEqual("Fewer than 6 clusters in 0, 1, 2, 3, 4: the errors there are not to be trusted.");
  const normal = await groupsOf(125, 10, {}, 2);
  expect(normal.groups.map(({ effect }) => effect?.freedom)).toEqual(normal.groups.map(() => null));
  expect(normal.warnings.filter((text) => text.startsWith("Fewer than 20 clusters in 0, 1, 2"))).toHaveLength(1);
  expect((await groupsOf(100, 5, {}, 2)).warnings.filter((text) => text.startsWith("Fewer"))).toEqual([]);
});

it("under effects a group of all rows has the row's own effect and error, though the learner leaves noise in the treatment", async () => {
  const [units, periods] = [40, 6];
  const n = units * periods;
  const id = Float64Array.from({ length: n }, (_, i) => Math.floor(i / periods));
  const [x, v, u, z] = [4, 5, 6, 7].map((seed) => normals(seed, n)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const d = v.map((value, i) => value + z[i]! + Math.sin(2 * x[i]!));
  const panel = panelOf({ id, t: id.map((_, i) => i % periods), all: id.map(() => 1), x, z, d, y: d.map((value, i) => value + Math.sin(2 * x[i]!) + u[i]!) });
  const base = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["id", "t"], learner: "histboost", twicing: false, groups: "all", errors: { cluster: ["id"], correction: false }, distribution: "normal" };
  for (const choice of [{}, { model: "pliv", instrument: "z" }]) {
    const [row] = await runOn(panel, { data: { file: "test.csv", unit: "id", time: "t" }, base, tables: [{ id: "t", columns: [choice] }] });
    const { coef = NaN, se = NaN, heterogeneity } = row?.estimate ?? {};
    const [{ effect } = { effect: null }] = heterogeneity?.groups?.groups ?? [];
    expect(effect?.coef).toBeCloseTo(coef, 9);
    expect(effect?.se).toBeCloseTo(se, 9);
  }
});
