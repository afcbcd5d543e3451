import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Bytes, or a text in UTF-8. */
type Part = Uint8Array | string;

/** What of Node's crypto is used. */
interface Crypto {
  createHash(algorithm: "sha256"): Hash;
  /** All at once; not every host that has the rest has it. */
  hash?(algorithm: "sha256", part: Part, encoding: "hex"): string;
}

interface Hash {
  update(part: Part): Hash;
  digest(encoding: "hex"): string;
}

const host = globalThis as { readonly process?: { getBuiltinModule?(name: "node:crypto"): Crypto } };
/** Node's own, in the machine's code; browsers have none that answers at once. */
const native = host.process?.getBuiltinModule?.("node:crypto");

/** SHA-256 of some bytes and texts (in UTF-8) after each other, as 64 hexadecimal digits. */
export function sha256Hex(...parts: readonly Part[]): string {
  const [only, ...others] = parts;
  if (native?.hash !== undefined && only !== undefined && others.length === 0) return native.hash("sha256", only, "hex"); // a third of the time for a short text
  if (native !== undefined) return parts.reduce((hash, part) => hash.update(part), native.createHash("sha256")).digest("hex");
  return bytesToHex(parts.reduce((hash, part) => hash.update(typeof part === "string" ? new TextEncoder().encode(part) : part), sha256.create()).digest());
}
