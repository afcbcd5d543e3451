import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What of Node's crypto is used. */
interface Crypto {
  createHash(algorithm: "sha256"): Hash;
}

interface Hash {
  update(bytes: Uint8Array): Hash;
  digest(encoding: "hex"): string;
}

const host = globalThis as { readonly process?: { getBuiltinModule?(name: "node:crypto"): Crypto } };
/** Node's own, in the machine's code; browsers have none that answers at once. */
const native = host.process?.getBuiltinModule?.("node:crypto");

/** SHA-256 of some bytes after each other, as 64 hexadecimal digits. */
export function sha256Hex(...parts: readonly Uint8Array[]): string {
  if (native !== undefined) return parts.reduce((hash, part) => hash.update(part), native.createHash("sha256")).digest("hex");
  return bytesToHex(parts.reduce((hash, part) => hash.update(part), sha256.create()).digest());
}
