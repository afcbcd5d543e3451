import { CompressionType, compressionRegistry } from "apache-arrow";
import { decompress } from "fzstd";
import { decompressLz4Frame } from "./lz4.js";

/** Has the library decode the two compressions that Arrow IPC knows; pandas' Feather is LZ4 unless told otherwise. */
export function registerCodecs(): void {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { ...compressionRegistry.get(CompressionType.LZ4_FRAME), decode: decompressLz4Frame });
  // A slice begins at a multiple of a number's width, as the library needs it.
  compressionRegistry.set(CompressionType.ZSTD, { ...compressionRegistry.get(CompressionType.ZSTD), decode: (bytes) => decompress(bytes).slice() });
}
