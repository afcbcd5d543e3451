import type { ModelProgram } from "../program.js";
import type { Kind } from "../production.js";
import type { Technology } from "../technology.js";

/** The unit that a program is for. */
export interface Own {
  /** Its row. */
  readonly unit: number;
  /** Its values, in the order of `columnsOf`. */
  readonly values: readonly number[];
  /** What the bounds of a column are divided by: the value itself, where it is 0 the peers' mean. Positive. */
  readonly divisors: readonly number[];
}

/** A measure of efficiency: a linear program a unit and what its optimum says. One file a model. */
export interface Model {
  readonly technology: Technology;
  /** It divides by a unit's own values, so that none may be 0. */
  readonly positive: boolean;
  /** A unit is measured against the others only. */
  readonly excludesSelf: boolean;
  /** The program of a unit, with bounds divided. Units for which it returns the same object are solved together. */
  readonly program: (own: Own) => ModelProgram;
  /** The score from the program's least costs. */
  readonly score: (objective: number) => number;
  /** The score as a ratio that is 1 on the frontier and less within it, from which indices are made. */
  readonly ratio: (score: number) => number;
  /** What a unit is moved to, given its own value and what its peers make together. */
  readonly target: (kind: Kind, own: number, peers: number) => number;
}

/** The target of measures that project a unit onto the frontier: what its peers make. */
export function peersTarget(_kind: Kind, _own: number, peers: number): number {
  return peers;
}

/** A model's program for all units with zeros in the same columns (0 in the pattern, else 1); `make` is called once for each. */
export function byPattern(make: (pattern: readonly number[]) => ModelProgram): (own: Own) => ModelProgram {
  const made = new Map<string, ModelProgram>();
  return ({ values }) => {
    const pattern = values.map((value) => (value > 0 ? 1 : 0));
    const key = pattern.join("");
    const program = made.get(key) ?? make(pattern);
    made.set(key, program);
    return program;
  };
}
