/**
 * The models beside plr on panels: unit and period effects in outcome, treatment and instrument, six controls, ten periods, one
 * function f in all equations, nonlinear and, for models of arms and ape, linear, too; the effect -.5.
 */
import { cellsOf } from "./cells.mjs";
import { normalDistribution } from "./integral.mjs";
import { linear, nonlinear, PLAIN } from "./panel.mjs";
import { panelParts } from "./panelParts.mjs";
import { logistic, named, normals, pair, streams } from "./random.mjs";

const THETA = -0.5;
const SIZES = [150, 1000];

const rf = { rf: { trees: 50 } };
/** For numbers; lassocv has squares. */
const LEARNERS = { rf, histboost: "histboost", lassocv: "lassocv", stack: { stack: { learners: ["lassocv", "histboost"] } } };
const squares = { lassocv: { degree: 2 }, stack: { degree: 2 } };
/** Propensities (`roles`) by trees of at least 20 rows, so that few are near 0 and 1; logit beside the lasso. */
function withPropensities(roles) {
  const each = (learner) => Object.fromEntries(roles.map((role) => [role, learner]));
  const leaves = { rf: { trees: 50, minLeaf: 20 } };
  return {
    rf: { ...rf, ...each(leaves) }, histboost: { histboost: {}, ...each("histboost") }, lassocv: { lassocv: {}, ...each("logit") },
    stack: { ...LEARNERS.stack, ...each({ stack: { learners: ["logit", leaves] } }) },
  };
}

const way = (row, options, more = {}) => ({ row, truth: THETA, options, ...more });

/** `f`: the function of the controls. */
function design(own, about, { model, cells, instrument, f: shape = nonlinear, sample }) {
  const name = `panel ${own}${shape === linear ? ", linear" : ""}`;
  const columns = Object.keys(named("X", Array.from({ length: PLAIN.width })));
  return {
    name, version: 1, about: `${shape === linear ? "linear" : "nonlinear"}, ${about}, effect -.5`, sizes: SIZES, cells,
    data: { unit: "unit", time: "time" },
    base: { model, outcome: "y", treatment: "d", controls: columns, fixedEffects: ["unit", "time"], ...(instrument === undefined ? {} : { instrument }) },
    sample(units, draw) {
      const stream = streams(name, draw);
      const { unit, time, x, a, b, effect } = panelParts(stream, units, PLAIN);
      const f = unit.map((_, i) => shape(x[0][i], x[1][i], x[2][i]));
      return { unit, time, ...named("X", x), ...sample({ stream, rows: unit.length, unit, x, a, f, ofD: effect("d", a), ofY: effect("y", b), effect }) };
    },
  };
}

/** z = f + effects + v, d = z / 2 + f / 2 + effects + e, corr(e, u) = .6. */
const pliv = design("pliv", "an instrument, treatment and outcome, one function in all; lassocv has squares", {
  model: "pliv", instrument: "z",
  cells: cellsOf([
    way("pliv, effects", {}, { known: { l: "l0", r: "f", m: "f", g: "f" } }),
    way("pliv, effects, partialling-out", { score: "partialling-out" }, { known: { l: "l0", r: "f", m: "f" } }),
    ...["within", "cre_general", "fd_exact"].map((encode) => way(`pliv, ${encode}`, { encode })),
  ], LEARNERS, squares),
  sample({ stream, rows, a, f, ofD, ofY, effect }) {
    const [ofZ, v] = [effect("z", a), normals(stream("v"), rows)];
    const [e, u] = pair(stream("errors"), rows, 0.6);
    const z = f.map((value, i) => value + ofZ(i) + v[i]);
    const d = f.map((value, i) => (value + z[i]) / 2 + ofD(i) + e[i]);
    return { z, d, y: f.map((value, i) => value + THETA * d[i] + ofY(i) + u[i]), f, l0: f.map((value) => (1 + THETA) * value) };
  },
});

/** P(D = 1) = logistic(f / 2 + effects / 2). */
const irm = (f) => design("irm", "a binary treatment; lassocv has squares, logit for the propensity; known: with the effects of units and periods", {
  model: "irm", f,
  cells: cellsOf([
    way("irm, ATE, cre", {}, { known: { g0: "g0", g1: "g1", m: "p" } }),
    way("irm, ATTE, cre", { score: "ATTE" }, { known: { g0: "g0", g1: "g1", m: "p" } }),
    way("irm, ATE, dummies", { encode: "dummies" }),
  ], withPropensities(["m"]), squares),
  sample({ stream, rows, f, ofD, ofY }) {
    const [coin, u] = [stream("d"), normals(stream("u"), rows)];
    const p = f.map((value, i) => logistic((value + ofD(i)) / 2));
    const d = p.map((value) => (coin.uniform() < value ? 1 : 0));
    const g0 = f.map((value, i) => value + ofY(i));
    return { d, y: d.map((arm, i) => THETA * arm + g0[i] + u[i]), p, g0, g1: g0.map((value) => value + THETA) };
  },
});

/** P(Z = 1) = logistic(f / 2 + effects / 2), d = 1{1.5 z + effects / 2 + e > .75}, corr(e, u) = .5. */
const iivm = (f) => design("iivm", "a binary instrument and treatment; lassocv has squares, logit for the propensities; known: with the effects of units and periods", {
  model: "iivm", f, instrument: "z",
  cells: cellsOf([way("iivm, LATE, cre", {}, { known: { g0: "g0", g1: "g1", m: "p", r0: "r0", r1: "r1" } })], withPropensities(["m", "r"]), squares),
  sample({ stream, rows, a, f, ofD, ofY, effect }) {
    const [ofZ, coin] = [effect("z", a), stream("z")];
    const [e, u] = pair(stream("errors"), rows, 0.5);
    const p = f.map((value, i) => logistic((value + ofZ(i)) / 2));
    const z = p.map((value) => (coin.uniform() < value ? 1 : 0));
    const d = z.map((value, i) => (1.5 * value + ofD(i) / 2 + e[i] > 0.75 ? 1 : 0));
    const [r0, r1] = [0, 1].map((arm) => f.map((_, i) => normalDistribution(1.5 * arm + ofD(i) / 2 - 0.75)));
    const [g0, g1] = [r0, r1].map((r) => f.map((value, i) => value + ofY(i) + THETA * r[i]));
    return { z, d, y: d.map((took, i) => THETA * took + f[i] + ofY(i) + u[i]), p, r0, r1, g0, g1 };
  },
});

/** As irm with two thresholds of a latent dose: d is 0, 1 or 2. */
const apo = (f) => design("apo", "a treatment with three levels, -.5 a level; lassocv has squares, logit for the propensity", {
  model: "apo", f,
  cells: cellsOf([way("apo, 1 - 0, cre", { levels: [0, 1] })], withPropensities(["m"]), squares),
  sample({ stream, rows, f, ofD, ofY }) {
    const [e, u] = [normals(stream("e"), rows), normals(stream("u"), rows)];
    const d = f.map((value, i) => { const dose = (value + ofD(i)) / 3 + e[i]; return dose < -0.5 ? 0 : dose < 0.5 ? 1 : 2; });
    return { d, y: d.map((level, i) => THETA * level + f[i] + ofY(i) + u[i]) };
  },
});

/** d = f + effects + v; its effect -.5 + x4 / 4 has the mean -.5. */
const ape = (f) => design("ape", "a continuous treatment whose effect differs by a control; lassocv has squares", {
  model: "ape", f,
  cells: cellsOf([way("ape, derivative, cre", {})], LEARNERS, squares),
  sample({ stream, rows, x, f, ofD, ofY }) {
    const [v, u] = [normals(stream("v"), rows), normals(stream("u"), rows)];
    const d = f.map((value, i) => value + ofD(i) + v[i]);
    return { d, y: d.map((dose, i) => (THETA + x[3][i] / 4) * dose + f[i] + ofY(i) + u[i]) };
  },
});

/** d = f + effects + (1 + group) v / 2, units in three groups whose effects are -.8, -.5 and -.2. */
const groups = design("groups", "effects of three groups of units, -.8, -.5 and -.2, where the treatment varies by .5, 1 and 1.5; lassocv has squares", {
  model: "plr",
  cells: cellsOf([0, 1, 2].map((group) => ({
    row: `plr, effects, group ${group}`, truth: -0.8 + 0.3 * group, options: { groups: "group" }, known: { l: "l0", m: "f", g: "f" }, of: ({ heterogeneity }) => heterogeneity.groups.groups[group].effect,
  })), LEARNERS, squares),
  sample({ stream, rows, unit, f, ofD, ofY }) {
    const [v, u, group] = [normals(stream("v"), rows), normals(stream("u"), rows), unit.map((one) => one % 3)];
    const d = f.map((value, i) => value + ofD(i) + ((1 + group[i]) / 2) * v[i]);
    const y = d.map((dose, i) => (-0.8 + 0.3 * group[i]) * dose + f[i] + ofY(i) + u[i]);
    return { group, d, y, f, l0: f.map((value, i) => (0.2 + 0.3 * group[i]) * value) };
  },
});

export const panelModels = [pliv, groups, ...[nonlinear, linear].flatMap((f) => [irm(f), iivm(f), apo(f), ape(f)])];
