import type { Special } from "../../src/kernels/special.js";

/** Numbers in (0, 1) that look random enough (Park and Miller 1988); the same whenever they are made. */
export function uniforms(seed: number): () => number {
  let state = seed;
  for (let i = 0; i < 10; i++) state = (state * 48271) % 2147483647; // small seeds start alike
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Standard normal numbers. */
export function normals(special: Special, seed: number): () => number {
  const random = uniforms(seed);
  return () => special.normalQuantile(random());
}
