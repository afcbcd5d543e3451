/** Doubles that all of one memory's entries may hold together: 32 MB. The latest entry stays, whatever its size. */
const ROOM = 4e6;

/** What was made under a key not long ago, or what `make` makes now; `size`: the doubles that it holds. An error is not remembered. */
export type Recent<V> = (key: string, size: number, make: () => V) => V;

/**
 * Remembers the entries that were used last, as many as there is room for: rows of one study often stand beside others
 * that differ from them in their errors alone. What is made must depend on the key alone, and nobody may write to it.
 */
export function createRecent<V>(): Recent<V> {
  const entries = new Map<string, { readonly value: V; readonly size: number }>(); // the latest last
  let held = 0;
  return (key, size, make) => {
    const entry = entries.get(key) ?? { value: make(), size };
    if (entries.delete(key)) held -= entry.size;
    entries.set(key, entry);
    held += entry.size;
    for (const [oldest, { size: its }] of entries) {
      if (held <= ROOM || entries.size === 1) break;
      entries.delete(oldest);
      held -= its;
    }
    return entry.value;
  };
}
