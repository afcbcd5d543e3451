import { type DeriveStep, numbersOf, oneColumn, textOf } from "../step.js";

/** Mean radius of the earth, km (IUGG). */
const RADIUS = 6371.0088;
const DEGREE = Math.PI / 180;

/** `distance`: to the nearest of some places. */
export const distance: DeriveStep = {
  name: "distance",
  about: "Great-circle distance in kilometres to the nearest of some places (haversine formula).",
  options: {
    longitude: { type: "string", minLength: 1, description: "Column, in degrees." },
    latitude: { type: "string", minLength: 1, description: "Column, in degrees." },
    to: { type: "array", minItems: 1, items: { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 }, description: "Places, as [longitude, latitude] in degrees." },
  },
  required: ["longitude", "latitude", "to"],
  run: (options, context) => {
    const { sin, cos, asin } = context.special;
    const places = (options["to"] as readonly (readonly [number, number])[]).map(([x, y]) => [x * DEGREE, y * DEGREE] as const);
    const [longitudes, latitudes] = [numbersOf(context, "longitude", textOf(options, "longitude")), numbersOf(context, "latitude", textOf(options, "latitude"))];
    const wrong = latitudes.findIndex((value) => Math.abs(value) > 90);
    if (wrong >= 0) throw context.refuse("latitude", `\`${textOf(options, "latitude")}\` is ${latitudes[wrong] ?? NaN} in a row, and latitudes lie between -90 and 90 degrees.`);
    return oneColumn(longitudes.map((value, row) => {
      const [x, y] = [value * DEGREE, (latitudes[row] ?? NaN) * DEGREE];
      return places.reduce((least, [toX, toY]) => {
        const [a, b] = [sin((toY - y) / 2), sin((toX - x) / 2)];
        const away = 2 * RADIUS * asin(Math.min(1, Math.sqrt(a * a + cos(y) * cos(toY) * b * b)));
        return Number.isNaN(away) ? NaN : Math.min(least, away);
      }, Infinity);
    }));
  },
};
