import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { sha256Hex } from "../../src/plan/digest.js";

const original = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
afterAll(() => {
  if (original !== undefined) Object.defineProperty(process, "getBuiltinModule", original);
});

it("is SHA-256 of the parts after each other, in Node and where there is no Node", async () => {
  vi.resetModules();
  Reflect.set(process, "getBuiltinModule", undefined);
  const elsewhere = (await import("../../src/plan/digest.js")).sha256Hex;
  expect(elsewhere).not.toBe(sha256Hex);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
    const expected = bytesToHex(sha256(new Uint8Array([...a, ...b])));
    expect([sha256Hex(a, b), elsewhere(a, b)]).toEqual([expected, expected]);
  }));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const expected = bytesToHex(sha256(new TextEncoder().encode(text)));
    expect([sha256Hex(text), sha256Hex("", text), elsewhere(text)]).toEqual([expected, expected, expected]);
  }));
});
