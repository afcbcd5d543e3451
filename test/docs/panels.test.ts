import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { neyman, textOf, workspace } from "../helpers/cli.js";

const docs = resolve(import.meta.dirname, "../../docs");
const page = readFileSync(`${docs}/panels.md`, "utf8");

it("docs/panels.yaml runs: DoubleML's four approaches under their names beside dummies, effects and OLS, as the page shows", async () => {
  const folder = workspace({});
  const { code, stdout, stderr } = await neyman(folder, "run", `${docs}/panels.yaml`, "--out", "out", "--store", "none");
  expect(code, stderr).toBe(0);
  const [, shown = ""] = /<!-- output -->\n```text\n([^]*?)\n```/.exec(page) ?? [];
  expect(shown).not.toBe("");
  expect(stdout).toContain(shown);
  const { estimates } = JSON.parse(textOf(folder, "out/estimates.json")) as { estimates: { label: string; coef: number; ci: [number, number]; panelCheck: { tripped: boolean } | null; spec: { encode: string } }[] };
  const byLabel = new Map(estimates.map((row) => [row.label, row]));
  expect(["fd_exact", "wg_approx", "cre_normal", "cre_general"].map((name) => byLabel.get(name)?.spec.encode)).toEqual(["fd", "wg-approx", "cre-normal", "cre"]);
  const [low, high] = byLabel.get("effects")!.ci;
  expect(low < -0.026 && -0.026 < high).toBe(true);
  expect(byLabel.get("dummies")!.coef).toBeGreaterThan(0); // the wrong sign, and a mark that says so
  expect(byLabel.get("dummies")!.panelCheck?.tripped).toBe(true);
});

it("the page's links and picture are there, and it is linked from the README", () => {
  for (const [, target = ""] of page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) expect(existsSync(resolve(docs, target)), target).toBe(true);
  expect(readFileSync(resolve(docs, "../README.md"), "utf8")).toContain("(docs/panels.md)");
});
