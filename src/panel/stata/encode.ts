/** UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A whole number, little endian; negative ones in two's complement, up to four bytes. */
export function integer(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = value < 0 ? value + 4_294_967_296 : value;
  for (let i = 0; i < width; i++, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

/** A text in a field of fixed width, the rest zeros; whole letters, and a zero at the end at least. */
export function field(text: string, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  new TextEncoder().encodeInto(text, bytes.subarray(0, width - 1));
  return bytes;
}

/** All parts one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Parts between `<tag>` and `</tag>`. */
export function tagged(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return joined([bytesOf(`<${tag}>`), ...parts, bytesOf(`</${tag}>`)]);
}
