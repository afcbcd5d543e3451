import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskOutline } from "../../src/fit/outline.js";
import { shardsOf } from "../../src/fit/shards.js";

type Costed = Pick<TaskOutline, "key" | "needs" | "cost">;

function taskOf(key: string, cost: number, needs: readonly string[]): Costed {
  return { key, needs, cost };
}

/** Tasks of which each may need some of those before it. */
const plans = fc
  .array(fc.record({ cost: fc.integer({ min: 1, max: 20 }), needs: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }) }), { maxLength: 40 })
  .map((drawn) => new Map(drawn.map(({ cost, needs }, i) => {
    const key = `${(i * 7919) % 97}-${i}`;
    return [key, taskOf(key, cost, [...new Set(needs)].filter((j) => j < i).map((j) => `${(j * 7919) % 97}-${j}`))] as const;
  })));

const cost = (tasks: Iterable<Costed>): number => [...tasks].reduce((sum, task) => sum + task.cost, 0);

describe("the shards of a plan", () => {
  it("hold every task, each with all that it needs, in the plan's order", () => {
    fc.assert(fc.property(plans, fc.integer({ min: 1, max: 9 }), (tasks, count) => {
      const shards = shardsOf(tasks, count);
      expect(shards).toHaveLength(count);
      expect(new Set(shards.flatMap((shard) => [...shard.keys()]))).toEqual(new Set(tasks.keys()));
      for (const shard of shards) {
        for (const { needs } of shard.values()) for (const need of needs) expect(shard.has(need)).toBe(true);
        expect([...shard.keys()]).toEqual([...tasks.keys()].filter((key) => shard.has(key)));
      }
    }));
  });

  it("are the same whatever the order in which the ends of a plan were found", () => {
    fc.assert(fc.property(plans, fc.integer({ min: 2, max: 5 }), (tasks, count) => {
      const keysOf = (given: ReadonlyMap<string, Costed>): readonly string[][] => shardsOf(given, count).map((shard) => [...shard.keys()].sort());
      const turned = new Map([...tasks].reverse());
      expect(keysOf(turned)).toEqual(keysOf(tasks));
    }));
  });

  it("share nothing where no task is needed twice, and are balanced as well as the dearest task allows", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (costs, count) => {
      const tasks = new Map(costs.map((each, i) => [String(i), taskOf(String(i), each, [])]));
      const shards = shardsOf(tasks, count);
      expect(shards.reduce((sum, shard) => sum + shard.size, 0)).toBe(tasks.size);
      const [total, dearest] = [cost(tasks.values()), Math.max(...[...tasks.values()].map((task) => task.cost))];
      // No list schedule ends later than the mean load and one task (Graham 1969).
      for (const shard of shards) expect(cost(shard.values())).toBeLessThanOrEqual(total / count + dearest);
    }));
  });

  it("are even also where one task is needed by all: it stands in every part", () => {
    const tasks = new Map([taskOf("m", 5, []), ...Array.from({ length: 40 }, (_, i) => taskOf(`g${i}`, 10, ["m"]))].map((task) => [task.key, task]));
    const loads = shardsOf(tasks, 4).map((shard) => cost(shard.values()));
    expect(loads).toEqual(loads.map(() => 105));
  });

  it("keep what needs the same together while there is room", () => {
    const tasks = new Map(["a", "b", "c", "d"].flatMap((name) => [taskOf(name, 30, []), taskOf(`${name}1`, 1, [name]), taskOf(`${name}2`, 1, [name])]).map((task) => [task.key, task]));
    const shards = shardsOf(tasks, 2);
    expect(shards.map((shard) => shard.size)).toEqual([6, 6]);
  });
});
