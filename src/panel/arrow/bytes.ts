/** How Arrow IPC is told from other bytes, without the library that reads it. */

/** `ARROW1`, at both ends of a file. */
export const fileMagic = [..."ARROW1"].map((letter) => letter.charCodeAt(0));

/** Whether bytes begin as an Arrow IPC file or stream does. Cost: a look at the first bytes. */
export function isArrow(bytes: Uint8Array): boolean {
  return isFile(bytes) || beginsMessage(bytes, 0);
}

/** Whether bytes begin as a file does. */
export function isFile(bytes: Uint8Array): boolean {
  return fileMagic.every((code, i) => bytes[i] === code);
}

/** Each message of a stream, and its end mark, begins with four bytes 255. */
export function beginsMessage(bytes: Uint8Array, at: number): boolean {
  return at >= 0 && at + 8 <= bytes.length && bytes.subarray(at, at + 4).every((byte) => byte === 255);
}
