import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/instance.js";
import { ARTIFICIAL, type Job, PEER, placePeers, type Program, type Solution } from "../../src/kernels/simplex.js";
import { uniforms } from "../helpers/random.js";
import { builds } from "./builds.js";
import { columnsOf, slowSimplex } from "./twins/simplex.js";

interface Case {
  readonly values: readonly Float64Array[];
  readonly program: Program;
  readonly jobs: readonly Job[];
}

/** A slack in every row, and columns of small whole numbers: many ties. */
const cases: fc.Arbitrary<Case> = fc
  .record({ peers: fc.integer({ min: 1, max: 20 }), peerRows: fc.integer({ min: 1, max: 4 }), more: fc.integer({ min: 0, max: 2 }), extras: fc.integer({ min: 1, max: 3 }) })
  .chain(({ peers, peerRows, more, extras }) => {
    const rows = peerRows + more;
    const whole = (min: number, max: number, length: number): fc.Arbitrary<Float64Array> =>
      fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
    const job = fc.record({
      scales: fc.array(fc.constantFrom(0.25, 0.5, 1, 2), { minLength: peerRows, maxLength: peerRows }).map((values) => Float64Array.from(values)),
      from: fc.constant(null), without: fc.option(fc.integer({ min: 0, max: peers - 1 })),
    });
    return fc.record({
      values: fc.array(whole(0, 4, peers), { minLength: peerRows, maxLength: peerRows }),
      signs: fc.array(fc.constantFrom(1, -1), { minLength: rows, maxLength: rows }),
      columns: fc.array(whole(-2, 2, rows), { minLength: extras, maxLength: extras }),
      costs: whole(-1, 3, rows + extras), rhs: whole(-2, 3, rows),
      jobs: fc.array(job, { minLength: 1, maxLength: 4 }),
    });
  })
  .map(({ values, signs, columns, costs, rhs, jobs }) => ({ values, jobs, program: withSlacks(signs, columns, costs, rhs) }));

function withSlacks(signs: readonly number[], columns: readonly Float64Array[], costs: Float64Array, rhs: Float64Array): Program {
  const slacks = signs.map((sign, r) => Float64Array.from(signs, (_, i) => (i === r ? sign : 0)));
  return { rows: signs.length, columns: [...slacks, ...columns], costs, rhs, start: Int32Array.from(signs, (sign, r) => (sign * rhs[r]! >= 0 ? r : ARTIFICIAL)) };
}

function solve(kernels: Kernels, { values, program, jobs }: Case, preferred = 0): readonly Solution[] {
  return kernels.heap.scope(() => placePeers(kernels, values, preferred).solve(program, jobs));
}

/** Proves an optimum from the program itself: sides agree, nothing is negative, no column improves, both objectives agree. */
function expectProof({ values, program }: Case, job: Job, solution: Solution): void {
  const { rows, rhs, costs, columns } = program;
  const sides = Array.from({ length: rows }, (_, r) =>
    solution.peers.reduce((sum, { peer, weight }) => sum + (values[r] === undefined ? 0 : values[r][peer]! * job.scales[r]! * weight), 0)
    + columns.reduce((sum, column, k) => sum + column[r]! * solution.extras[k]!, 0));
  sides.forEach((side, r) => expect(side).toBeCloseTo(rhs[r]!, 9));
  for (const value of [...solution.extras, ...solution.peers.map(({ weight }) => weight)]) expect(value).toBeGreaterThanOrEqual(0);
  expect(solution.peers.every(({ peer, weight }) => peer !== job.without || weight === 0)).toBe(true);
  for (const { cost, values: column } of columnsOf(program, values, job)) {
    expect(cost - column.reduce((sum, value, r) => sum + value * solution.prices[r]!, 0)).toBeGreaterThan(-1e-9 * (1 + rows * 10));
  }
  const objective = solution.extras.reduce((sum, value, k) => sum + value * costs[k]!, 0);
  expect(solution.objective).toBeCloseTo(objective, 9);
  expect(rhs.reduce((sum, value, r) => sum + value * solution.prices[r]!, 0)).toBeCloseTo(objective, 9);
}

describe.each(builds)("simplex, $build build", ({ kernels }) => {
  test("the status and the costs of a textbook tableau, and a proof of every optimum", () => {
    fc.assert(fc.property(cases, (one) => {
      solve(kernels, one).forEach((solution, i) => {
        const slow = slowSimplex(one.program, one.values, one.jobs[i]!);
        expect(solution.status).toBe(slow.status);
        if (slow.status !== "optimal") return;
        expect(solution.objective).toBeCloseTo(slow.objective, 8);
        expectProof(one, one.jobs[i]!, solution);
      });
    }), { numRuns: 200 });
  });

  test("a block of programs has the bits of its programs one by one", () => {
    fc.assert(fc.property(cases, (one) => {
      expect(solve(kernels, one)).toEqual(one.jobs.flatMap((job) => solve(kernels, { ...one, jobs: [job] })));
    }), { numRuns: 50 });
  });

  test("peers in another order, twice, or multiplied change no costs", () => {
    fc.assert(fc.property(cases, fc.constantFrom(1e-6, 3, 1e6), (one, factor) => {
      const jobs = one.jobs.map((job) => ({ ...job, without: null }));
      const changed = one.values.map((row) => Float64Array.from([...row].reverse().flatMap((value) => [value, value * factor])));
      const [before, after] = [solve(kernels, { ...one, jobs }), solve(kernels, { ...one, jobs, values: changed })];
      before.forEach((solution, i) => {
        expect(after[i]!.status).toBe(solution.status);
        if (solution.status === "optimal") expect(after[i]!.objective).toBeCloseTo(solution.objective, 8);
      });
    }), { numRuns: 100 });
  });

  test("whichever peers are tried first, the costs are the same and proved against all", () => {
    fc.assert(fc.property(cases, fc.integer({ min: 1, max: 20 }), (one, wanted) => {
      const preferred = Math.min(wanted, one.values[0]!.length);
      solve(kernels, one, preferred).forEach((solution, i) => {
        const slow = slowSimplex(one.program, one.values, one.jobs[i]!);
        expect(solution.status).toBe(slow.status);
        if (slow.status !== "optimal") return;
        expect(solution.objective).toBeCloseTo(slow.objective, 8);
        expectProof(one, one.jobs[i]!, solution);
      });
    }), { numRuns: 100 });
  });

  test("Beale's cycle ends at -1/20", () => {
    const columns = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.25, 0.5, 0], [-60, -90, 0], [-0.04, -0.02, 1], [9, 3, 0]].map((column) => Float64Array.from(column));
    const program: Program = { rows: 3, columns, costs: Float64Array.of(0, 0, 0, -0.75, 150, -0.02, 6), rhs: Float64Array.of(0, 0, 1), start: Int32Array.of(0, 1, 2) };
    const [solution] = solve(kernels, { values: [new Float64Array(1)], program, jobs: [{ scales: Float64Array.of(1), from: null, without: null }] });
    expect(solution!.objective).toBeCloseTo(-0.05, 12);
  });

  test("a program that stands still for more than 60 pivots follows Bland's rules to its end", () => {
    const random = uniforms(7);
    const rows = 40;
    // Only the last row, the sum, has a right side: until a whole ray is found all pivots stand still.
    const columns = Array.from({ length: 120 }, () => Float64Array.from({ length: rows }, (_, r) => (r === rows - 1 ? 1 : Math.floor(random() * 5) - 2)));
    const costs = Float64Array.from({ length: rows + 120 }, (_, k) => (k < rows ? 0 : random() - 0.9));
    const rhs = Float64Array.from({ length: rows }, (_, r) => (r === rows - 1 ? 1 : 0));
    const program = withSlacks(Array.from({ length: rows }, () => 1), columns, costs, rhs);
    const one: Case = { values: [new Float64Array(1)], program, jobs: [{ scales: Float64Array.of(1), from: null, without: null }] };
    const [solution] = solve(kernels, one);
    expect(solution!.pivots).toBeGreaterThan(60);
    expect(solution!.objective).toBeCloseTo(slowSimplex(program, one.values, one.jobs[0]!).objective, 9);
    expectProof(one, one.jobs[0]!, solution!);
  });

  test("a peer in the first basis, or an artificial variable, lead to the same end; where all peers are left out there is none", () => {
    const program: Program = { rows: 2, columns: [Float64Array.of(1, 0)], costs: Float64Array.of(-1), rhs: Float64Array.of(2, 1), start: Int32Array.of(0, PEER) };
    const away: Program = { ...program, start: Int32Array.of(0, ARTIFICIAL) };
    const values = [Float64Array.of(1, 0.5), Float64Array.of(1, 1)];
    const job = { scales: Float64Array.of(1, 1), from: null, without: null };
    const ended = (one: Program, own: Job): unknown => solve(kernels, { values, program: one, jobs: [own] })[0];
    const best = { status: "optimal", objective: -1.5, peers: [{ peer: 1, weight: 1 }] };
    for (const from of [0, 1]) expect(ended(program, { ...job, from })).toMatchObject(best);
    for (const without of [0, null]) expect(ended(away, { ...job, without })).toMatchObject(best);
    const [alone] = solve(kernels, { values: values.map((row) => row.slice(0, 1)), program: away, jobs: [{ ...job, without: 0 }] });
    expect(alone!.status).toBe("infeasible");
  });
});
