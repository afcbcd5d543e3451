import { beforeAll, describe, expect, it } from "vitest";
import { curveBlocks } from "../../src/curve/blocks.js";
import { executionOrder } from "../../src/curve/order.js";
import type { CurveRow } from "../../src/curve/columns.js";
import type { CurveRun } from "../../src/curve/run.js";
import { createEngine, createNoStore, prepareStudy, readPanel, readStoredResult, readStudy, runStudy, storedResult, type StudyRun } from "../../src/index.js";
import { type Carrier, createPoolCarrier } from "../../src/fit/carrier.js";
import { createMemoryStore, type Store } from "../../src/fit/store.js";
import type { CurveTable } from "../../src/study/curve/table.js";
import { panelCsv } from "../helpers/panelCsv.js";

const VARY = {
  learner: { OLS: "ols", Forest: { rf: { trees: 2 } } },
  controls: { always: ["x1"], sets: { none: [], x2: ["x2"], constant: ["one"] } },
  sample: { All: {}, North: { where: "region == 'north'" }, Nobody: { where: "size > 100" } },
  errors: { Firm: { cluster: ["firm"] }, HC1: "hc1" },
};
const CURVE = { vary: VARY, preferred: { learner: "OLS", controls: "x2", sample: "All", errors: "Firm" } };

async function run(tables: readonly object[], store: Store = createMemoryStore(), chosen?: (table: CurveTable) => ArrayLike<number>, onRow?: (i: number, row: CurveRow) => void): Promise<StudyRun> {
  const study = readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "firm", time: "year" }, base: { outcome: "y", treatment: "d", fixedEffects: ["firm", "year"] }, tables }), "study.json");
  const engine = await createEngine({ store });
  const prepared = prepareStudy(study, await readPanel(new TextEncoder().encode(panelCsv()), "panel.csv", {}), engine.kernels);
  return runStudy(prepared, engine, { curves: { chosen, onRow: (_, i, row) => onRow?.(i, row) } });
}

let whole: StudyRun;
let curve: CurveRun;
const seen: [number, CurveRow][] = [];
beforeAll(async () => {
  whole = await run([{ id: "c", curve: CURVE }], createMemoryStore(), undefined, (i, row) => void seen.push([i, row]));
  curve = whole.curves.get("c") as CurveRun;
});

describe("the rows of a curve", () => {
  it("are what the same specifications give as columns of a table", async () => {
    const table = whole.result.study.tables[0] as CurveTable;
    const wanted = [0, 3, 7, 20, 25];
    const columns = wanted.map((i) => {
      const [learner = 0, controls = 0, sample = 0, errors = 0] = table.choices(i);
      return { learner: Object.values(VARY.learner)[learner], controls: ["x1", ...(Object.values(VARY.controls.sets)[controls] ?? [])], ...Object.values(VARY.sample)[sample], errors: Object.values(VARY.errors)[errors] };
    });
    const { result } = await run([{ id: "t", columns }]);
    const { rows } = curve;
    for (const [at, i] of wanted.entries()) {
      const own = result.rows[at]?.estimate;
      expect([rows.theta[i], rows.se[i], rows.p[i], rows.lower[i], rows.upper[i], rows.n[i], rows.warned[i]]).toEqual([own?.coef, own?.se, own?.p, ...(own?.ci ?? []), own?.n, own?.warnings.length]);
    }
  });

  it("an error costs its own rows alone, and each reason is counted", () => {
    expect(curve.failures).toMatchObject([{ code: "no-rows", count: 12 }]);
    expect(curve.rows.error.filter((code) => code === null)).toHaveLength(24);
    curve.rows.error.forEach((code, i) => expect(Number.isNaN(curve.rows.theta[i])).toBe(code !== null));
  });

  it("are told one by one as they are known, each once", () => {
    expect(seen.map(([i]) => i).sort((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, i) => i));
    for (const [i, row] of seen) expect("error" in row ? row.error.code : null).toBe(curve.rows.error[i]);
  });

  it("do not depend on what else is run", async () => {
    const chosen = new Uint8Array(36).fill(0).map((_, i) => (i % 5 === 0 ? 1 : 0));
    const part = (await run([{ id: "c", curve: CURVE }], createMemoryStore(), () => chosen)).curves.get("c") as CurveRun;
    chosen.forEach((is, i) => {
      expect(part.rows.error[i]).toBe(is === 1 ? curve.rows.error[i] : "not-run");
      if (is === 1) expect(part.rows.theta[i]).toBe(curve.rows.theta[i]);
      if (is === 1) expect(part.scores.scores(i).values).toEqual(curve.scores.scores(i).values);
    });
  });

  it("come back whole from stored results", () => {
    const again = readStoredResult(storedResult(whole.result), "results.json");
    expect(again.curves).toEqual(whole.result.curves);
  });
});

describe("scores", () => {
  it("are summed by the preferred specification's clusters, squares adding up to the squared standard error, and to zero themselves", () => {
    expect(curve.scores).toMatchObject({ by: "firm" });
    expect(curve.scores.labels).toHaveLength(30);
    for (let i = 0; i < curve.rows.size; i++) {
      const { values } = curve.scores.scores(i);
      const se = curve.rows.se[i] ?? NaN;
      const squares = values.reduce((sum, value) => sum + value * value, 0);
      const sum = values.reduce((total, value) => total + value, 0);
      if (curve.rows.error[i] !== null) expect(squares).toBe(0);
      else {
        expect(Math.sqrt(squares)).toBeCloseTo(se, 12); // one rounding a cluster
        expect(Math.abs(sum)).toBeLessThan(1e-10 * se * 30); // a sum of 30 terms that cancel
      }
    }
  });

  it("are zero for clusters that a sample leaves out", () => {
    const north = curve.scores.scores(2).values;
    expect(north.filter((value) => value !== 0)).toHaveLength(15);
  });
});

describe("blocks", () => {
  const BLOCK = 256;
  const LONG = { vary: { seed: Array.from({ length: BLOCK / 2 + 1 }, (_, i) => i), errors: { Firm: { cluster: ["firm"] }, HC1: "hc1" } } };

  it("follow each other without a gap: the next is begun while the last fit of one is under way, and its rows come after", async () => {
    const study = readStudy(JSON.stringify({ data: { file: "panel.csv", unit: "firm", time: "year" }, base: { outcome: "y", treatment: "d", controls: ["x1"], learner: "ols" }, tables: [{ id: "c", curve: LONG }] }), "study.json");
    const engine = await createEngine({ store: createNoStore() });
    const prepared = prepareStudy(study, await readPanel(new TextEncoder().encode(panelCsv(8)), "panel.csv", {}), engine.kernels);
    const table = prepared.study.tables[0] as CurveTable;
    const [first] = curveBlocks(table, executionOrder(table), prepared.planner);
    const pool = createPoolCarrier(engine.pool);
    let nextIsBegun: () => void = () => undefined;
    const next = new Promise<void>((resolve) => (nextIsBegun = resolve));
    const [last] = [...(first?.plan.tasks.keys() ?? [])];
    const carrier: Carrier = {
      width: Number.POSITIVE_INFINITY,
      fit: async (task, ...rest) => {
        if (first?.plan.tasks.has(task.key) === false) nextIsBegun();
        if (task.key === last) await next;
        return pool.fit(task, ...rest);
      },
    };
    const told: number[] = [];
    await runStudy(prepared, { ...engine, carrier }, { curves: { onRow: (_, i) => void told.push(i) } });
    expect(told).toEqual([...executionOrder(table)]);
  });
});

describe("nuisances", () => {
  it("are fitted once each, with a store and without", async () => {
    const { distinct, fitted, stored } = curve.nuisances;
    expect({ fitted, stored }).toEqual({ fitted: distinct, stored: 0 });
    const without = (await run([{ id: "c", curve: CURVE }], createNoStore())).curves.get("c") as CurveRun;
    expect(without.nuisances).toEqual(curve.nuisances);
  });

  it("are all found in the store the second time", async () => {
    const store = createMemoryStore();
    await run([{ id: "c", curve: CURVE }], store);
    const again = (await run([{ id: "c", curve: CURVE }], store)).curves.get("c") as CurveRun;
    expect(again.nuisances).toEqual({ distinct: curve.nuisances.distinct, fitted: 0, stored: curve.nuisances.distinct });
    expect(again.rows).toEqual(curve.rows);
  });
});

it("are estimated in an order in which samples move slowest and errors fastest", () => {
  const table = whole.result.study.tables[0] as CurveTable;
  const order = [...executionOrder(table)];
  const changes = (d: number): number => order.filter((i, at) => at > 0 && table.choices(i)[d] !== table.choices(order[at - 1] ?? 0)[d]).length;
  expect([2, 1, 0, 3].map(changes)).toEqual([2, 8, 17, 35]);
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, i) => i));
});
