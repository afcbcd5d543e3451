import fc from "fast-check";
import { expect, it } from "vitest";
import { createRecordCache } from "../../src/cluster/assemble.js";
import { decodeRecord, encodeRecord } from "../../src/cluster/record.js";

const arrays = fc.oneof(fc.float64Array(), fc.int32Array(), fc.uint32Array());
const records = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, arrays, fc.string(), fc.constant(null), fc.boolean(), fc.integer(), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie("value"), { maxKeys: 4, noNullPrototype: true })),
})).value;

it("a record comes back to the bit, its arrays in memory that threads share", () => {
  fc.assert(fc.property(records, (value) => {
    const back = decodeRecord(encodeRecord(value));
    expect(back).toEqual(value);
    if (back instanceof Float64Array) expect(back.buffer).toBeInstanceOf(SharedArrayBuffer);
  }));
});

it("equal contents have equal bytes, wherever in memory they lie", () => {
  const memory = new Float64Array(20).map((_, i) => i / 3);
  expect(encodeRecord({ a: memory.subarray(5, 9) })).toEqual(encodeRecord({ a: memory.slice(5, 9) }));
});

it("a cache brings what it has once, and drops what was used longest ago when it is full", async () => {
  const loads: string[] = [];
  const bytes = encodeRecord(new Float64Array(100));
  const fetch = createRecordCache(async (hash) => (loads.push(hash), bytes), 3 * bytes.length);
  for (const hash of ["a", "b", "c", "a", "d", "a", "b"]) await fetch(hash);
  expect(loads).toEqual(["a", "b", "c", "d", "b"]);
});

it("what could not be brought is asked for again", async () => {
  let loads = 0;
  const fetch = createRecordCache(async () => (loads++ === 0 ? Promise.reject(new Error("away")) : encodeRecord(1)), 1000);
  await expect(fetch("a")).rejects.toThrow("away");
  expect(await fetch("a")).toBe(1);
});
