import { NOT_CONVERGED, OK, SINGULAR, UNBOUNDED } from "../core/status";
import { pivot, refresh, setDirection } from "./basis";
import { bestCandidate, firstOfAll, priceAll, pricePreferred } from "./price";
import { isArtificial, Program } from "./program";

/** An element of a direction below this share of its largest is rounding. */
const PIVOT: f64 = 1e-9;
/** Ratios this near, relative to 1 and the smallest, are equal. */
const TIE: f64 = 1e-12;
/** Pivots without progress after which the rules of Bland are followed until there is some. */
const PATIENCE: i32 = 60;
/** Pivots at most. */
const LIMIT: i32 = 5000;

/**
 * The primal simplex method from a feasible basis to the least costs of the present phase.
 *
 * A full pricing starts from a fresh inverse and finds up to CANDIDATES peers; pivots follow among these and the extra
 * columns until none has anything to gain. Preferred peers are priced alone as long as one of them may enter. So the
 * last pricing is of all peers, finds none, and is one of fresh numbers: whatever was preferred, the proof holds.
 */
export function iterate(program: Program): i32 {
  program.stalled = 0;
  while (program.pivots < LIMIT) {
    if (!refresh(program)) return SINGULAR;
    if (!pricePreferred(program) && !priceAll(program)) return OK;
    const status = pivotAmongCandidates(program);
    if (status != OK) return status;
  }
  return NOT_CONVERGED;
}

function pivotAmongCandidates(program: Program): i32 {
  while (program.pivots < LIMIT) {
    const careful = program.stalled > PATIENCE;
    const variable = careful ? firstOfAll(program) : bestCandidate(program);
    if (variable < 0) return OK;
    setDirection(program, variable);
    const at = leaving(program, careful);
    if (at < 0) return UNBOUNDED;
    program.stalled = program.x[at] > TIE * program.direction[at] ? 0 : program.stalled + 1;
    pivot(program, at, variable);
  }
  return NOT_CONVERGED;
}

/** The position that first falls to 0 along the direction, -1 for none; of equals an artificial one, else by `better`. */
function leaving(program: Program, careful: bool): i32 {
  const direction = program.direction;
  let largest: f64 = 0;
  for (let i = 0; i < program.rows; i++) largest = Math.max(largest, Math.abs(direction[i]));
  let least = Infinity;
  for (let i = 0; i < program.rows; i++) {
    if (direction[i] > PIVOT * largest) least = Math.min(least, Math.max(0, program.x[i]) / direction[i]);
  }
  if (least == Infinity) return -1;
  let best = -1;
  for (let i = 0; i < program.rows; i++) {
    if (!(direction[i] > PIVOT * largest) || Math.max(0, program.x[i]) / direction[i] > least + TIE * (1 + least)) continue;
    if (isArtificial(program, program.basis[i])) return i;
    if (best < 0 || better(program, i, best, careful)) best = i;
  }
  return best;
}

/** The larger pivot; under the rules of Bland 1977 the smaller number. */
@inline
function better(program: Program, i: i32, than: i32, careful: bool): bool {
  return careful ? program.basis[i] < program.basis[than] : program.direction[i] > program.direction[than];
}
