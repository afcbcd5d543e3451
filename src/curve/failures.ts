/** A reason why there is no estimate. */
export interface CurveFailure {
  readonly code: string;
  /** In the words of the first specification that has it. */
  readonly message: string;
  readonly count: number;
}

/** Counts reasons by their code. */
export interface FailureCounter {
  add(error: { readonly code: string; readonly message: string }): void;
  /** The most frequent first. */
  all(): readonly CurveFailure[];
}

/** Without any yet. */
export function countFailures(): FailureCounter {
  const byCode = new Map<string, { message: string; count: number }>();
  return {
    add({ code, message }) {
      const known = byCode.get(code);
      if (known === undefined) byCode.set(code, { message, count: 1 });
      else known.count++;
    },
    all: () => [...byCode].map(([code, rest]) => ({ code, ...rest })).sort((a, b) => b.count - a.count),
  };
}
