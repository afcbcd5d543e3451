/** 32 MB. */
const ROOM = 4e6;

/** What was made under a key not long ago, or what `make` makes now; `size`: the doubles that it holds. An error is not remembered. */
export type Recent<V> = (key: string, size: number, make: () => V) => V;

/**
 * Remembers the entries that were used last, as many as there is room for, in doubles: rows of one study often stand beside others
 * that differ from them in their errors alone. The latest entry stays, whatever its size. What is made must depend on the key alone, and nobody may write to it.
 */
export function createRecent<V>(room = ROOM): Recent<V> {
  const entries = new Map<string, { readonly value: V; readonly size: number }>(); // the latest last
  let held = 0;
  return (key, size, make) => {
    const entry = entries.get(key) ?? { value: make(), size };
    if (entries.delete(key)) held -= entry.size;
    entries.set(key, entry);
    held += entry.size;
    for (const [oldest, { size: its }] of entries) {
      if (held <= room || entries.size === 1) break;
      entries.delete(oldest);
      held -= its;
    }
    return entry.value;
  };
}
