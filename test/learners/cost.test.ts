import { expect, it } from "vitest";
import { learners } from "../../src/learners/registry.js";

it.each(Object.entries(learners))("%s: a cost that work can be divided by, for a design without columns too", (_, learner) => {
  const defaults = Object.fromEntries(Object.entries(learner.options).map(([name, option]) => [name, option.default]));
  for (const features of [0, 1, 40]) {
    const cost = learner.cost(defaults, 100, { features, groups: 0, columns: features });
    expect(cost >= 0 && cost < Infinity).toBe(true);
  }
});
