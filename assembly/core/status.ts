/** What a kernel returns besides its numbers. The host turns these into words (src/kernels/status.ts). */
export const OK: i32 = 0;
/** The iteration limit was reached; the result is the last iterate. */
export const NOT_CONVERGED: i32 = 1;
/** A matrix that must be regular is singular. */
export const SINGULAR: i32 = 2;
/** The arena could not grow. */
export const NO_MEMORY: i32 = 3;
/** Outcomes are separated: a likelihood has no maximum. */
export const SEPARATED: i32 = 4;
/** No point satisfies the constraints. */
export const INFEASIBLE: i32 = 5;
/** The objective falls without end. */
export const UNBOUNDED: i32 = 6;
