import { readFile } from "node:fs/promises";
import { compileKernels, createKernels, type Kernels } from "../../src/kernels/instance.js";

/**
 * Both builds of the kernels: the fast one, unchecked, and the checked one, which traps on an index out of range.
 * Every kernel test runs over both. NEYMAN_BUILD names another folder than build/, for kernels under work.
 */
const folder = process.env["NEYMAN_BUILD"] ?? new URL("../../build", import.meta.url).pathname;

async function load(name: string): Promise<Kernels> {
  return createKernels(await compileKernels(await readFile(`${folder}/${name}`)));
}

export const builds: readonly { readonly build: string; readonly kernels: Kernels }[] = [
  { build: "fast", kernels: await load("kernels.wasm") },
  { build: "checked", kernels: await load("kernels.debug.wasm") },
];
