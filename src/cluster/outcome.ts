import { EstimationError } from "../errors.js";
import { decodeFit, type EncodedFit } from "../fit/store.js";
import type { Blobs } from "./blobs.js";

/** Where a task's predictions are among the results. */
export const fitName = (key: string): string => `fit.${key}`;
/** Where it is told why there are none. */
export const failedName = (key: string): string => `failed.${key}`;

/** What is said when predictions are stored. */
export const FITTED = "fitted";
/** What is said when there will be none. */
export const FAILED = "failed";

/** Why a task has no predictions, as a worker leaves it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A failure as bytes. */
export function encodeFailure({ code, message }: Failure): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ code, message }));
}

/** What became of a task: its predictions, an EstimationError, or null where nothing usable is stored. */
export async function outcomeOf(results: Blobs, key: string): Promise<EncodedFit | EstimationError | null> {
  const bytes = await results.get(fitName(key));
  if (bytes !== null) return readFit(key, bytes);
  const failure = await results.get(failedName(key));
  if (failure === null) return null;
  const { code, message } = JSON.parse(new TextDecoder().decode(failure)) as Failure;
  return new EstimationError(code, message);
}

/** Predictions as a store keeps them; null where the bytes are not those of this task. */
function readFit(key: string, bytes: Uint8Array): EncodedFit | null {
  const fit = decodeFit(key, bytes);
  return fit === null ? null : { fit, bytes };
}
