import { EstimationError } from "../../errors.js";
import type { Special } from "../../kernels/special.js";

/** Positions on the globe and how near counts as near. */
export interface Places {
  /** Degrees, -90 to 90, by row. */
  readonly latitude: Float64Array;
  /** Degrees, -180 to 360, by row. */
  readonly longitude: Float64Array;
  /** Kilometres along the great circle, above 0. */
  readonly cutoff: number;
  /** uniform: weight 1 up to the cutoff; bartlett: 1 - distance / cutoff. */
  readonly kernel: "uniform" | "bartlett";
}

/** Places made ready: points of the unit sphere, and the weight of a pair by the square of its chord. */
export interface Spatial {
  readonly latitude: Float64Array;
  /** Coordinates of each row's point. */
  readonly points: readonly [Float64Array, Float64Array, Float64Array];
  /** No pair is near whose latitudes differ by more degrees. */
  readonly reach: number;
  /** 0 beyond the cutoff; 1 for the same place. */
  readonly weight: (squaredChord: number) => number;
}

/** The Earth's mean radius in kilometres (Moritz 2000, R1 of GRS 80). */
const RADIUS = 6371.0088;
const PI = 3.141592653589793;
const DEGREE = PI / 180;

/**
 * Turns degrees into points, so that a pair costs three products: chords, 2 R sin(d / 2R) for a distance d, are compared
 * with the cutoff's. Throws an EstimationError where a position is none or the cutoff is not above 0. Cost O(n).
 */
export function createSpatial(special: Special, { latitude, longitude, cutoff, kernel }: Places): Spatial {
  if (!(cutoff > 0)) throw new EstimationError("bad-cutoff", "The cutoff of conley errors must be a distance above 0 km.");
  if (!latitude.every((value) => Math.abs(value) <= 90) || !longitude.every((value) => value >= -180 && value <= 360)) {
    throw new EstimationError("bad-position", "A position is not on the globe: latitudes run from -90 to 90 degrees, longitudes from -180 to 360. Check that the two columns are not swapped.");
  }
  const angle = Math.min(cutoff / RADIUS, PI);
  const limit = squareOf(2 * special.sin(angle / 2));
  const within = (squared: number): number => (squared <= limit ? 1 : 0);
  const fading = (squared: number): number => Math.max(0, 1 - (2 * RADIUS * special.asin(Math.min(1, Math.sqrt(squared) / 2))) / cutoff);
  return {
    latitude,
    points: pointsOf(special, latitude, longitude),
    reach: (angle / DEGREE) * (1 + 1e-9), // a little more: the chord decides
    weight: kernel === "uniform" ? within : fading,
  };
}

function pointsOf(special: Special, latitude: Float64Array, longitude: Float64Array): Spatial["points"] {
  const east = longitude.map((value) => value * DEGREE);
  const radius = latitude.map((value) => special.cos(value * DEGREE));
  return [
    radius.map((r, i) => r * special.cos(east[i] ?? NaN)),
    radius.map((r, i) => r * special.sin(east[i] ?? NaN)),
    latitude.map((value) => special.sin(value * DEGREE)),
  ];
}

function squareOf(x: number): number {
  return x * x;
}
