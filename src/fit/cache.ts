import type { EstimationError } from "../errors.js";
import type { NuisanceFit } from "./store.js";

/** Fits that several plans need one after another, at hand. A store keeps them for good; this keeps some of them decoded. */
export interface FitCache {
  get(key: string): NuisanceFit | EstimationError | undefined;
  set(key: string, fit: NuisanceFit | EstimationError): void;
}

/** Bytes of predictions that stay at hand from block to block; all others come back from the store. */
const BYTES = 256 * 1024 * 1024;

/** Keeps up to so many bytes of predictions; those asked for longest ago go first. */
export function createFitCache(bytes = BYTES): FitCache {
  const kept = new Map<string, NuisanceFit | EstimationError>();
  let size = 0;
  return {
    get(key) {
      const fit = kept.get(key);
      if (fit !== undefined) {
        kept.delete(key);
        kept.set(key, fit);
      }
      return fit;
    },
    set(key, fit) {
      if (kept.has(key)) return;
      kept.set(key, fit);
      size += bytesOf(fit);
      for (const [oldest, old] of kept) {
        if (size <= bytes) break;
        kept.delete(oldest);
        size -= bytesOf(old);
      }
    },
  };
}

/** Predictions, and something for the rest. */
function bytesOf(fit: NuisanceFit | EstimationError): number {
  return 500 + ("predictions" in fit ? fit.predictions.reduce((sum, values) => sum + values.byteLength, 0) : 0);
}
