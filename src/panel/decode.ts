import { InputError } from "../errors.js";

/**
 * A strict decoder of that name, or an `InputError` if nobody knows it. `source` names the file in the
 * message; `ignoreBOM` leaves a byte order mark in the text.
 */
export function makeDecoder(encoding: string, source: string, ignoreBOM = false): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM });
  } catch {
    throw new InputError(`\`${encoding}\`, given as the encoding of ${source}, is not known. Set \`encoding\` to utf-8, gb18030, utf-16le or another name that browsers know.`);
  }
}
