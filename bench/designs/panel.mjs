/**
 * Panels with unit and period effects in treatment and outcome, the effect -0.5:
 * d = f(x) + a_i + c_t + v, y = -d / 2 + h(x) + b_i + e_t + u, corr(a, b) = .8, x standard normal.
 * What a world differs in stands in `WORLDS`; all of them were fixed before any of their results was looked at.
 */
import { cells, furtherCells } from "./panelCells.mjs";
import { autoregressive, panelParts } from "./panelParts.mjs";
import { named, normals, streams } from "./random.mjs";

const THETA = -0.5;

/** A sine over more than a period, and a product with a jump: harder than most. */
export const nonlinear = (x1, x2, x3) => 0.7 * (Math.sin(2 * x1) + (x3 > 0 ? x2 : 0));
export const linear = (x1, x2, x3) => 0.6 * (x1 + x2 - x3);
const squares = (x1, x2, x3) => 0.5 * (x1 + x2 * x2 - x3 * x3);
const products = (x1, x2, x3) => 0.5 * (x1 + x2 * x2 - x1 * x3);
const steps = (x1, x2, x3) => 0.7 * ((x1 > 0.5) + (x2 > -0.5) - (x3 > 0 && x1 < 0));
const bump = (x1, x2, x3) => 0.6 * x1 * x2 + Math.exp(-2 * x3 * x3);
const mild = (x1, x2, x3) => nonlinear(x1, x2, x3) / 2;

/** In all: 150 or 1,000 units, ten periods, six controls, one function in both equations, half of a control's variance between units. */
export const PLAIN = {
  f: nonlinear, places: [0, 1, 2], sizes: [150, 1000], periods: 10, width: 6,
  /** Share of a control's variance within units, and of the rest what the treatment's unit effect has. */
  within: 0.5, correlated: 0.25,
  /** Autoregression of both errors; whether the outcome's grows with the treatment's. */
  serial: 0, heteroskedastic: false,
  /** Shares of rows that are missing: at random, and of those whose outcome is above its median. */
  missing: 0, selected: 0,
};
const WORLDS = {
  same: ["one nonlinear function in both", {}],
  apart: ["nonlinear functions of other controls", { places: [3, 4, 5] }],
  linear: ["one linear function in both", { f: linear }],
  squares: ["one function with squares in both", { f: squares, sizes: [150] }],
  products: ["one function with a square and a product in both", { f: products, sizes: [150] }],
  steps: ["one function of steps in both", { f: steps, sizes: [150] }],
  bump: ["300 units, 6 periods, a product and a bump, a tenth of the rows missing, autocorrelated errors", { f: bump, sizes: [300], periods: 6, missing: 0.1, serial: 0.5 }],
  few: ["few units, half as much nonlinearity", { f: mild, sizes: [30, 50] }],
  short: ["three periods", { sizes: [300], periods: 3 }],
  persistent: ["a tenth of the controls' variance within units", { f: mild, sizes: [150], within: 0.1 }],
  errors: ["autocorrelated, heteroskedastic errors", { f: mild, sizes: [150], serial: 0.6, heteroskedastic: true }],
  missing: ["a fifth of the rows missing at random", { f: mild, sizes: [150], missing: 0.2 }],
  selected: ["a fifth of the rows missing, all with high outcomes: no estimator here is consistent", { f: mild, sizes: [150], selected: 0.4 }],
  correlated: ["unit effects and controls correlated by .63", { f: mild, sizes: [150], correlated: 0.8 }],
  irrelevant: ["twenty further controls that say nothing", { f: mild, sizes: [150], width: 26 }],
};

/** Raised, too, when a default of an encoding, or the numerics of a learner under it, changes what a draw gives. */
const VERSION = 2;

const worldsWith = (cells) => Object.entries(WORLDS).map(([name, [about, own]]) => {
  const world = { ...PLAIN, ...own };
  return {
    name, version: VERSION, about: `${about}, effect -.5`, sizes: world.sizes, cells,
    data: { unit: "unit", time: "time" },
    base: { outcome: "y", treatment: "d", controls: Object.keys(named("X", Array.from({ length: world.width }))), fixedEffects: ["unit", "time"] },
    sample: (units, draw) => sample(streams(name, draw), units, world),
  };
});

/** Every way with the learners that panels are made for; the default with the others, on the same draws. */
export const panels = worldsWith(cells);
export const panelLearners = worldsWith(furtherCells);

/** One panel of the world `irrelevant` with so many controls in all. */
export const wide = (units, width) => sample(streams("irrelevant", 1), units, { ...PLAIN, ...WORLDS.irrelevant[1], width });

function sample(stream, units, world) {
  const { f, places, periods, serial, heteroskedastic, missing, selected } = world;
  const { unit, time, x, a, b, effect } = panelParts(stream, units, world);
  const [ofD, ofY] = [effect("d", a), effect("y", b)];
  const v = autoregressive(normals(stream("v"), unit.length), periods, serial);
  const u = autoregressive(normals(stream("u"), unit.length), periods, serial).map((value, i) => (heteroskedastic ? value * Math.sqrt(0.5 + 0.5 * v[i] * v[i]) : value));
  const at = (columns) => v.map((_, i) => f(...columns.map((j) => x[j][i])));
  const [m0, g0] = [at([0, 1, 2]), at(places)];
  const d = v.map((value, i) => value + m0[i] + ofD(i));
  const y = u.map((value, i) => value + THETA * d[i] + g0[i] + ofY(i));
  const columns = { unit, time, ...named("X", x), d, y, m0, g0, l0: g0.map((value, i) => value + THETA * m0[i]) };
  if (missing === 0 && selected === 0) return columns;
  const median = [...y].sort((one, other) => one - other)[unit.length >> 1];
  const draw = stream("missing");
  const kept = Array.from(unit.keys()).filter((i) => draw.uniform() >= missing + (y[i] > median ? selected : 0));
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(kept, (i) => values[i])]));
}
