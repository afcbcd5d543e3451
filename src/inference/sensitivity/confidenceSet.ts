import type { ConfidenceSet } from "../instruments/confidenceSet.js";
import { median } from "../repetitions.js";
import { boundOf, type Confounding, strengthOf } from "./bounds.js";
import { type InstrumentEstimate, onInstrument, type Outcome } from "./instrument.js";

/**
 * The Anderson-Rubin set under omitted confounders of the instrument: all theta at which the regression of
 * Y - theta D on the instrument could be 0, { theta : 0 in [lower limit, upper limit] }. Without confounding
 * (cfY or cfD 0) and with the two-sided quantile it is the plain Anderson-Rubin set. From low to high: one interval
 * for a strong instrument; two rays or the whole line for a weak one; empty only where repetitions disagree.
 *
 * The line, closed to a circle at infinity, is looked at in 1,024 places, at the ratio of the two coefficients and at
 * the extremes between them; each edge is halved to the last bit. Cost O(repetitions) a place, whatever the rows.
 * Medians over repetitions. quantile: of the limits, normalQuantile((1 + level) / 2) for a set of that level.
 * Sources: Anderson and Rubin (1949); Cinelli and Hazlett (2025).
 */
export function confidenceSet(repetitions: readonly InstrumentEstimate[], confounding: Confounding, quantile: number): ConfidenceSet {
  const strength = strengthOf(confounding);
  const scale = scaleOf(repetitions);
  const outside = (place: number): number => {
    const each = repetitions.map((one) => onInstrument(one, outcomeAt(place, scale)));
    return Math.max(boundOf(each, "lower", strength, quantile).limit, -boundOf(each, "upper", strength, quantile).limit);
  };
  return arcs((place) => outside(place) <= 0, placesToLook(outside, placeOf(ratio(repetitions), scale)))
    .map(([from, to]) => [effectAt(from, scale), effectAt(to, scale)]);
}

/** Residual deviation of the outcome over the treatment's: effects of this size lie in the middle of the circle. */
function scaleOf(repetitions: readonly InstrumentEstimate[]): number {
  return median(repetitions.map(({ sigma }) => Math.sqrt(sigma[0] / sigma[2])));
}

/** Reduced form over first stage. */
function ratio(repetitions: readonly InstrumentEstimate[]): number {
  return median(repetitions.map(({ coefficients: [y, d] }) => y / d));
}

/** Where the circle is cut open, at infinity: places run from 0 (minus infinity) to 4 (plus infinity). */
const END = 4;

/** The effect at a place: -scale at 1, 0 at 2, scale at 3. */
function effectAt(place: number, scale: number): number {
  if (place < 1) return -scale / place;
  return place <= 3 ? scale * (place - 2) : scale / (END - place);
}

/** The place of an effect. */
function placeOf(effect: number, scale: number): number {
  if (effect < -scale) return -scale / effect;
  return effect <= scale ? 2 + effect / scale : END - scale / effect;
}

/** Y - theta D, times 1 / |theta| where theta is large. */
function outcomeAt(place: number, scale: number): Outcome {
  if (place < 1) return [place, scale];
  return place <= 3 ? [1, -scale * (place - 2)] : [END - place, -scale];
}

const PLACES = 1024;

/** An even grid, the place where the set must be if anywhere, and between neighbours the extreme that nears zero. */
function placesToLook(outside: (place: number) => number, likely: number): readonly number[] {
  const grid = Array.from({ length: PLACES + 1 }, (_, i) => (END * i) / PLACES);
  const places = [...grid, likely].filter((place) => place >= 0 && place <= END).sort((a, b) => a - b);
  const values = places.map(outside);
  const extremes = places.slice(1, -1).flatMap((_, i) => {
    const [before = NaN, at = NaN, after = NaN] = values.slice(i, i + 3);
    const sign = Math.sign(at);
    if (!(sign * at <= sign * before && sign * at <= sign * after)) return [];
    return [least((place) => sign * outside(place), places[i] ?? NaN, places[i + 2] ?? NaN)];
  });
  return [...places, ...extremes].sort((a, b) => a - b);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where a function that falls and then rises is least: golden section. Source: Kiefer (1953). */
function least(of: (place: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 40; step++) {
    const inner = GOLDEN * (high - low);
    if (of(high - inner) <= of(low + inner)) high = low + inner;
    else low = high - inner;
  }
  return (low + high) / 2;
}

/** The stretches of places that are within, each edge halved to the last bit. */
function arcs(isIn: (place: number) => boolean, places: readonly number[]): readonly (readonly [number, number])[] {
  const within = places.map(isIn);
  const edges = (step: -1 | 1): readonly number[] => places.flatMap((place, i) => {
    if (within[i] !== true || within[i + step] === true) return [];
    const beside = places[i + step];
    return [beside === undefined ? place : edge(isIn, place, beside)];
  });
  const ends = edges(1);
  return edges(-1).map((from, i) => [from, ends[i] ?? NaN]);
}

/** The last place within between one that is and one that is not. */
function edge(isIn: (place: number) => boolean, within: number, without: number): number {
  let [inner, outer] = [within, without];
  for (;;) {
    const middle = (inner + outer) / 2;
    if (middle === inner || middle === outer) return inner;
    if (isIn(middle)) inner = middle;
    else outer = middle;
  }
}
