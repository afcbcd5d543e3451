import { expect, test } from "vitest";
import type { JointInference } from "../../../src/inference/joint/jointInference.js";
import { jointTable } from "../../../src/report/joint.js";
import { alignRows } from "../../../src/report/text.js";

const joint: JointInference = {
  estimates: [
    { name: "Robots", coef: -0.25, se: 0.1, p: 0.0124, ci: [-0.446, -0.054], jointCi: [-0.4895, -0.0105], critical: 2.395, romanoWolf: 0.038, holm: 0.0372, bonferroni: 0.0372 },
    { name: "AI", coef: 0.5, se: 0.05, p: 1e-20, ci: [0.402, 0.598], jointCi: [0.38, 0.62], critical: 2.395, romanoWolf: 0, holm: 1e-19, bonferroni: 1e-19 },
  ],
  critical: 2.395, ways: ["city"], levels: [1282], choice: { draws: 1000, multiplier: "normal", seed: 42, level: 0.95 },
};

test("one line an estimate; a p value below what the draws can tell is a bound", () => {
  const { rows, notes, title } = jointTable(joint, { id: "joint", title: "Together" });
  expect(title).toBe("Together");
  expect(rows.filter((row) => typeof row !== "string")).toEqual([
    ["", "Estimate", "s.e.", "95 % interval", "95 % joint interval", "p", "Romano-Wolf p", "Holm p"],
    ["Robots", "-0.2500", "0.1000", "[-0.4460, -0.0540]", "[-0.4895, -0.0105]", "0.0124", "0.0380", "0.0372"],
    ["AI", "0.5000", "0.0500", "[0.4020, 0.5980]", "[0.3800, 0.6200]", "< 0.0001", "< 0.0010", "< 0.0001"],
  ]);
  expect(notes[0]).toContain("2.395 standard errors to either side, by a multiplier bootstrap (normal, 1,000 draws, seed 42), one multiplier by city (1,282)");
  const byT = { ...joint, estimates: joint.estimates.map((one, k) => ({ ...one, critical: [3.1, 2.9][k]! })) };
  expect(jointTable(byT, { id: "joint", title: "Together" }).notes[0]).toContain("2.395 standard errors to either side (by Student's t 2.900 to 3.100), by a multiplier");
  expect(alignRows(rows).split("\n")).toHaveLength(6);
});
