import { describe, expect, test } from "vitest";
import { type Measure, measure } from "../../src/efficiency/evaluate.js";
import { frontiersOf } from "../../src/efficiency/frontier.js";
import { additive, type AdditiveWeights } from "../../src/efficiency/models/additive.js";
import { directional } from "../../src/efficiency/models/directional.js";
import type { Model } from "../../src/efficiency/models/model.js";
import { nonSeparable } from "../../src/efficiency/models/nonSeparable.js";
import { radial } from "../../src/efficiency/models/radial.js";
import { sbm } from "../../src/efficiency/models/sbm.js";
import { superSbm, type SuperVariant } from "../../src/efficiency/models/superSbm.js";
import { columnsOf, type Orientation, type Production, type Returns, unitCount } from "../../src/efficiency/production.js";
import { adjacentChange } from "../../src/efficiency/productivity.js";
import { slacksBased } from "../../src/efficiency/slacksBased.js";
import { technologyOf } from "../../src/efficiency/technology.js";
import { createEngine } from "../../src/engine.js";
import { columns, type EfficiencyCase, efficiencyCases, productionOf } from "../helpers/efficiency.js";
import { hasShared, skipReason } from "../helpers/shared.js";

const { kernels } = await createEngine();
/** The entropy panel belongs to indices, not to efficiency. */
const cases = efficiencyCases().filter(({ model }) => model !== "entropy_weight");

const returnsOf = ({ options }: EfficiencyCase): Returns => options["rts"] as Returns;

function orientationOf({ options }: EfficiencyCase): Orientation {
  const given = (options["orientation"] ?? "none") as string;
  return given.startsWith("i") ? "input" : given.startsWith("o") ? "output" : "none";
}

/** The model that a case names. */
function modelOf(one: EfficiencyCase, production: Production): Model {
  const technology = technologyOf(production, returnsOf(one));
  const oriented = orientationOf(one);
  switch (one.model) {
    case "sbm":
      return sbm(technology, oriented);
    case "sbm_undesirable":
      return sbm(technology, oriented, [1, Number(one.options["weight_good"]), Number(one.options["weight_bad"])]);
    case "super_sbm":
    case "super_sbm_undesirable":
      return superSbm(technology, oriented, (one.options["variant"] ?? "B") as SuperVariant);
    case "radial":
    case "super_radial":
      return radial(technology, oriented as "input" | "output", one.model === "super_radial");
    case "additive":
      return additive(technology, String(one.options["weights"]).toLowerCase() as AdditiveWeights, production);
    case "sbm_nonseparable": {
      const together = [...production.inputs.map(() => false), ...["s_good", "ns_good", "s_bad", "ns_bad"].flatMap((name) => columns(one.data[name]).map(() => name.startsWith("ns")))];
      return nonSeparable(technology, { together, leastShare: Number(one.options["alpha_min"]) });
    }
    case "ddf":
      return directional(technology, { inputs: columns(one.data["gx"]), outputs: columns(one.data["gy"]), undesirable: [] });
    case "ddf_undesirable": {
      const still = one.options["direction"] === "gx=0,gy=y,gb=b";
      return directional(technology, { ...production, inputs: production.inputs.map((column) => (still ? new Float64Array(column.length) : column)) });
    }
    default:
      throw new Error(`No model for ${one.model}`);
  }
}

/** Differences beyond a case's own tolerance; null on one side only is one. */
function differences({ tolerance, tolerance_kind }: EfficiencyCase, actual: readonly (number | null)[], expected: readonly unknown[]): readonly string[] {
  return expected.flatMap((value, i) => {
    const own = actual[i] ?? null;
    if (typeof value !== "number" || own === null) return value === own ? [] : [`${i}: ${own}, expected ${String(value)}`];
    const most = tolerance * (tolerance_kind === "rel" ? Math.abs(value) : 1);
    return Math.abs(own - value) <= most ? [] : [`${i}: ${own}, expected ${value}`];
  });
}

/** Every optimum is proved: rows hold, no column improves, and the objectives agree, to what rounding leaves. */
function expectProofs(measures: readonly Measure[]): void {
  for (const { status, certificate, score } of measures) {
    if (status !== "optimal") continue;
    expect(certificate.primal).toBeLessThan(1e-9);
    expect(certificate.dual).toBeLessThan(1e-10);
    expect(certificate.gap).toBeLessThan(1e-9 * (1 + Math.abs(score ?? NaN)));
  }
}

const isIndex = ({ model }: EfficiencyCase): boolean => model.startsWith("malmquist");
const isTwoReturns = ({ expected }: EfficiencyCase): boolean => expected["vrs"] !== undefined;
const isCombined = ({ options }: EfficiencyCase): boolean => options["combine"] !== undefined;
const named = (wanted: (one: EfficiencyCase) => boolean): readonly (readonly [string, EfficiencyCase])[] => cases.filter(wanted).map((one) => [one.id, one] as const);

describe.skipIf(!hasShared)(`efficiency (${hasShared ? "published and re-computed examples" : skipReason})`, () => {
  test("there are all 78 examples", () => expect(cases).toHaveLength(78));

  test.each(named((one) => !isIndex(one) && !isTwoReturns(one) && !isCombined(one)))("%s: scores", (_, one) => {
    const production = productionOf(one);
    const [frontier] = frontiersOf({ kind: "pooled" }, unitCount(production));
    const measures = measure(kernels, production, modelOf(one, production), frontier!);
    expect(differences(one, measures.map(({ score }) => score), one.expected["scores"]!)).toEqual([]);
    expectProofs(measures);
  });

  test.each(named(isCombined))("%s: combined scores, and super-efficiency", (_, one) => {
    const production = productionOf(one);
    const results = slacksBased(kernels, production, { returns: returnsOf(one), orientation: "none", superVariant: one.options["variant"] as SuperVariant, frontier: { kind: "pooled" } });
    expect(differences(one, results.map(({ score }) => score), one.expected["scores"]!)).toEqual([]);
    const [frontier] = frontiersOf({ kind: "pooled" }, unitCount(production));
    const further = measure(kernels, production, modelOf(one, production), frontier!);
    expect(differences(one, further.map(({ score }) => score), one.expected["super_scores"]!)).toEqual([]);
    expectProofs([...results, ...further]);
  });

  test.each(named(isTwoReturns))("%s: both returns to scale", (_, one) => {
    const production = productionOf(one);
    const [frontier] = frontiersOf({ kind: "pooled" }, unitCount(production));
    for (const returns of ["crs", "vrs"] as const) {
      const measures = measure(kernels, production, superSbm(technologyOf(production, returns), "none", "B"), frontier!);
      expect(differences(one, measures.map(({ score }) => score), one.expected[returns]!)).toEqual([]);
    }
  });

  test.each(named(isIndex))("%s: the index and its parts", (_, one) => {
    const periods = one.data["inputs"]!.length;
    const count = one.data["inputs"]![0]!.length;
    const flat = (name: string): readonly Float64Array[] => (one.data[name] === undefined ? [] : [Float64Array.from(one.data[name].flat())]);
    const production: Production = { inputs: flat("inputs"), outputs: [...flat("outputs"), ...flat("good")], undesirable: flat("bad") };
    const technology = technologyOf(production, "crs");
    const still = { ...production, inputs: [new Float64Array(periods * count)] };
    const model = one.model === "malmquist" ? radial(technology, "output") : directional(technology, still);
    const codes = { units: Int32Array.from(columnsOf(production)[0]!, (_, row) => row % count), periods: Int32Array.from(columnsOf(production)[0]!, (_, row) => Math.floor(row / count)) };
    const changes = adjacentChange(kernels, production, model, codes);
    const parts = { [one.expected["mi"] === undefined ? "ml" : "mi"]: "index", ec: "catchUp", tc: "shift" } as const;
    for (const [name, part] of Object.entries(parts)) {
      const byPeriod = Array.from({ length: periods - 1 }, (_, t) => one.expected[name]!.map((row) => (row as number[])[t])).flat();
      expect(differences(one, changes.map((change) => change[part as "index"]), byPeriod)).toEqual([]);
    }
  });

  test("tone2001_sbm_crs: slacks", () => {
    const one = cases.find(({ id }) => id === "tone2001_sbm_crs")!;
    const results = slacksBased(kernels, productionOf(one), { returns: "crs", orientation: "none", superVariant: null, frontier: { kind: "pooled" } });
    expect(differences(one, results.flatMap(({ slacks }) => slacks!.inputs), one.expected["slack_in"]!.flat())).toEqual([]);
    expect(differences(one, results.flatMap(({ slacks }) => slacks!.outputs), one.expected["slack_out"]!.flat())).toEqual([]);
  });
});
