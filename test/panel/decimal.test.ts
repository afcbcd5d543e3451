import fc from "fast-check";
import { expect, it } from "vitest";
import { numberAt } from "../../src/panel/decimal.js";

const [point, comma] = [46, 44];

function check(text: string): void {
  const number = Number(text);
  expect(Object.is(numberAt(text, 0, text.length, point), Number.isFinite(number) ? number : NaN), `${text}: ${numberAt(text, 0, text.length, point)}`).toBe(true);
}

it("is what Number gives, to the bit: doubles as they are printed, with 15 to 25 digits, as fractions and with exponents", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e9, max: 1e9 }), fc.integer({ min: 15, max: 25 }), (value, digits) => {
    check(String(value));
    check(value.toPrecision(digits));
    check(value.toFixed(digits % 20));
    check(value.toExponential(digits));
  }), { numRuns: 20_000 });
});

it("likewise any digits with a point anywhere, leading zeros and signs", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 24 }).map((list) => list.join(""));
  fc.assert(fc.property(digits, fc.nat({ max: 24 }), fc.constantFrom("", "-", "+"), (all, at, sign) => {
    const place = Math.min(at, all.length);
    check(sign + all);
    check(`${sign}${all.slice(0, place)}.${all.slice(place)}`);
    check(`${sign}000${all.slice(0, place)}.${all.slice(place)}`);
  }), { numRuns: 20_000 });
});

it("in the middle of two doubles, and beside it, where the last digit decides", () => {
  for (const text of ["9007199254740993", "9007199254740995", "9007199254740993.0", "9007199254740993.1", "9007199254740992.9", "4503599627370496.5", "4503599627370497.5", "0.50000000000000005551", "1.0000000000000001110", "1.0000000000000001111", "1.0000000000000003331", "8.5000000000000008882"]) check(text);
  for (let k = 0; k < 53; k++) {
    const [low, step] = [2 ** k, 2 ** (k - 53)];
    for (const odd of [1, 3, 5, 1001]) {
      const middle = `${low}${(odd * step).toFixed(25).slice(odd * step < 1 ? 1 : 0)}`;
      for (const cut of [16, 17, 18, 19, 20, 21]) check(middle.slice(0, cut));
    }
  }
});

it("with a comma before the fraction, and NaN for what is no number", () => {
  expect(numberAt("0,12345678901234567", 0, 19, comma)).toBe(0.12345678901234567);
  expect(numberAt("1,5", 0, 3, comma)).toBe(1.5);
  for (const text of ["", "-", ".", "1.2.3", "1x", "e5", "1e", "--1"]) expect(numberAt(text, 0, text.length, point)).toBeNaN();
});
