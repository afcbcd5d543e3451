import { decodeFailure, type Store } from "./store.js";

/** A store without the failures that earlier runs left in it, so that those tasks are fitted again, each once. */
export function withoutFailures(store: Store): Store {
  const tried = new Set<string>();
  return {
    ...store,
    async get(key) {
      const bytes = await store.get(key);
      return bytes === null || tried.has(key) || decodeFailure(key, bytes) === null ? bytes : null;
    },
    async put(key, bytes) {
      tried.add(key);
      await store.put(key, bytes);
    },
  };
}
