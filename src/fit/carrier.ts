import type { FitTask } from "../plan/task.js";
import { assemble, piecesOf } from "./fitTask.js";
import type { Pool } from "./pool.js";
import { encoded, type EncodedFit } from "./store.js";

/** Brings whole fits to where they are done: this process's pool, or other machines. */
export interface Carrier {
  /** How many tasks it takes at once: enough to keep the workers busy, few enough to bound memory. */
  readonly width: number;
  /**
   * The task's predictions, as they are and as a store keeps them. `target`: what it is fitted to, by row. `onPart` is called when a part of it is done, with the
   * number of parts. Throws the EstimationError of a task that cannot be fitted.
   */
  fit(task: FitTask, target: Float64Array, watch: FitWatch): Promise<EncodedFit>;
}

/** How a fit is followed and stopped. */
export interface FitWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onPart?: ((parts: number) => void) | undefined;
}

/** Cuts a task into pieces and runs them in a pool. */
export function createPoolCarrier(pool: Pool): Carrier {
  return {
    width: pool.threads + 1,
    async fit(task, target, { signal, onPart }) {
      const pieces = piecesOf(task, target);
      const parts = await allEnded(
        pieces.map(async (piece) => {
          const part = await pool.run(piece, signal);
          onPart?.(pieces.length);
          return part;
        }),
      );
      return encoded(task.key, assemble(task, parts));
    },
  };
}

/** As Promise.all, but a failure waits for the others to end: nothing runs on behind the caller's back. */
async function allEnded<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
