/** Aborted as soon as one of them is; undefined where there is none. */
export function anyOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const [first, ...others] = signals.filter((signal) => signal !== undefined);
  return first === undefined || others.length === 0 ? first : AbortSignal.any([first, ...others]);
}
