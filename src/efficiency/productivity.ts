import type { Kernels } from "../kernels/instance.js";
import { measure } from "./evaluate.js";
import type { Model } from "./models/model.js";
import type { Production } from "./production.js";

/** Whose unit and of which period each row is; period codes ascend with time. */
export interface PanelCodes {
  readonly units: Int32Array;
  readonly periods: Int32Array;
}

/** What became of a unit from one period to the next; above 1 is better. Null where a score that it needs has no value. */
export interface Change {
  /** Rows of the unit in the earlier and the later period. */
  readonly from: number;
  readonly to: number;
  /** Change of productivity: `catchUp` times `shift`. */
  readonly index: number | null;
  /** How much nearer the unit came to the frontier of its period. */
  readonly catchUp: number | null;
  /** How much the frontier moved; for the global index, how much nearer the period's came to that of all periods. */
  readonly shift: number | null;
}

/** A row's ratio against the frontier of some periods, null where it has none. */
type Ratios = ReadonlyMap<number, number | null>;

/**
 * Change between neighbouring periods against the frontiers of both, with e the model's ratio: the geometric mean of
 * e_t(t+1) / e_t(t) and e_t+1(t+1) / e_t+1(t). With a radial model it is the Malmquist index (Faere, Grosskopf, Norris,
 * Zhang 1994, AER 84), with a directional one, whose ratio is 1 / (1 + beta), the Malmquist-Luenberger index (Chung, Faere,
 * Grosskopf 1997, Journal of Environmental Management 51). Units without the next period have no row.
 */
export function adjacentChange(kernels: Kernels, production: Production, model: Model, codes: PanelCodes): readonly Change[] {
  const rows = rowsByPeriod(codes);
  return rows.slice(1).flatMap((later, i) => {
    const earlier = rows[i] ?? new Uint32Array();
    const ratios = (members: Uint32Array, peers: Uint32Array): Ratios => ratiosOf(kernels, production, model, members, peers);
    const [ownBefore, ownAfter] = [ratios(earlier, earlier), ratios(later, later)];
    const [ahead, behind] = [ratios(later, earlier), ratios(earlier, later)];
    return pairsOf(earlier, later, codes).map(([from, to]) => {
      const catchUp = quotient(ownAfter.get(to), ownBefore.get(from));
      const onEarlier = quotient(ahead.get(to), ownBefore.get(from));
      const onLater = quotient(ownAfter.get(to), behind.get(from));
      const index = onEarlier === null || onLater === null ? null : Math.sqrt(onEarlier * onLater);
      return { from, to, index, catchUp, shift: quotient(index, catchUp) };
    });
  });
}

/**
 * Change between neighbouring periods against the frontier of all periods, which always multiplies through: e_G(t+1) /
 * e_G(t) (Pastor and Lovell 2005; with a directional model the global Malmquist-Luenberger index, Oh 2010, Journal of
 * Productivity Analysis 34; with the slacks-based measure what is reported as SBM-GML).
 */
export function globalChange(kernels: Kernels, production: Production, model: Model, codes: PanelCodes): readonly Change[] {
  const rows = rowsByPeriod(codes);
  const all = Uint32Array.from(codes.periods, (_, row) => row);
  const overall = ratiosOf(kernels, production, model, all, all);
  const own = rows.map((members) => ratiosOf(kernels, production, model, members, members));
  return rows.slice(1).flatMap((later, i) =>
    pairsOf(rows[i] ?? new Uint32Array(), later, codes).map(([from, to]) => {
      const index = quotient(overall.get(to), overall.get(from));
      const catchUp = quotient(own[i + 1]?.get(to), own[i]?.get(from));
      return { from, to, index, catchUp, shift: quotient(index, catchUp) };
    }),
  );
}

function ratiosOf(kernels: Kernels, production: Production, model: Model, members: Uint32Array, peers: Uint32Array): Ratios {
  const measures = measure(kernels, production, model, { members, peers });
  return new Map(measures.map(({ score }, i) => [members[i] ?? NaN, score === null ? null : model.ratio(score)]));
}

/** Rows of each period, periods ascending. */
function rowsByPeriod({ periods }: PanelCodes): readonly Uint32Array[] {
  const rows = Uint32Array.from(periods, (_, row) => row);
  return [...new Set(periods)].sort((a, b) => a - b).map((period) => rows.filter((row) => periods[row] === period));
}

/** Rows of the same unit, in the order of the later period. */
function pairsOf(earlier: Uint32Array, later: Uint32Array, { units }: PanelCodes): readonly (readonly [number, number])[] {
  const before = new Map([...earlier].map((row) => [units[row], row]));
  return [...later].flatMap((to) => {
    const from = before.get(units[to]);
    return from === undefined ? [] : [[from, to] as const];
  });
}

function quotient(a: number | null | undefined, b: number | null | undefined): number | null {
  return typeof a === "number" && typeof b === "number" && b > 0 ? a / b : null;
}
