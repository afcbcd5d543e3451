/** A number's place in pixels. */
export type Scale = (value: number) => number;

/** From an interval of numbers to one of pixels. */
export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round numbers within an interval, about so many, and the decimals that they need. */
export interface Ticks {
  readonly values: readonly number[];
  readonly places: number;
}

/** Ticks at multiples of 1, 2 or 5 times a power of ten. */
export function ticksOf([from, to]: readonly [number, number], about = 5): Ticks {
  const [unit, places] = unitOf((to - from) / about);
  const first = Math.ceil(from / unit - 1e-9);
  const count = Math.max(0, Math.floor(to / unit + 1e-9) - first + 1);
  return { values: Array.from({ length: count }, (_, i) => (first + i) * unit), places };
}

function unitOf(raw: number): readonly [number, number] {
  let [power, places] = [1, 0];
  while (power * 10 <= raw) power *= 10;
  while (power > raw && places < 12) [power, places] = [power / 10, places + 1];
  const ratio = raw / power;
  const factor = ratio > 5 ? 10 : ratio > 2 ? 5 : ratio > 1 ? 2 : 1;
  return [power * factor, factor === 10 ? Math.max(0, places - 1) : places];
}

/** The interval that holds all finite numbers, with a share of its width added on both sides. */
export function extent(values: readonly number[], margin = 0.06): readonly [number, number] {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return [0, 1];
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  const room = high > low ? (high - low) * margin : Math.abs(high) * 0.1 || 0.5;
  return [low - room, high + room];
}
