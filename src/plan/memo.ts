/** What was made for an owner under a key, or what `make` makes now. */
export type Memo<V> = (owner: object, key: string, make: () => V) => V;

/**
 * Remembers what was made for an owner under a key, as long as the owner lives. What is made must depend on the two alone;
 * it is shared, so nobody may write to it. An error is not remembered.
 */
export function createMemo<V>(): Memo<V> {
  const byOwner = new WeakMap<object, Map<string, V>>();
  return (owner, key, make) => {
    const known = byOwner.get(owner) ?? new Map<string, V>();
    byOwner.set(owner, known);
    if (!known.has(key)) known.set(key, make());
    return known.get(key) as V;
  };
}
