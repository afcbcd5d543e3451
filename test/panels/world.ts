import { uniforms } from "../helpers/random.js";

/** A cell of an unbalanced panel. */
interface Cell {
  readonly unit: number;
  readonly year: number;
}

const UNITS = 18;
const PERIODS = 5;

/**
 * An unbalanced panel with two singletons and weights; unit, year and zone effects in treatment and outcome; the effect
 * of d is 0.5, that of e -0.3.
 */
export function unbalanced(seed = 3): Record<string, number[]> {
  const random = uniforms(seed);
  const draw = (): number => 2 * random() - 1;
  const cells: Cell[] = [];
  for (let unit = 0; unit < UNITS; unit++) {
    for (let year = 0; year < PERIODS; year++) {
      const isSingle = unit >= UNITS - 2 && year > 0;
      if (!isSingle && !(unit % 5 === 1 && year === unit % PERIODS)) cells.push({ unit, year });
    }
  }
  const own = Array.from({ length: UNITS }, draw);
  const rows = cells.map(({ unit, year }) => {
    const zone = unit % 3;
    const effect = 2 * own[unit]! + 0.3 * year + zone * year;
    const [x1, x2] = [draw() + own[unit]!, draw()];
    const z = draw();
    const w = draw();
    const d = effect + x1 - x2 * x2 + z + w + draw();
    const e = x2 - effect + draw();
    const y = 0.5 * d - 0.3 * e + x1 + x1 * x2 + effect + draw();
    return { unit, year, zone, x1, x2, z, w, d, e, y, weight: 0.5 + random() };
  });
  const columns = Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name as keyof typeof row])]));
  const industry = rows.map(({ unit, year }) => (unit + (year > 2 ? 1 : 0)) % 4); // units move between industries
  return { ...columns, industry, side: rows.map(({ unit }) => unit % 2), old: rows.map(({ year }) => (year < 2 ? 0 : 1)) };
}

/** Sets of effects, and what may be added to the outcome without any change: a number by row. */
export const EFFECT_SETS: readonly { readonly name: string; readonly options: object; readonly idle: (columns: Record<string, number[]>) => number[] }[] = [
  { name: "unit", options: { fixedEffects: ["unit"] }, idle: ({ unit }) => unit!.map((u) => 3 * Math.sin(u)) },
  { name: "unit, year", options: { fixedEffects: ["unit", "year"] }, idle: ({ unit, year }) => unit!.map((u, i) => 3 * Math.sin(u) + Math.cos(7 * year![i]!)) },
  { name: "unit, zone*year", options: { fixedEffects: ["unit", "zone*year"] }, idle: ({ unit, year, zone }) => unit!.map((u, i) => 3 * Math.sin(u) + 2 * Math.cos(7 * year![i]! + zone![i]!)) },
  { name: "unit, year, industry", options: { fixedEffects: ["unit", "year", "industry"] }, idle: ({ unit, year, industry }) => unit!.map((u, i) => 3 * Math.sin(u) + Math.cos(7 * year![i]!) - 2 * industry![i]!) },
  { name: "unit, year, unit#year", options: { fixedEffects: ["unit", "year", "unit#year"] }, idle: ({ unit, year }) => unit!.map((u, i) => 3 * Math.sin(u) + year![i]! * Math.cos(u) + year![i]! ** 2) },
  { name: "unit, year, 1 factor", options: { fixedEffects: ["unit", "year"], factors: 1 }, idle: ({ unit, year }) => unit!.map((u, i) => 3 * Math.sin(u) + Math.cos(7 * year![i]!)) },
];

/** Every learner, small enough for a test. */
export const LEARNERS: Readonly<Record<string, object>> = {
  ols: { ols: {} },
  ridgecv: { ridgecv: { folds: 3 } },
  lassocv: { lassocv: { folds: 3, alphas: [0.3, 0.1, 0.03] } },
  elasticcv: { elasticcv: { folds: 3, alphas: [0.3, 0.1, 0.03] } },
  rf: { rf: { trees: 8 } },
  extratrees: { extratrees: { trees: 8 } },
  gradboost: { gradboost: { trees: 16, minLeaf: 5 } },
  histboost: { histboost: { trees: 16, minLeaf: 5 } },
  svm: { svm: { stages: 2 } },
  nnet: { nnet: { maxIter: 20, trees: 16 } },
  stack: { stack: { learners: ["ols", { rf: { trees: 4 } }] } },
};
