import { describe, expect, it } from "vitest";
import { createEngine, EstimationError, type FitProgress, prepareStudy, readStudy } from "../../src/index.js";
import { createPoolCarrier } from "../../src/fit/carrier.js";
import { piecesOf } from "../../src/fit/fitTask.js";
import type { Piece, PieceResult } from "../../src/fit/piece.js";
import { createSerialPool, type Pool } from "../../src/fit/pool.js";
import { createFitter, fitPlan, storedResult } from "../../src/fit/run.js";
import { createMemoryStore, createNoStore, type Store } from "../../src/fit/store.js";
import type { Plan } from "../../src/plan/plan.js";
import type { FitTask } from "../../src/plan/task.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";

const { kernels } = await createEngine();
const panel = readCsv(panelCsv(12, 4), "panel.csv", {});
const BASE = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["firm", "year"], learner: { rf: { trees: 30, stages: 2 } }, folds: { k: 3 } };

function planOf(...columns: readonly object[]): Plan {
  const written = { data: { file: "panel.csv", unit: "firm", time: "year" }, base: BASE, tables: [{ id: "t", columns }] };
  return prepareStudy(readStudy(JSON.stringify(written), "study.json"), panel, kernels).plan;
}

/** The bits of every task's predictions, by key. */
async function predictionsOf(plan: Plan, pool: Pool, store: Store = createNoStore()): Promise<Record<string, readonly (readonly number[])[]>> {
  const { lookup } = await fitPlan(plan, { kernels, pool, store });
  return Object.fromEntries([...plan.tasks.keys()].map((key) => [key, lookup({ kind: "task", key }).predictions.map((values) => [...values])]));
}

const serial = (): Pool => createSerialPool(kernels);

/** A pool in which pieces end in another order than they began, many at once. */
function shuffled(threads: number): Pool {
  const inner = serial();
  let state = 7;
  return {
    ...inner,
    threads,
    async run(piece, signal) {
      state = (state * 48271) % 2147483647;
      await new Promise((resume) => setTimeout(resume, state % 5));
      return inner.run(piece, signal);
    },
  };
}

/** A pool that does something else with the pieces of one task. */
function poolWhere(target: (piece: Piece) => boolean, instead: (piece: Piece) => Promise<PieceResult>): Pool {
  const inner = serial();
  return { ...inner, run: (piece, signal) => (target(piece) ? instead(piece) : inner.run(piece, signal)) };
}

const COLUMNS = [{}, { encode: "dummies", repetitions: 2 }, { encode: "within", learner: "ols" }];

describe("the fits of a plan", () => {
  it("do not depend on the order in which pieces end, nor on how many run at once", async () => {
    const plan = planOf(...COLUMNS);
    const expected = await predictionsOf(plan, serial());
    for (const threads of [1, 4]) expect(await predictionsOf(plan, shuffled(threads))).toEqual(expected);
  });

  it("predict every row once, out of its fold", async () => {
    const plan = planOf(...COLUMNS);
    const { lookup } = await fitPlan(plan, { kernels, pool: serial(), store: createNoStore() });
    for (const task of plan.tasks.values()) {
      const { predictions, checkpoints } = lookup({ kind: "task", key: task.key });
      expect(predictions).toHaveLength(checkpoints.length);
      for (const values of predictions) {
        expect(values).toHaveLength(48);
        expect(values.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("come from the store where they are there, to the bit", async () => {
    const [plan, store] = [planOf(...COLUMNS), createMemoryStore()];
    const first = await predictionsOf(plan, serial(), store);
    const idle = poolWhere(() => true, () => Promise.reject(new Error("Nothing should be fitted.")));
    expect(await predictionsOf(plan, idle, store)).toEqual(first);
  });

  it("of a plan without tasks are none", async () => {
    const { progress } = await fitPlan(planOf({ folds: { k: 13 } }), { kernels, pool: serial(), store: createNoStore() });
    expect(progress).toMatchObject({ tasks: 0, work: 0, fitted: 0 });
  });
});

describe("progress", () => {
  it("rises from nothing to all the work, and tells what was found from what was fitted", async () => {
    const store = createMemoryStore();
    await predictionsOf(planOf({}), serial(), store);
    const seen: FitProgress[] = [];
    const plan = planOf({}, { outcome: "x1", controls: ["x2"] });
    await fitPlan(plan, { kernels, pool: serial(), store, onProgress: (progress) => seen.push(progress) });
    const done = seen.map((progress) => progress.done / progress.work);
    expect(done[0]).toBe(0);
    expect(done.at(-1)).toBeCloseTo(1, 12);
    expect(done.every((share, i) => i === 0 || share >= (done[i - 1] ?? 0))).toBe(true);
    expect(seen.at(-1)).toMatchObject({ tasks: 12, fitted: 6, stored: 6 });
    const { found, work } = seen.at(-1) ?? { found: 0, work: 1 };
    expect(found / work).toBeGreaterThan(0.2);
    expect(found / work).toBeLessThan(0.8);
  });
});

describe("a fit that fails", () => {
  const isOls = (piece: Piece): boolean => piece.learner === "ols";
  const plan = planOf({}, { learner: { l: "ols", m: { rf: { trees: 30, stages: 2 } }, g: { rf: { trees: 30, stages: 2 } } } });
  const [forest, mixed] = plan.specifications.map((planned) => ("refused" in planned ? {} : (planned.repetitions[0]?.predictions ?? {})));
  const trap = Object.assign(new Error("unreachable"), { name: "RuntimeError" });

  it("in its kernel fails those that need it and no other, and is not stored", async () => {
    const store = createMemoryStore();
    const { lookup } = await fitPlan(plan, { kernels, pool: poolWhere(isOls, () => Promise.reject(trap)), store });
    for (const role of ["l", "m", "g"]) expect(lookup(forest?.[role] as { kind: "task"; key: string }).predictions.length).toBeGreaterThan(0);
    for (const role of ["l", "g"]) {
      const prediction = mixed?.[role] as { kind: "task"; key: string };
      expect(() => lookup(prediction)).toThrow(EstimationError);
      expect(await store.has(prediction.key)).toBe(false);
    }
    expect(lookup(mixed?.["m"] as { kind: "task"; key: string }).predictions.length).toBeGreaterThan(0);
  });

  it("with numbers that are none is not stored either, but why: it is not fitted again", async () => {
    const inner = serial();
    const broken = poolWhere(isOls, async (piece) => {
      const result = await inner.run(piece, undefined);
      return { ...result, predictions: result.predictions.map((values) => values.map((value, i) => (i === 0 ? NaN : value))) };
    });
    const store = createMemoryStore();
    const { lookup } = await fitPlan(plan, { kernels, pool: broken, store });
    const l = mixed?.["l"] as { kind: "task"; key: string };
    expect(() => lookup(l)).toThrow("gave predictions that are no finite numbers");
    expect(await storedResult(l.key, store)).toBeInstanceOf(EstimationError);
    const again = await fitPlan(plan, { kernels, pool: poolWhere(isOls, () => Promise.reject(new Error("Nothing should be fitted."))), store });
    expect(() => again.lookup(l)).toThrow("gave predictions that are no finite numbers");
    expect(await store.has((mixed?.["g"] as { kind: "task"; key: string }).key)).toBe(false); // it fails for want of l
  });

  it("for want of memory fails those that need it and no other", async () => {
    const large = planOf({ encode: "dummies", learner: { l: { nnet: { hidden: "9999,9999,9999" } }, m: "ols" } });
    const store = createMemoryStore();
    const { lookup } = await fitPlan(large, { kernels, pool: serial(), store });
    const [planned] = large.specifications;
    const { l, m } = planned === undefined || "refused" in planned ? {} : (planned.repetitions[0]?.predictions ?? {});
    expect(() => lookup(l as { kind: "task"; key: string })).toThrow("no room for a network of this size");
    expect(await store.has((l as { kind: "task"; key: string }).key)).toBe(false); // another machine may have the memory
    expect(lookup(m as { kind: "task"; key: string }).predictions).toHaveLength(1);
  });

  it("for a fault of the engine ends the run with it", async () => {
    const fault = new TypeError("a fault");
    await expect(fitPlan(plan, { kernels, pool: poolWhere(isOls, () => Promise.reject(fault)), store: createNoStore() })).rejects.toBe(fault);
  });
});

describe("a run that is aborted", () => {
  it("rejects with the reason and keeps what was finished", async () => {
    const [plan, store, control] = [planOf(...COLUMNS), createMemoryStore(), new AbortController()];
    const stop = (progress: FitProgress): void => {
      if (progress.fitted === 2) control.abort(new Error("enough"));
    };
    await expect(fitPlan(plan, { kernels, pool: serial(), store, signal: control.signal, onProgress: stop })).rejects.toThrow("enough");
    const { progress } = await fitPlan(plan, { kernels, pool: serial(), store });
    expect(progress.stored).toBeGreaterThanOrEqual(2);
    expect(progress.stored + progress.fitted).toBe(progress.tasks);
    expect(progress.fitted).toBeGreaterThan(0);
  });
});

describe("the fits of two plans at once", () => {
  it("are each done once where both need them, and those of the first go first", async () => {
    const [first, second] = [planOf({}, { learner: "ols" }), planOf({ learner: "ols" }, { learner: "ols", folds: { k: 4 } })];
    const keys = (plan: Plan): readonly string[] => [...plan.tasks.keys()];
    const begun: string[] = [];
    const pool = serial();
    const carrier = { ...createPoolCarrier(pool), width: 1 };
    const fitter = createFitter({ kernels, pool, store: createNoStore(), carrier: { ...carrier, fit: (task, ...rest) => (begun.push(task.key), carrier.fit(task, ...rest)) } });
    const [a, b] = [fitter.start(first), fitter.start(second)];
    const [ofFirst, ofSecond] = [await a.finish(), await b.finish()];
    expect([...begun].sort()).toEqual([...new Set([...keys(first), ...keys(second)])].sort());
    expect(new Set(begun.slice(0, first.tasks.size))).toEqual(new Set(keys(first)));
    const shared = keys(second).filter((key) => first.tasks.has(key));
    expect(shared.length).toBeGreaterThan(0);
    expect([ofFirst.stored, ofFirst.fitted, ofSecond.stored]).toEqual([0, first.tasks.size, shared.length]);
    for (const key of shared) expect(b.lookup({ kind: "task", key })).toBe(a.lookup({ kind: "task", key }));
  });
});

const fitTasks = (plan: Plan): readonly FitTask[] => [...plan.tasks.values()].filter((task) => task.kind === "fit");

describe("pieces", () => {
  it("are cut by the task alone: a forest by trees, a within loss and least squares not at all", () => {
    const ranges = (plan: Plan): readonly (readonly (string | null)[])[] =>
      fitTasks(plan).map((task) => piecesOf(task, new Float64Array(48)).map(({ range }) => (range === null ? null : `${range.from}-${range.to}`)));
    expect(ranges(planOf({ encode: "dummies", learner: { rf: { trees: 45 } } }))[0]).toEqual([...["0-20", "20-40", "40-45"], ...["0-20", "20-40", "40-45"], ...["0-20", "20-40", "40-45"]]);
    expect(ranges(planOf({}))[0]).toEqual([null, null, null]);
    expect(ranges(planOf({ encode: "dummies", learner: "ols" }))[0]).toEqual(["0-1", "0-1", "0-1"]);
  });

  it("hold what a worker needs and nothing that cannot be sent to it", () => {
    for (const task of fitTasks(planOf(...COLUMNS))) {
      for (const piece of piecesOf(task, new Float64Array(48))) expect(structuredClone(piece)).toEqual(piece);
    }
  });
});
