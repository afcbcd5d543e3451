import { describe, expect, it } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { createMemoryStore, createNoStore, decodeFailure, decodeFit, encodeFailure, encodeFit, type NuisanceFit } from "../../src/fit/store.js";
import { version } from "../../src/version.js";

const KEY = "ab".repeat(32);
const FIT: NuisanceFit = {
  checkpoints: [1, 2],
  predictions: [Float64Array.of(1, -2.5, 1e-300), Float64Array.of(0.1, 1 / 3, -1e300)],
  notes: { innerFoldStages: 2, warnings: ["what the learner says, with 中文"] },
};

describe("a stored nuisance", () => {
  const bytes = encodeFit(KEY, FIT);

  it("is read as it was written, to the bit", () => {
    expect(decodeFit(KEY, bytes)).toEqual(FIT);
  });

  it("also from a slice of a larger buffer, as Node reads small files", () => {
    for (const offset of [0, 3, 8]) {
      const pool = Buffer.alloc(bytes.length + 64, 7);
      pool.set(bytes, offset);
      expect(decodeFit(KEY, pool.subarray(offset, offset + bytes.length))).toEqual(FIT);
    }
  });

  it("has its own numbers: the bytes may change afterwards", () => {
    const copy = bytes.slice();
    const read = decodeFit(KEY, copy);
    copy.fill(0);
    expect(read).toEqual(FIT);
  });

  it("is the same bytes whenever the fit is the same", () => {
    expect(encodeFit(KEY, structuredClone(FIT))).toEqual(bytes);
  });

  it("is a line of JSON that a person can read, and doubles from a multiple of eight bytes on", () => {
    const end = bytes.indexOf(0x0a);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))).toMatchObject({ format: "neyman-nuisance-2", key: KEY, rows: 3, checkpoints: [1, 2] });
    expect((end + 1) % 8).toBe(0);
    expect(bytes.length).toBe(end + 1 + 6 * 8);
  });

  it("without predictions or notes is possible", () => {
    const empty: NuisanceFit = { checkpoints: [0], predictions: [new Float64Array(0)], notes: {} };
    expect(decodeFit(KEY, encodeFit(KEY, empty))).toEqual(empty);
  });

  it("is not trusted if it is cut, at any byte", () => {
    for (let length = 0; length < bytes.length; length++) expect(decodeFit(KEY, bytes.subarray(0, length)), `${length} bytes`).toBeNull();
  });

  it("is not trusted if any byte is another, or one is added", () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(decodeFit(KEY, changed)).toBeNull();
    }
    expect(decodeFit(KEY, new Uint8Array([...bytes, 0]))).toBeNull();
  });

  it.each([
    ["of another key", "cd".repeat(32), bytes],
    ["of another format", KEY, encodeAs("neyman-nuisance-1")],
    ["foreign text", KEY, new TextEncoder().encode("{}\n")],
    ["foreign JSON", KEY, new TextEncoder().encode("null\n")],
    ["an empty file", KEY, new Uint8Array(0)],
    ["a header of the wrong kinds", KEY, headerAs({ checkpoints: "12" })],
    ["a header without notes", KEY, headerAs({ notes: null })],
    ["other notes", KEY, headerAs({ notes: { innerFoldStages: 3 } })],
    ["other checkpoints", KEY, headerAs({ checkpoints: [1, 3] })],
  ])("%s is not trusted", (_, key, given) => {
    expect(decodeFit(key, given)).toBeNull();
  });

  function encodeAs(format: string): Uint8Array {
    return new TextEncoder().encode(new TextDecoder("latin1").decode(bytes).replace("neyman-nuisance-2", format));
  }

  function headerAs(change: object): Uint8Array {
    const end = bytes.indexOf(0x0a);
    const header = { ...(JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as object), ...change };
    return new Uint8Array([...new TextEncoder().encode(`${JSON.stringify(header)}\n`), ...bytes.subarray(end + 1)]);
  }
});

describe("a stored failure", () => {
  const error = new EstimationError("not-finite", "Why, with 中文.");
  const failure = encodeFailure(KEY, error);

  it("is read as it was written, and is no fit", () => {
    expect(decodeFailure(KEY, failure)).toEqual(error);
    expect(decodeFit(KEY, failure)).toBeNull();
    expect(decodeFailure(KEY, encodeFit(KEY, FIT))).toBeNull();
  });

  it("is not trusted if it is cut, changed, of another key or of another version", () => {
    for (let at = 0; at < failure.length - 1; at++) {
      const changed = failure.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(decodeFailure(KEY, changed)).toBeNull();
      expect(decodeFailure(KEY, failure.subarray(0, at))).toBeNull();
    }
    expect(decodeFailure("cd".repeat(32), failure)).toBeNull();
    const other = new TextDecoder().decode(failure).replace(`"version":"${version}"`, `"version":"${version}1"`);
    expect(decodeFailure(KEY, new TextEncoder().encode(other))).toBeNull();
    expect(decodeFailure(KEY, new TextEncoder().encode("null\n"))).toBeNull();
  });
});

describe("stores", () => {
  it("in memory keep, the empty one does not", async () => {
    const memory = createMemoryStore();
    await memory.put(KEY, Uint8Array.of(1, 2));
    expect(await memory.has(KEY)).toBe(true);
    expect(await memory.get(KEY)).toEqual(Uint8Array.of(1, 2));
    expect(await memory.get("other")).toBeNull();
    const none = createNoStore();
    await none.put(KEY, Uint8Array.of(1));
    expect(await none.has(KEY)).toBe(false);
    expect(await none.get(KEY)).toBeNull();
  });
});
