import type { ModelProgram } from "../program.js";
import type { Kind } from "../production.js";
import type { Technology } from "../technology.js";

/** A measure of efficiency: a linear program a unit and what its optimum says. One file a model. */
export interface Model {
  readonly technology: Technology;
  /** It divides by a unit's own values, so that none may be 0. */
  readonly positive: boolean;
  /** A unit is measured against the others only. */
  readonly excludesSelf: boolean;
  /**
   * The program of a unit. Rows are divided by the unit's own values where these are not 0. values: the unit's, in the
   * order of `columnsOf`. unit: its row. Units for which it returns the same object are solved together.
   */
  readonly program: (values: readonly number[], unit: number) => ModelProgram;
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

/** A model's program for all units of the same pattern of zeros; `make` is called once for each. */
export function byPattern(make: (unit: readonly number[]) => ModelProgram): (values: readonly number[]) => ModelProgram {
  const made = new Map<string, ModelProgram>();
  return (values) => {
    const pattern = values.map((value) => (value > 0 ? 1 : 0));
    const key = pattern.join("");
    const program = made.get(key) ?? make(pattern);
    made.set(key, program);
    return program;
  };
}
