import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, type Specification } from "../../src/index.js";
import { FEW_UNITS } from "../../src/plan/fewUnits.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const PERIODS = 3;

/** What the plan makes of a specification on a panel of so many units. */
function plannedOf(units: number, more: object = {}): Pick<Specification, "errors" | "distribution"> {
  const rows = units * PERIODS;
  const wave = (step: number): number[] => Array.from({ length: rows }, (_, i) => ((i * step) % 23) / 23);
  const panel = panelOf({ id: Array.from({ length: rows }, (_, i) => Math.floor(i / PERIODS)), y: wave(5), d: wave(7), x: wave(11), high: wave(3).map((value) => (value > 0.5 ? 1 : 0)) });
  const study = { data: { file: "test.csv", unit: "id" }, base: { outcome: "y", treatment: "d", controls: ["x"], learner: "ols", folds: { k: 2 } }, tables: [{ id: "t", columns: [more] }] };
  const [planned] = prepareStudy(readStudy(JSON.stringify(study), "s.json"), panel, engine.kernels).plan.specifications;
  return planned!.specification;
}

describe("errors that nobody chose", () => {
  it("are cr2 with t up to a number of units, then the usual factor with normal quantiles", () => {
    expect(plannedOf(FEW_UNITS)).toMatchObject({ errors: { kind: "cluster", cluster: ["id"], correction: "cr2" }, distribution: "t" });
    expect(plannedOf(FEW_UNITS + 1)).toMatchObject({ errors: { kind: "cluster", cluster: ["id"], correction: true }, distribution: "normal" });
    expect(plannedOf(FEW_UNITS + 1, { where: "id < 100" })).toMatchObject({ errors: { correction: "cr2" }, distribution: "t" });
  });

  it.each([
    ["clusters", { errors: { cluster: ["id"] } }, true, "normal"],
    ["quantiles", { distribution: "normal" }, true, "normal"],
    ["t", { distribution: "t" }, true, "t"],
    ["a convention", { convention: "doubleml" }, true, "normal"],
    ["cr3", { errors: { cluster: ["id"], correction: "cr3" } }, "cr3", "t"],
    ["cr2 with normal quantiles", { errors: { cluster: ["id"], correction: "cr2" }, distribution: "normal" }, "cr2", "normal"],
    ["a model whose estimate is a mean", { model: "irm", treatment: "high" }, false, "normal"],
  ])("what the study says stands: %s", (_, more, correction, distribution) => {
    expect(plannedOf(20, more)).toMatchObject({ errors: { correction }, distribution });
  });
});
