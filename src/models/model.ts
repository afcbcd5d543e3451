/** What a model declares: the nuisances it needs, and the moment equation that follows from them. */

/** A regression to be cross-fitted. */
export interface Nuisance {
  /** The field's name: l, m, g, r ... */
  readonly role: string;
  /** Whose expectation given the controls it is. */
  readonly target: Target;
}

/** `residual`: outcome less theta_0 treatment, theta_0 the partialling-out estimate of the nuisances `l` and `m`. */
export type Target = "outcome" | "treatment" | "residual";

/** Observed variables and what is left of them after their predictions, all by row. */
export interface ScoreInputs {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  /** Observed target minus out-of-fold prediction, by role; `g` is outcome minus g-hat. */
  readonly residuals: Readonly<Record<string, Float64Array>>;
}

/**
 * A linear moment equation sum_i z_i (y_i - x_i theta) = 0 for one effect.
 * x = z is least squares of residual on residual; otherwise z is the instrument of x.
 */
export interface LinearScore {
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly z: Float64Array;
}

/** A model: its nuisances, and how its score follows from their predictions. One file declares it, one line in `registry.ts` adds it. */
export interface Model {
  readonly name: string;
  readonly about: string;
  /** The first is the default without absorbed effects. */
  readonly scores: readonly string[];
  /** The default with `encode: effects`. */
  readonly effectsScore: string;
  nuisances(score: string): readonly Nuisance[];
  score(score: string, inputs: ScoreInputs): LinearScore;
}

/** A residual by role; throws where a model asks for a nuisance that it did not declare. */
export function residual(inputs: ScoreInputs, role: string): Float64Array {
  const values = inputs.residuals[role];
  if (values === undefined) throw new Error(`No residual of nuisance ${role}.`);
  return values;
}
