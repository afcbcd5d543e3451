/** What simulated panels have in common: their rows by unit and period, controls that go with the units' effects, and such effects. */
import { combine, normals, pair } from "./random.mjs";

/**
 * `units` times `periods` rows; `a` and `b`, correlated by .8, are effects of units; `width` controls of variance one, the share
 * `within` of it within units, and of the rest the share `correlated` that of `a`. `effect(name, ofUnits)` is a function of the row:
 * the unit's effect and the period's, drawn by that name.
 */
export function panelParts(stream, units, { periods, width, within, correlated }) {
  const rows = units * periods;
  const index = Float64Array.from({ length: rows }, (_, i) => i);
  const unit = index.map((i) => Math.floor(i / periods));
  const time = index.map((i) => i % periods);
  const [a, b] = pair(stream("unit"), units, 0.8);
  const x = Array.from({ length: width }, (_, j) => {
    const level = combine([a, normals(stream(`unit ${j}`), units)], [Math.sqrt(correlated * (1 - within)), Math.sqrt((1 - correlated) * (1 - within))]);
    return normals(stream(`row ${j}`), rows).map((value, i) => Math.sqrt(within) * value + level[unit[i]]);
  });
  const effect = (name, ofUnits) => {
    const ofTime = normals(stream(`time ${name}`), periods).map((value) => value / 2);
    return (i) => ofUnits[unit[i]] + ofTime[time[i]];
  };
  return { unit, time, x, a, b, effect };
}

/** By unit; variance one throughout. */
export function autoregressive(fresh, periods, serial) {
  const values = Float64Array.from(fresh);
  for (let i = 0; i < values.length; i++) if (i % periods > 0) values[i] = serial * values[i - 1] + Math.sqrt(1 - serial * serial) * fresh[i];
  return values;
}
