import { InputError } from "../../errors.js";
import { makeDecoder } from "../decode.js";
import type { Layout } from "./layout.js";

/** Bytes to text; `where` names the place should they not be text. */
export type Decode = (bytes: Uint8Array, where: string) => string;

/**
 * The decoder of a file's text: UTF-8 from release 118 on. Older files do not say what theirs is: `given`, or UTF-8,
 * and an `InputError` where that fails. A letter that the end of a field cuts in two is left out.
 */
export function stataDecoder(layout: Layout, source: string, given: string | undefined): Decode {
  const unicode = layout.release >= 118;
  const encoding = unicode ? "utf-8" : (given ?? "utf-8");
  const decoder = makeDecoder(encoding, source, true);
  return (bytes, where) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return cutText(bytes, encoding) ?? refuse(where);
    }
  };

  function refuse(where: string): never {
    const mend = unicode ? "Open and save it in Stata 14 or later."
      : "Files of Stata 13 and older do not say their encoding: set `encoding` to gb18030 for Chinese Windows, windows-1252 for Western Europe.";
    throw new InputError(`${source}, ${where}: the text is not ${encoding}. ${mend}`);
  }
}

/** Text that ends within a letter, without it; null where it is no text before its end either. */
function cutText(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
