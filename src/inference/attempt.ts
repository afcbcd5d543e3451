import { EstimationError } from "../errors.js";

/** What cannot be had costs a word, not the row. */
export function attempt<T>(compute: () => T, warnings: string[]): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof EstimationError)) throw error;
    warnings.push(error.message);
    return null;
  }
}
