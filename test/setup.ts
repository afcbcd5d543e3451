import fc from "fast-check";

// The same cases on every run; `SEED=7 npm test` draws others.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });
