import { InputError } from "../../errors.js";

/** Steps through the bytes of a Stata file; every step is checked against their end. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly view: DataView;
  little = true;
  at = 0;

  constructor(bytes: Uint8Array, source: string) {
    this.bytes = bytes;
    this.source = source;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next `length` bytes begin; steps over them. */
  skip(length: number): number {
    const start = this.at;
    if (!(length >= 0 && length <= this.bytes.length - start)) throw this.cutShort();
    this.at = start + length;
    return start;
  }

  /** An unsigned integer of 1 to 8 bytes. */
  integer(width: number): number {
    const start = this.skip(width);
    return integerAt(this.view, start, width, this.little);
  }

  /** The bytes of a text field of fixed width, up to its first zero. */
  field(width: number): Uint8Array {
    const start = this.skip(width);
    return this.bytes.subarray(start, endOfText(this.bytes, start, start + width));
  }

  /** Whether `tag` stands here; steps over it if so. */
  took(tag: string): boolean {
    for (let i = 0; i < tag.length; i++) if (this.bytes[this.at + i] !== tag.charCodeAt(i)) return false;
    this.at += tag.length;
    return true;
  }

  /** Steps over a tag that must stand here. */
  expect(tag: string): void {
    if (this.took(tag)) return;
    if (this.at + tag.length > this.bytes.length) throw this.cutShort();
    throw this.damaged(`byte ${this.at + 1} should begin ${tag}`);
  }

  cutShort(): InputError {
    return new InputError(`${this.source} is cut short: as a Stata file it goes on beyond its ${this.bytes.length} bytes. Copy or save the file again.`);
  }

  damaged(why: string): InputError {
    return new InputError(`${this.source} is damaged: as a Stata file it cannot be read (${why}). Copy or save the file again.`);
  }
}

/** An unsigned integer of 1 to 8 bytes; exact below 2^53. */
export function integerAt(view: DataView, start: number, width: number, little: boolean): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + view.getUint8(little ? start + width - 1 - i : start + i);
  return value;
}

/** Where the text that begins at `start` ends: at a zero byte, or at `limit`. */
export function endOfText(bytes: Uint8Array, start: number, limit: number): number {
  let end = start;
  while (end < limit && bytes[end] !== 0) end++;
  return end;
}
