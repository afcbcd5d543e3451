import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { representerSupport } from "../../../src/inference/diagnostics/representer.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normals } from "../../helpers/random.js";
import { panelOf, runOn } from "../../helpers/study.js";

const special = createSpecial((await createEngine()).kernels);

describe("overlap of a continuous treatment", () => {
  it("by hand", () => {
    expect(representerSupport(Float64Array.of(1, -1, 1, -1), null, null)).toMatchObject({ effectiveRows: 4, largestShare: 0.25 });
    expect(representerSupport(Float64Array.of(2, 0, 0), 0, null)).toMatchObject({ effectiveRows: 1, largestShare: 1 });
    // A weight counts as that many rows of the same value.
    const { largestShare } = representerSupport(Float64Array.of(1, 1), null, Float64Array.of(1, 3));
    expect(largestShare).toBe(0.75);
  });

  const n = 400;
  const normal = normals(special, 4);
  const x = Float64Array.from({ length: n }, normal);
  const v = Float64Array.from({ length: n }, normal);
  const d = x.map((value, i) => value + v[i]!);
  const columns = { x, d, y: d.map((value, i) => value + x[i]! + normal()), wide: d.map((value) => Math.exp(3 * value)) };
  const run = (...options: readonly object[]) => runOn(panelOf(columns), { base: { model: "ape", outcome: "y", treatment: "d", controls: ["x"], learner: "ols" }, tables: [{ id: "t", columns: options }] });

  it("is that of a normal treatment where it is one, and silent; a far shift and a treatment of few large values are named", async () => {
    const [derivative, shift, far, skewed] = await run({}, { score: "shift" }, { score: "shift", shift: 4 }, { treatment: "wide" });
    // n / 3 for normal numbers, whose fourth moment varies a good deal in 400 rows.
    expect(derivative!.estimate!.representer!.effectiveRows / n).toBeGreaterThan(0.25);
    expect(derivative!.estimate!.representer!.effectiveRows / n).toBeLessThan(0.45);
    expect(derivative!.estimate!.representer).toMatchObject({ clipped: null, warnings: [] });
    expect(shift!.estimate!.representer).toMatchObject({ clipped: 0, warnings: [] });
    expect(far!.estimate!.warnings.join()).toMatch(/Overlap is poor: \d+ % of the probabilities were clipped\. Move the treatment by less/);
    expect(skewed!.estimate!.warnings.join()).toMatch(/Overlap is poor/);
  });

  it("is asked of no other model", async () => {
    const [row] = await run({ model: "plr" });
    expect(row!.estimate!.representer).toBeNull();
  });
});
