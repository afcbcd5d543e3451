import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure, type Measure } from "../../src/efficiency/evaluate.js";
import type { Frontier } from "../../src/efficiency/frontier.js";
import { directional, nonRadialDirectional } from "../../src/efficiency/models/directional.js";
import type { Model } from "../../src/efficiency/models/model.js";
import { radial } from "../../src/efficiency/models/radial.js";
import { sbm } from "../../src/efficiency/models/sbm.js";
import { superSbm } from "../../src/efficiency/models/superSbm.js";
import { columnsOf, type Production, type Returns, unitCount } from "../../src/efficiency/production.js";
import { technologyOf } from "../../src/efficiency/technology.js";
import { createEngine } from "../../src/engine.js";
import { uniforms } from "../helpers/random.js";

const { kernels } = await createEngine();
const RETURNS: readonly Returns[] = ["crs", "vrs", "nirs", "ndrs"];
/** Optima are proved to 1e-10 of a program's terms; scores are made of some ten of them. */
const NEAR = 1e-8;

type Made = "random" | "ties" | "twice" | "scaled";

/** Units of 2 inputs, 1 output, `bads` undesirable: smooth; whole numbers 1 to 4; each twice; columns from 1e-6 to 1e9 and sizes from 1 to 1e4. */
function made(kind: Made, seed: number, bads: number): Production {
  const random = uniforms(seed);
  const count = kind === "twice" ? 8 : 16;
  const sizes = Array.from({ length: count }, () => (kind === "scaled" ? 10 ** (4 * random()) : 1));
  const column = (): Float64Array => {
    const unit = kind === "scaled" ? 10 ** (15 * random() - 6) : 1;
    const once = Array.from(sizes, (size) => (kind === "ties" ? 1 + Math.floor(4 * random()) : unit * size * (0.2 + random())));
    return Float64Array.from(kind === "twice" ? [...once, ...once] : once);
  };
  return { inputs: [column(), column()], outputs: [column()], undesirable: Array.from({ length: bads }, column) };
}

const productions = fc.record({ kind: fc.constantFrom<Made>("random", "ties", "twice", "scaled"), seed: fc.integer({ min: 1, max: 1e9 }), bads: fc.integer({ min: 0, max: 2 }) });
const RUNS = { numRuns: 25 };

function pooled(production: Production): Frontier {
  const all = Uint32Array.from({ length: unitCount(production) }, (_, unit) => unit);
  return { members: all, peers: all };
}

function scores(production: Production, model: Model, frontier = pooled(production)): readonly number[] {
  const measures = measure(kernels, production, model, frontier);
  measures.forEach(expectProof);
  return measures.map(({ score }) => score ?? NaN);
}

function expectProof({ status, certificate, score }: Measure): void {
  if (status !== "optimal") return;
  expect(certificate.primal).toBeLessThan(1e-9);
  expect(certificate.dual).toBeLessThan(1e-10);
  expect(certificate.gap).toBeLessThan(1e-9 * (1 + Math.abs(score ?? NaN)));
}

function expectNear(a: readonly number[], b: readonly number[]): void {
  a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(NEAR * (1 + Math.abs(value))));
}

function expectAtMost(a: readonly number[], b: readonly number[]): void {
  a.forEach((value, i) => expect(value).toBeLessThan(b[i]! + NEAR));
}

/** The production with each column changed. */
function changed({ inputs, outputs, undesirable }: Production, change: (column: Float64Array, c: number) => Float64Array): Production {
  const at = (from: number) => (column: Float64Array, c: number): Float64Array => change(column, from + c);
  return { inputs: inputs.map(at(0)), outputs: outputs.map(at(inputs.length)), undesirable: undesirable.map(at(inputs.length + outputs.length)) };
}

/** `body` on productions of all kinds. */
function check(body: (production: Production, returns: Returns) => void, runs = RUNS): void {
  fc.assert(fc.property(productions, fc.constantFrom(...RETURNS), ({ kind, seed, bads }, returns) => body(made(kind, seed, bads), returns)), runs);
}

describe("identities of efficiency", () => {
  test("the fewer sums of weights are allowed, the higher the score: crs <= nirs, ndrs <= vrs", () =>
    check((production) => {
      const [crs = [], vrs = [], nirs = [], ndrs = []] = RETURNS.map((returns) => scores(production, sbm(technologyOf(production, returns), "none")));
      for (const between of [nirs, ndrs]) {
        expectAtMost(crs, between);
        expectAtMost(between, vrs);
      }
      crs.forEach((score) => expect(score).toBeGreaterThan(0));
      expectAtMost(vrs, vrs.map(() => 1));
    }));

  test("non-oriented <= input-oriented <= radial, and non-oriented <= output-oriented", () =>
    check((production, returns) => {
      const technology = technologyOf(production, returns);
      const [none, input, output] = (["none", "input", "output"] as const).map((orientation) => scores(production, sbm(technology, orientation)));
      expectAtMost(none!, input!);
      expectAtMost(none!, output!);
      if (production.undesirable.length === 0) {
        expectAtMost(input!, scores(production, radial(technology, "input")));
        expectAtMost(output!, scores(production, radial(technology, "output")).map((score) => 1 / score));
      }
    }));

  test("units of measurement do not matter", () =>
    check((production, returns) => {
      const other = changed(production, (column, c) => column.map((value) => value * [1e-6, 1e9, 7, 1e-3, 1e5][c]!));
      for (const of of [(one: Production) => sbm(technologyOf(one, returns), "none"), (one: Production) => superSbm(technologyOf(one, returns), "none", "C"), (one: Production) => radial(technologyOf(one, returns), "input")]) {
        expectNear(scores(production, of(production)), scores(other, of(other)));
      }
    }));

  test("the order of units does not matter, nor that some come twice", () =>
    check((production, returns) => {
      const twice = changed(production, (column) => Float64Array.from([...column.slice().reverse(), ...column]));
      const before = scores(production, sbm(technologyOf(production, returns), "none"));
      expectNear(scores(twice, sbm(technologyOf(twice, returns), "none")), [...[...before].reverse(), ...before]);
    }));

  test("units that agree to seven digits all have proved scores: nearly singular bases are no failure", () =>
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(...RETURNS), (seed, returns) => {
      const random = uniforms(seed);
      const nearly = changed(made("random", seed, 2), (column) => Float64Array.from({ length: 6 * column.length }, (_, i) => column[i % column.length]! * (1 + 1e-7 * (random() - 0.5))));
      for (const { status, score, certificate } of measure(kernels, nearly, sbm(technologyOf(nearly, returns), "none"), pooled(nearly))) {
        expect(status).toBe("optimal");
        expect(score!).toBeGreaterThan(0);
        expect(score!).toBeLessThan(1 + NEAR);
        expect(certificate.dual).toBeLessThan(1e-10);
        // Bases with condition numbers of 1e7 and more, times their 8 rows, lose as many digits.
        expect(Math.max(certificate.primal, certificate.gap)).toBeLessThan(1e-6);
      }
    }), RUNS));

  test("targets are efficient", () =>
    check((production, returns) => {
      const model = sbm(technologyOf(production, returns), "none");
      const count = unitCount(production);
      const measures = measure(kernels, production, model, pooled(production));
      const targets = measures.map(({ targets }) => [...targets!.inputs, ...targets!.outputs, ...targets!.undesirable]);
      const both = changed(production, (column, c) => Float64Array.from([...column, ...targets.map((target) => target[c]!)]));
      const frontier = { members: Uint32Array.from({ length: count }, (_, i) => count + i), peers: pooled(production).peers };
      expectNear(scores(both, model, frontier), measures.map(() => 1));
    }));

  test("slacks make the score", () =>
    check((production, returns) => {
      const shares = (slacks: readonly number[], columns: readonly Float64Array[], unit: number): number[] => slacks.map((slack, c) => slack / columns[c]![unit]!);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      measure(kernels, production, sbm(technologyOf(production, returns), "none"), pooled(production)).forEach(({ score, slacks }, unit) => {
        const outputs = [...shares(slacks!.outputs, production.outputs, unit), ...shares(slacks!.undesirable, production.undesirable, unit)];
        expectNear([(1 - mean(shares(slacks!.inputs, production.inputs, unit))) / (1 + mean(outputs))], [score!]);
      });
    }));

  test("super-efficiency is 1 of inefficient units and of twins, more of others; C always has a value, B under constant returns below its cap", () =>
    check((production, returns) => {
      const technology = technologyOf(production, returns);
      const plain = scores(production, sbm(technology, "none"));
      const beyond = scores(production, superSbm(technology, "none", "C"));
      beyond.forEach((score, unit) => {
        expect(score).toBeGreaterThan(1 - NEAR);
        if (plain[unit]! < 1 - 1e-6) expect(score).toBeLessThan(1 + NEAR);
      });
      const bads = production.undesirable.length;
      if (returns === "crs" && bads > 0) scores(production, superSbm(technology, "none", "B")).forEach((score) => expect(score).toBeLessThan((1 + bads) / bads + NEAR));
    }));

  test("without undesirable outputs variants B and C are one", () =>
    check((production, returns) => {
      const plain = { ...production, undesirable: [] };
      const [b, c] = (["B", "C"] as const).map((variant) => scores(plain, superSbm(technologyOf(plain, returns), "none", variant)));
      expectNear(b!, c!);
    }));

  test("directional distances along inputs and along outputs are radial measures; apart they are at least as long", () =>
    check((production, returns) => {
      const plain = { ...production, undesirable: [] };
      const technology = technologyOf(plain, returns);
      const still = (columns: readonly Float64Array[]): readonly Float64Array[] => columns.map((column) => new Float64Array(column.length));
      const down = scores(plain, directional(technology, { ...plain, outputs: still(plain.outputs) }));
      const up = scores(plain, directional(technology, { ...plain, inputs: still(plain.inputs) }));
      expectNear(down.map((beta) => 1 - beta), scores(plain, radial(technology, "input")));
      expectNear(up.map((beta) => 1 + beta), scores(plain, radial(technology, "output")));
      const both = technologyOf(production, returns);
      const weights = columnsOf(production).map((_, __, all) => 1 / all.length);
      expectAtMost(scores(production, directional(both, production)), scores(production, nonRadialDirectional(both, production, weights)));
    }));

  test("weak disposal allows no more than strong disposal", () =>
    check((production, returns) => {
      const [strong, weak] = (["strong", "weak"] as const).map((disposal) => scores(production, directional(technologyOf(production, returns, disposal), production)));
      expectAtMost(weak!, strong!);
    }));
});
