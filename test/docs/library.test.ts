import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import * as library from "../../src/index.js";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(`${root}/docs/library.md`, "utf8");

it("docs/library.md quotes the examples as they are", () => {
  const quotes = [...text.matchAll(/<!-- (\S+) -->\n```\w+\n([^]*?)\n```\n/g)];
  expect(quotes.map(([, file]) => file)).toHaveLength(7);
  for (const [, file = "", quoted] of quotes) expect(`${quoted ?? ""}\n`, file).toBe(readFileSync(`${root}/${file}`, "utf8"));
});

it("docs/library.md names functions that there are", () => {
  const prose = text.replace(/```[^]*?```/g, "");
  const called = [...prose.matchAll(/`(?:await )?(\w+)\(/g)].map(([, name = ""]) => name);
  const kernels = ["mark", "reserve", "release"];
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((name) => !(name in library) && !kernels.includes(name))).toEqual([]);
});
