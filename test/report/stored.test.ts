import { expect, it } from "vitest";
import { LIGHT } from "../../src/report/figures/palette.js";
import { outputFiles } from "../../src/report/outputs.js";
import { readStoredResult, storedResult } from "../../src/report/stored.js";
import { FORMATS } from "../../src/study/output.js";
import { smallResult } from "../helpers/outputs.js";

it("stored results come back whole: NaN, infinities and maps included", async () => {
  const result = await smallResult();
  const odd = { ...result, rows: result.rows.map((row, i) => (i === 0 && row.estimate !== null ? { ...row, estimate: { ...row.estimate, coef: NaN, ci: [-Infinity, Infinity] as const } } : row)) };
  expect(readStoredResult(storedResult(odd), "results.json")).toEqual(odd);
});

it("every format of stored results is that of the results themselves", async () => {
  const result = await smallResult();
  const again = readStoredResult(storedResult(result), "results.json");
  const files = async (of: typeof result) => outputFiles(of, { formats: FORMATS, palette: LIGHT, rasterize: async (svg) => new TextEncoder().encode(svg), only: null });
  expect(await files(again)).toEqual(await files(result));
});

it.each([["half of it", '{"format": "neyman-res'], ["another version's", '{"format":"neyman-results-0","result":{}}'], ["other JSON", "[1, 2]"], ["null", "null"]])("refuses %s and says how to mend it", (_, text) => {
  expect(() => readStoredResult(text, "out/results.json")).toThrow(/out\/results\.json .*`neyman run`/);
});

it("stored results hold no path, date or number of threads", async () => {
  expect(storedResult(await smallResult())).not.toMatch(/"date"|threads|seconds|\/tmp|\/home/);
});
