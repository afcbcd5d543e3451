/** Partially linear instrumental variables: make_pliv_CHS2015 of DoubleML 0.11.4. */
import { cellsOf, REGRESSIONS } from "./cells.mjs";
import { combine, decay, named, normals, pair, streams, toeplitz } from "./random.mjs";

const WIDTH = 20;
const INSTRUMENTS = 5;
const THETA = 0.5;

/** z_j = x_j + zeta_j / 2, d = x'b + z'c + u, y = theta d + x'b + e, b_j = c_j = 1 / j^2, corr(e, u) = .6. */
function sample(name, instruments, rows, draw) {
  const stream = streams(name, draw);
  const [e, u] = pair(stream("errors"), rows, 0.6);
  const x = toeplitz(stream("x"), rows, WIDTH, 0.5);
  const zeta = x.slice(0, instruments).map((_, j) => normals(stream(`zeta ${j}`), rows).map((value) => value / 2));
  const z = zeta.map((values, j) => values.map((value, i) => value + x[j][i]));
  const g0 = combine(x, decay(WIDTH, 2));
  const delta = decay(instruments, 2);
  const r0 = combine(x, delta).map((value, i) => value + g0[i]);
  const d = combine(z, delta).map((value, i) => value + g0[i] + u[i]);
  const y = d.map((value, i) => THETA * value + g0[i] + e[i]);
  return { ...named("X", x), ...named("Z", z), ...named("V", zeta), d, y, g0, r0, m0: x[0], l0: r0.map((value, i) => THETA * value + g0[i]) };
}

const base = { model: "pliv", outcome: "y", treatment: "d", controls: Object.keys(named("X", Array.from({ length: WIDTH }))) };
const known = { l: "l0", r: "r0", m: "m0" };

export const pliv = {
  name: "pliv",
  version: 2, // the errors of the iv-type score
  about: "make_pliv_CHS2015, one instrument, theta .5",
  sizes: [500, 2000],
  base: { ...base, instrument: "Z1" },
  cells: cellsOf([
    { row: "pliv, partialling-out", truth: THETA, options: { score: "partialling-out" }, known },
    { row: "pliv, iv-type", truth: THETA, options: { score: "iv-type" }, known: { ...known, g: "g0" } },
  ], REGRESSIONS),
  sample: (rows, draw) => sample("pliv", 1, rows, draw),
};

const several = Object.keys(named("Z", Array.from({ length: INSTRUMENTS })));
const [withLearners] = [cellsOf([{ row: "pliv, five instruments", truth: THETA, options: { instrument: several } }], REGRESSIONS)];

/** A column of predictions is of one instrument, so the known nuisances take z - E[z|x] for instruments, which least squares on nothing predicts. */
const [withKnown] = cellsOf([
  { row: "pliv, five instruments", truth: THETA, options: { instrument: several.map((name) => name.replace("Z", "V")), controls: [] }, known: { l: "l0", r: "r0" }, others: { m: "ols" } },
], {});

export const plivSeveral = {
  name: "pliv-several",
  version: 1,
  about: "make_pliv_CHS2015, five instruments, theta .5",
  sizes: [500, 2000],
  base,
  cells: [withKnown, ...withLearners],
  sample: (rows, draw) => sample("pliv-several", INSTRUMENTS, rows, draw),
};
