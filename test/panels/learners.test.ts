import { describe, expect, it } from "vitest";
import { panelOf, runOn } from "../helpers/study.js";
import { EFFECT_SETS, LEARNERS, unbalanced } from "./world.js";

const data = { file: "test.csv", unit: "unit", time: "year" };
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2", "e"], weights: "weight", folds: { k: 3 }, errors: { cluster: ["unit"] } };

/** In standard errors. Demeaning rounds; svm stops where its conditions hold to 1e-3, on targets that rounding has moved. */
const ROUNDING = 1e-9;
const TOLERANCES: Readonly<Record<string, number>> = { svm: 0.01 };

describe.each(Object.entries(LEARNERS))("encode: effects, %s", (name, learner) => {
  it.each(EFFECT_SETS)("$name: what is removed from the outcome does not move the estimate", async ({ options, idle }) => {
    const columns = unbalanced();
    const added = idle(columns);
    const panel = panelOf({ ...columns, moved: columns["y"]!.map((y, i) => y + added[i]!) });
    const [row, moved] = await runOn(panel, { data, base: { ...base, ...options, learner }, tables: [{ id: "t", columns: [{}, { outcome: "moved" }] }] });
    expect(row!.error).toBeNull();
    expect(row!.dropped).toMatchObject({ singletons: 2 });
    const { coef, se, ci } = row!.estimate!;
    expect([coef, se, ...ci].every(Number.isFinite)).toBe(true);
    expect(Math.abs(moved!.estimate!.coef - coef)).toBeLessThan((TOLERANCES[name] ?? ROUNDING) * se);
  });
});
