/** Distinct byte strings of a buffer, by order of first appearance: no text is decoded twice. */
export interface ByteWords {
  /** The code of bytes[start, end). Cost: one pass over them. */
  readonly codeOf: (start: number, end: number) => number;
  /** Bounds of each distinct string where it stands first. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** An open-addressed hash table over `bytes` (FNV-1a, linear probing), never more than half full. */
export function createByteWords(bytes: Uint8Array): ByteWords {
  const spans: (readonly [number, number])[] = [];
  const hashes: number[] = [];
  let slots = new Int32Array(1024).fill(-1);

  const place = (hash: number, code: number): void => {
    let slot = hash & (slots.length - 1);
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = code;
  };
  const grow = (): void => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    hashes.forEach(place);
  };
  const isEqual = (code: number, start: number, end: number): boolean => {
    const [from, to] = spans[code] ?? [0, -1];
    if (to - from !== end - start) return false;
    for (let i = start, k = from; i < end; i++, k++) if (bytes[i] !== bytes[k]) return false;
    return true;
  };
  return {
    spans,
    codeOf(start, end) {
      let hash = -2128831035;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 16777619);
      let slot = hash & (slots.length - 1);
      for (let code = slots[slot] ?? -1; code >= 0; code = slots[slot] ?? -1) {
        if (hashes[code] === hash && isEqual(code, start, end)) return code;
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = spans.length;
      spans.push([start, end]);
      hashes.push(hash);
      if (2 * spans.length > slots.length) grow();
      return spans.length - 1;
    },
  };
}
