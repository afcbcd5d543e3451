import fc from "fast-check";
import { expect, it } from "vitest";
import { createFitCache } from "../../src/fit/cache.js";
import { costliestFirst } from "../../src/fit/order.js";
import type { Task } from "../../src/plan/task.js";

/** Tasks that need some of those before them, with costs. */
const graphs = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 9 }), needs: fc.array(fc.nat(), { maxLength: 3 }) }), { maxLength: 20 }).map((nodes) =>
  nodes.map(({ cost, needs }, i) => ({ cost, task: { key: `k${i}`, needs: i === 0 ? [] : [...new Set(needs.map((need) => `k${need % i}`))] } as unknown as Task })),
);

it("no task stands before one that it needs, and none is lost", () => {
  fc.assert(fc.property(graphs, (graph) => {
    const costs = new Map(graph.map(({ task, cost }) => [task, cost]));
    const ordered = costliestFirst(graph.map(({ task }) => task), (task) => costs.get(task) ?? 0);
    const place = new Map(ordered.map((task, i) => [task.key, i]));
    expect(place.size).toBe(graph.length);
    for (const [i, task] of ordered.entries()) for (const key of task.needs) expect(place.get(key)).toBeLessThan(i);
  }));
});

it("tasks without needs stand by their cost, those behind which much waits first", () => {
  const task = (key: string, needs: readonly string[] = []): Task => ({ key, needs }) as unknown as Task;
  const costs: Record<string, number> = { a: 1, b: 5, c: 2, d: 7 };
  expect(costliestFirst([task("a"), task("b"), task("c"), task("d", ["a"])], ({ key }) => costs[key] ?? 0).map(({ key }) => key)).toEqual(["a", "d", "b", "c"]);
});

it("a cache keeps what was asked for last, up to its bytes", () => {
  const fit = { checkpoints: [0], predictions: [new Float64Array(100)], notes: {} };
  const cache = createFitCache(3000); // two fits of 1,300 bytes
  cache.set("a", fit);
  cache.set("b", fit);
  expect(cache.get("a")).toBe(fit);
  cache.set("c", fit);
  expect(["a", "b", "c"].map((key) => cache.get(key) === fit)).toEqual([true, false, true]);
});
