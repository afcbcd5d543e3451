import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finalStage } from "../../../src/inference/finalStage.js";
import { endogeneity } from "../../../src/inference/instruments/endogeneity.js";
import { firstStages } from "../../../src/inference/instruments/firstStage.js";
import { overidentification } from "../../../src/inference/instruments/overidentification.js";
import { chiSquareQuantile, noncentralChiSquareQuantile } from "../../../src/inference/instruments/quantiles.js";
import { independentInstruments, type InstrumentalVariables } from "../../../src/inference/instruments/system.js";
import { twoStageLeastSquares } from "../../../src/inference/instruments/twoStage.js";
import { type LinearModel, twoWayTsls } from "../../../src/inference/instruments/twoWayTsls.js";
import { type ErrorSetting, standardErrors } from "../../../src/inference/errors/covariance.js";
import type { Group } from "../../../src/kernels/design.js";
import { createSpecial } from "../../../src/kernels/special.js";
import type { NumberColumn } from "../../../src/index.js";
import { builds } from "../../kernels/builds.js";
import { hasShared, sharedJson, skipReason } from "../../helpers/shared.js";
import { readPanel } from "../../helpers/study.js";
import { setOfScores } from "../../helpers/confidenceSets.js";

type Kind = "homoskedastic" | "hc0" | "hc1" | "cluster";

interface Case {
  readonly treatments: readonly string[];
  readonly instruments: readonly string[];
  readonly constant: boolean;
  readonly errors: Kind;
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly f: readonly number[];
  readonly partialR2: readonly number[];
  readonly endogeneity: number;
  readonly overid?: { readonly statistic: number; readonly p: number };
  readonly conditional?: readonly number[];
  readonly effective?: Readonly<Record<"f" | "0.05" | "0.1", number>>;
}

interface Golden {
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly Case[];
  readonly quantiles: readonly (readonly [number, number, number, number])[];
  readonly pliv: { readonly coef: number; readonly se: number };
  readonly iivm: readonly { readonly from: number; readonly to: number; readonly level: number; readonly coef: number; readonly set: readonly (readonly (number | null)[])[] }[];
  readonly twoWay: {
    readonly controls: readonly string[];
    readonly cases: readonly { readonly effects: readonly string[]; readonly errors: Kind; readonly instruments: readonly string[]; readonly coef: number; readonly se: number }[];
  };
}

const golden = JSON.parse(readFileSync(new URL("../../golden/instruments.json", import.meta.url), "utf8")) as Golden;
const [{ kernels }] = builds as readonly [typeof builds[0] & object];
const special = createSpecial(kernels);

/** Both sides solve the same equations in another order; the condition of the four instruments is small. */
const TOLERANCE = 1e-9;
const near = (a: number | undefined, b: number | undefined, tolerance = TOLERANCE): void => expect(Math.abs((a ?? NaN) / (b ?? NaN) - 1)).toBeLessThan(tolerance);
const allNear = (a: readonly number[], b: readonly number[], tolerance = TOLERANCE): void => {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => near(value, b[i], tolerance));
};
const column = (name: string): Float64Array => Float64Array.from(golden.data[name] ?? []);
const clusters: Group = { codes: Int32Array.from(golden.data["g"] ?? []), levels: 40 };

function systemOf(one: Pick<Case, "treatments" | "instruments" | "constant">): InstrumentalVariables {
  const y = column("y");
  return { y, x: one.treatments.map(column), z: one.instruments.map(column), ones: new Float64Array(y.length).fill(1), constant: one.constant };
}

function errorsOf(kind: Kind, group: Group, parameters: number): ErrorSetting {
  return kind === "cluster" ? { kind, clusters: [group], rule: "min", correction: true, parameters } : { kind, parameters };
}

function settingOf(one: Pick<Case, "treatments" | "errors" | "constant">): ErrorSetting {
  return errorsOf(one.errors, clusters, one.treatments.length + (one.constant ? 1 : 0));
}

describe.each(golden.cases)("linearmodels' digits: $treatments by $instruments, constant $constant, $errors", (one) => {
  const system = systemOf(one);
  const setting = settingOf(one);
  const stage = twoStageLeastSquares(kernels, system);

  it("two-stage least squares and its standard errors", () => {
    allNear(stage.coefficients, one.coefficients);
    allNear(standardErrors(stage, setting), one.standardErrors);
  });

  it("first stage: F of the kind, partial R2, effective and conditional F", () => {
    const stages = firstStages(system, setting, special);
    allNear(stages.map(({ robust }) => robust.f), one.f);
    allNear(stages.map(({ partialR2 }) => partialR2), one.partialR2);
    if (one.conditional !== undefined) allNear(stages.map(({ conditional }) => conditional?.f ?? NaN), one.conditional);
    if (one.effective !== undefined) {
      const effective = stages[0]?.effective;
      near(effective?.f, one.effective.f);
      allNear(effective?.critical.map(({ value }) => value) ?? [], [one.effective["0.05"], one.effective["0.1"]]);
    }
  });

  it("the test of endogeneity", () => near(endogeneity(system, setting, special).f, one.endogeneity));

  if (one.overid === undefined) return;

  it("overidentification: Sargan, Hansen's J of two steps", () => {
    const test = overidentification(system, stage.residuals, setting, special);
    near(test?.statistic, one.overid?.statistic);
    near(test?.p, one.overid?.p);
    expect(test?.df).toBe(one.instruments.length - one.treatments.length);
  });
});

it("several instruments without a constant: DoubleML's PLIV", () => {
  const stage = twoStageLeastSquares(kernels, systemOf({ treatments: ["x1"], instruments: ["z1", "z2", "z3", "z4"], constant: false }));
  near(stage.coefficients[0], golden.pliv.coef);
  near(standardErrors(stage, { kind: "hc0", parameters: 1 })[0], golden.pliv.se);
});

it.each(golden.iivm)("the set of an IIVM from its scores: DoubleML's robust_confset, rows $from to $to", ({ from, to, level, coef, set }) => {
  const [y, d, b] = [column("y"), column("d"), column("b")].map((values) => values.slice(from, to)) as [Float64Array, Float64Array, Float64Array];
  const [g0, g1, m, r0, r1] = [0.3, 0.6, 0.5, 0.2, 0.6]; // the predictions that instruments.py gives
  const signal = (values: Float64Array, low: number, high: number): Float64Array =>
    values.map((value, i) => high - low + (b[i] === 1 ? (value - high) / m : -(value - low) / (1 - m)));
  const psiB = signal(y, g0, g1);
  const psiA = signal(d, r0, r1).map((value) => -value);
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  near(-sum(psiB) / sum(psiA), coef);
  const own = setOfScores(psiA, psiB, { kind: "hc0", parameters: 1 }, special, level).set;
  expect(own.length).toBe(set.length);
  own.forEach((interval, i) => interval.forEach((limit, side) => {
    const wanted = set[i]?.[side];
    if (!Number.isFinite(limit)) expect(wanted).toBeNull();
    else near(limit, wanted ?? NaN);
  }));
});

it("chi-square quantiles, central and not: scipy's", () => {
  for (const [upper, df, noncentrality, value] of golden.quantiles) {
    near(noncentralChiSquareQuantile(upper, df, noncentrality, special), value, 1e-10); // scipy's own error
    if (noncentrality === 0) near(chiSquareQuantile(upper, df, special), value, 1e-12);
  }
});

it("critical values of the effective F: the paper's 23.1 and 37.4 for one instrument", () => {
  expect(noncentralChiSquareQuantile(0.05, 1, 10, special)).toBeCloseTo(23.1, 1);
  expect(noncentralChiSquareQuantile(0.05, 1, 20, special)).toBeCloseTo(37.4, 1);
});

describe("two-way two-stage least squares on wagepan: pyfixest's digits", async () => {
  const panel = await readPanel(readFileSync(new URL("../../../data/wagepan.csv", import.meta.url)), "wagepan.csv", {});
  const values = (name: string): Float64Array => (panel.columns.get(name) as NumberColumn).values;
  const named = (name: string) => ({ name, values: values(name) });
  const groupOf = (name: string): Group => {
    const levels = [...new Set(values(name))];
    return { codes: Int32Array.from(values(name), (value) => levels.indexOf(value)), levels: levels.length };
  };
  it.each(golden.twoWay.cases)("effects $effects, $errors, instruments $instruments", (one) => {
    const model: LinearModel = {
      outcome: values("lwage"), treatments: [named("hours")], instruments: one.instruments.map(named),
      controls: golden.twoWay.controls.map(named), effects: one.effects.map(groupOf), weights: null,
    };
    const fit = twoWayTsls(model, errorsOf(one.errors, groupOf("nr"), 1), kernels, special);
    // pyfixest demeans by iteration, to 1e-12 of the largest change here.
    near(fit.coefficients[0], one.coef);
    near(fit.errors[0], one.se);
  });

  const model: LinearModel = {
    outcome: values("lwage"), treatments: [named("hours")], instruments: [named("married")],
    controls: ["poorhlth", "south"].map(named), effects: [groupOf("nr"), groupOf("year")], weights: null,
  };
  const own: ErrorSetting = { kind: "hc1", parameters: 1 };

  it("names what it leaves out, and nothing else changes", () => {
    const twice = { name: "twice", values: values("married").map((value) => 2 * value) };
    const plain = twoWayTsls(model, own, kernels, special);
    // Schooling does not vary within a person.
    const more = twoWayTsls({ ...model, controls: [...model.controls, named("educ")], instruments: [...model.instruments, twice] }, own, kernels, special);
    expect(more.dropped).toEqual(["educ", "twice"]);
    allNear(more.coefficients, plain.coefficients);
    allNear(more.errors, plain.errors);
  });

  it("an instrument that does not vary within units is an error that names it", () => {
    expect(() => twoWayTsls({ ...model, instruments: [named("educ")] }, own, kernels, special)).toThrow(/`educ` has no variation left/);
  });

  it.each(["hc2", "hc3"] as const)("%s have the leverage of all columns, dummies written out; with several effects they are hc1", (kind) => {
    const rows = Uint32Array.from({ length: 120 }, (_, i) => 31 * i);
    const at = (column: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => column[row]!);
    const picked = ({ name, values: all }: { readonly name: string; readonly values: Float64Array }) => ({ name, values: at(all) });
    const year: Group = { codes: Int32Array.from(at(groupOf("year").codes)), levels: groupOf("year").levels };
    const small: LinearModel = {
      outcome: at(values("lwage")), treatments: [picked(named("hours"))], instruments: [], controls: ["married", "educ"].map((name) => picked(named(name))), effects: [year], weights: null,
    };
    for (const weights of [null, Float64Array.from(rows, (_, i) => 1 + (i % 3))]) {
      const scaled = (column: Float64Array): Float64Array => column.map((value, i) => value * Math.sqrt(weights?.[i] ?? 1));
      const dummies = Array.from({ length: year.levels }, (_, level) => Float64Array.from(year.codes, (code) => (code === level ? 1 : 0)));
      const columns = [...[...small.treatments, ...small.controls].map((one) => one.values), ...dummies].map(scaled);
      const [wanted] = standardErrors(finalStage(scaled(small.outcome), columns, columns), { kind, parameters: columns.length });
      near(twoWayTsls({ ...small, weights }, { kind, parameters: 1 }, kernels, special).errors[0], wanted);
    }
    allNear(twoWayTsls(model, { kind, parameters: 1 }, kernels, special).errors, twoWayTsls(model, own, kernels, special).errors);
  });

  it("weights of one are no weights", () => {
    const weighted = twoWayTsls({ ...model, weights: new Float64Array(panel.rows).fill(1) }, own, kernels, special);
    allNear(weighted.errors, twoWayTsls(model, own, kernels, special).errors);
  });
});

describe.skipIf(!hasShared)(`PLIV on card (${hasShared ? "DoubleML 0.11.4, statsmodels" : skipReason})`, () => {
  it("estimate, error and first-stage F", () => {
    const { arrays, expected } = sharedJson<{ cases: readonly { name: string; arrays: Record<string, number[]>; expected: Record<string, number> }[] }>("inference.json")
      .cases.find(({ name }) => name === "pliv/partialling out")!;
    const left = (name: string, hat: string): Float64Array => Float64Array.from(arrays[name]!, (value, i) => value - arrays[hat]![i]!);
    const y = left("y", "l_hat");
    const system = { y, x: [left("d", "r_hat")], z: [left("z", "m_hat")], ones: new Float64Array(y.length).fill(1), constant: false };
    const stage = twoStageLeastSquares(kernels, independentInstruments(kernels, system).system);
    near(stage.coefficients[0], expected["theta"]);
    near(standardErrors(stage, { kind: "hc0", parameters: 1 })[0], expected["se"]);
    // The reference's first stage has a constant.
    const [first] = firstStages({ ...system, constant: true }, { kind: "hc1", parameters: 2 }, special);
    near(first?.robust.f, expected["first_stage_F_HC1"]);
    near(first?.effective?.f, expected["first_stage_F_HC1"]);
  });
});
