/** LZ4 frames. Source: the LZ4 frame format 1.6.4 and the LZ4 block format (lz4/doc). Checksums are stepped over. */

const MAGIC = 0x184d2204;
const MIN_MATCH = 4;

/** Decodes one frame. Throws an `Error` for bytes that are none. Cost: one pass over the output. */
export function decompressLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("an LZ4 frame does not begin as one");
  const flags = view.getUint8(4);
  const [blockChecksums, sized, dictionary] = [(flags & 16) !== 0, (flags & 8) !== 0, (flags & 1) !== 0];
  let at = 6 + (sized ? 8 : 0) + (dictionary ? 4 : 0) + 1;
  const output = createOutput(frame.length);
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return output.bytes();
    const length = word & 0x7fffffff;
    if (length > frame.length - at) throw new Error("an LZ4 block is cut short");
    const block = frame.subarray(at, at + length);
    if (word >>> 31 === 1) output.append(block);
    else decodeBlock(block, output);
    at += length + (blockChecksums ? 4 : 0);
  }
}

interface Output {
  readonly append: (bytes: Uint8Array) => void;
  /** Repeats `length` bytes from `distance` back; the two ranges may overlap. */
  readonly repeat: (distance: number, length: number) => void;
  readonly bytes: () => Uint8Array;
}

function createOutput(expected: number): Output {
  let buffer = new Uint8Array(Math.max(1024, 4 * expected));
  let end = 0;
  const reserve = (length: number): void => {
    if (end + length <= buffer.length) return;
    const grown = new Uint8Array(Math.max(2 * buffer.length, end + length));
    grown.set(buffer.subarray(0, end));
    buffer = grown;
  };
  return {
    append(bytes) {
      reserve(bytes.length);
      buffer.set(bytes, end);
      end += bytes.length;
    },
    repeat(distance, length) {
      if (distance === 0 || distance > end) throw new Error("an LZ4 match lies before the output");
      reserve(length);
      if (distance >= length) buffer.copyWithin(end, end - distance, end - distance + length);
      else for (let i = 0; i < length; i++) buffer[end + i] = buffer[end + i - distance] ?? 0;
      end += length;
    },
    bytes: () => buffer.subarray(0, end),
  };
}

function decodeBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const next = (): number => {
    const byte = block[at++];
    if (byte === undefined) throw new Error("an LZ4 block is cut short");
    return byte;
  };
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) for (let byte = 255; byte === 255; length += byte) byte = next();
    return length;
  };
  while (at < block.length) {
    const token = next();
    const literals = lengthFrom(token >> 4);
    if (literals > block.length - at) throw new Error("an LZ4 block is cut short");
    output.append(block.subarray(at, (at += literals)));
    if (at === block.length) return; // the last sequence has literals alone
    const distance = next() + 256 * next();
    output.repeat(distance, lengthFrom(token & 15) + MIN_MATCH);
  }
}
