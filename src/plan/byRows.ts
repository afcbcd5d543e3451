/** What `make` gave before for the same key and equal rows, else what it gives now. */
export type ByRows<V> = (key: string, rows: Uint32Array, make: () => V) => V;

/** A memory of its own. Cost: a comparison with the rows of each entry under the key. */
export function createByRows<V>(): ByRows<V> {
  const known = new Map<string, { readonly rows: Uint32Array; readonly value: V }[]>();
  return (key, rows, make) => {
    const alike = known.get(key) ?? [];
    known.set(key, alike);
    const found = alike.find((one) => areEqual(one.rows, rows));
    if (found !== undefined) return found.value;
    const value = make();
    alike.push({ rows, value });
    return value;
  };
}

function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
