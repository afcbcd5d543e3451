/** Writes build/kernels.wasm as a TypeScript string, so that importing the library reads no file. */
import { readFileSync, writeFileSync } from "node:fs";

const bytes = readFileSync("build/kernels.wasm");
writeFileSync(
  "src/kernels/embedded.ts",
  `/** The compiled kernels in base64. Written by scripts/embed-kernels.mjs; not in git. */\n` +
    `export const embeddedKernels = "${bytes.toString("base64")}";\n`,
);
