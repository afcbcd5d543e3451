/**
 * A Web Worker's own script: the compiled kernels come with the first message, then a piece with each, which is answered
 * before the next one comes. It imports nothing that is not needed to run pieces.
 */
import { type AnyPiece, type Answer, createAnswering } from "../fit/remote.js";

/** What a worker is sent. */
export type Sent = { readonly module: WebAssembly.Module } | { readonly piece: AnyPiece };

let answer: ((piece: AnyPiece) => Answer) | null = null;

addEventListener("message", ({ data }: MessageEvent<Sent>) => {
  if ("module" in data) answer = createAnswering(data.module);
  else if (answer !== null) postMessage(answer(data.piece));
});
