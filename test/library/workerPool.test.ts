import { afterEach, describe, expect, it } from "vitest";
import { createWorkerPool } from "../../src/browser/index.js";
import type { Sent } from "../../src/browser/worker.js";
import { createEngine, createNoStore, crossFit, type CrossFitOptions } from "../../src/index.js";
import { type Answer, createAnswering } from "../../src/fit/remote.js";

/** A worker in this thread: what goes in and out is cloned, as between threads. `answer` stands for what it does. */
function fakeWorker(answer: (sent: Extract<Sent, { piece: unknown }>, own: (sent: Extract<Sent, { piece: unknown }>) => Answer) => Answer | "dies" | "hangs"): Worker {
  let work: ReturnType<typeof createAnswering> | undefined;
  const worker = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    onerror: null as ((event: object) => void) | null,
    postMessage(message: Sent) {
      const sent = structuredClone(message);
      if ("module" in sent) work = createAnswering(sent.module);
      else {
        setTimeout(() => {
          const given = answer(sent, ({ piece }) => (work as ReturnType<typeof createAnswering>)(piece));
          if (given === "dies") worker.onerror?.({ message: "404", preventDefault: () => undefined });
          else if (given !== "hangs") worker.onmessage?.({ data: structuredClone(given) });
        }, 0);
      }
    },
    terminate() {
      ended++;
    },
  };
  started++;
  return worker as unknown as Worker;
}

let [started, ended] = [0, 0];
afterEach(() => ([started, ended] = [0, 0]));

const y = Float64Array.from({ length: 60 }, (_, i) => (i * 7) % 11);
const data = { y, d: y.map((value, i) => value + (i % 3)), x: y.map((_, i) => i % 5) };
const options: CrossFitOptions = { outcome: "y", treatment: "d", controls: ["x"], learner: { rf: { trees: 20 } } };

describe("the pool of Web Workers", () => {
  it("gives what this thread gives, with no more workers than it may have, and ends them", async () => {
    const pool = await createWorkerPool({ threads: 3, start: () => fakeWorker((sent, own) => own(sent)) });
    const { estimate } = await crossFit(data, options, await createEngine({ pool }));
    expect(estimate).toEqual((await crossFit(data, options, await createEngine())).estimate);
    expect(started).toBe(3);
    await pool.close();
    expect(ended).toBe(3);
  });

  it("starts none where nothing is to be fitted", async () => {
    const pool = await createWorkerPool({ threads: 2, start: () => fakeWorker(() => "dies") });
    const given = { ...data, l: y, m: y.map((_, i) => i % 5) };
    await crossFit(given, { ...options, learner: { l: { column: "l" }, m: { column: "m" } } }, await createEngine({ pool }));
    expect(started).toBe(0);
  });

  it("says what is wrong where a worker does not start", async () => {
    const pool = await createWorkerPool({ threads: 2, start: () => fakeWorker(() => "dies") });
    await expect(crossFit(data, options, await createEngine({ pool }))).rejects.toThrow(/^A Web Worker could not be started, or has died \(404\)\. Give `createWorkerPool` a `start`/);
    expect(ended).toBe(started);
  });

  it("an error of estimation and a trap are errors of their row, and the worker goes on", async () => {
    for (const [answer, message] of [
      [{ refused: { code: "memory-full", message: "no room" } }, "no room"],
      [{ failed: { name: "RuntimeError", message: "unreachable", stack: "" } }, /rf failed inside its kernel \(unreachable\)/],
    ] as const) {
      const pool = await createWorkerPool({ threads: 1, start: () => fakeWorker(() => answer) });
      const failed = crossFit(data, options, await createEngine({ pool, store: createNoStore() }));
      await expect(failed).rejects.toMatchObject({ name: "EstimationError" });
      await expect(failed).rejects.toThrow(message);
      expect([started, ended]).toEqual([1, 0]);
      [started, ended] = [0, 0];
    }
  });

  it("any other failure ends the run with its own name", async () => {
    const pool = await createWorkerPool({ threads: 1, start: () => fakeWorker(() => ({ failed: { name: "TypeError", message: "a fault", stack: "" } })) });
    await expect(crossFit(data, options, await createEngine({ pool }))).rejects.toMatchObject({ name: "TypeError", message: "a fault" });
  });

  it("an abort ends the workers that are at work, starts no more, and the pool serves again", async () => {
    let hangs = true;
    const pool = await createWorkerPool({ threads: 2, start: () => fakeWorker((sent, own) => (hangs ? "hangs" : own(sent))) });
    const control = new AbortController();
    setTimeout(() => control.abort(new Error("enough")), 50);
    await expect(crossFit(data, options, await createEngine({ pool }), { signal: control.signal })).rejects.toThrow("enough");
    expect([started, ended]).toEqual([2, 2]);
    hangs = false;
    await expect(crossFit(data, options, await createEngine({ pool }))).resolves.toBeDefined();
  });
});
