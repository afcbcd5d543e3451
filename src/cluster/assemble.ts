import type { Design, Group } from "../kernels/design.js";
import type { FitTask, Within } from "../plan/task.js";
import type { DesignRecord, FoldsRecord, GroupRecord, Message, WithinRecord } from "./message.js";
import { decodeRecord } from "./record.js";

/** The task of a message, made of the records that `fetch` brings. */
export async function taskOf(message: Message, fetch: (hash: string) => Promise<unknown>): Promise<{ readonly task: FitTask; readonly target: Float64Array }> {
  const column = async <C extends Float64Array | Int32Array>(hash: string): Promise<C> => (await fetch(hash)) as C;
  const optional = async <C extends Float64Array | Int32Array>(hash: string | null): Promise<C | null> => (hash === null ? null : column<C>(hash));
  const group = async ({ codes, levels, slope }: GroupRecord): Promise<Group> => ({ codes: await column(codes), levels, ...(slope === undefined ? {} : { slope: await column<Float64Array>(slope) }) });
  const designOf = async (): Promise<Design> => {
    const { features, groups, ...rest } = (await fetch(message.design)) as DesignRecord;
    return { ...rest, features: await Promise.all(features.map((hash) => column<Float64Array>(hash))), groups: await Promise.all(groups.map(group)) };
  };
  const withinOf = async (hash: string): Promise<Within> => {
    const { effects, units } = (await fetch(hash)) as WithinRecord;
    return { effects: await Promise.all(effects.map(group)), units: await column(units) };
  };
  const [design, folds, target, weights, together, within] = await Promise.all([
    designOf(), fetch(message.folds) as Promise<FoldsRecord>, column<Float64Array>(message.target),
    optional<Float64Array>(message.weights), optional<Int32Array>(message.together), message.within === null ? null : withinOf(message.within),
  ]);
  const { key, learner, options, streams } = message;
  const task: FitTask = {
    kind: "fit", key, learner, options, streams, design, weights, together, within, needs: [],
    folds: { ...folds, folds: new Int32Array(0) }, target: { kind: "column", values: target },
  };
  return { task, target };
}

/** Brings a record once, and keeps those used last as long as they fit into `limit` bytes together. */
export function createRecordCache(load: (hash: string) => Promise<Uint8Array>, limit: number): (hash: string) => Promise<unknown> {
  const entries = new Map<string, { readonly record: Promise<unknown>; bytes: number }>();
  let size = 0;
  const drop = (hash: string): void => {
    size -= entries.get(hash)?.bytes ?? 0;
    entries.delete(hash);
  };
  const trim = (latest: string): void => {
    for (const hash of entries.keys()) {
      if (size <= limit) return;
      if (hash !== latest) drop(hash);
    }
  };
  return (hash) => {
    const known = entries.get(hash);
    if (known !== undefined) {
      entries.delete(hash); // to the end: used last
      entries.set(hash, known);
      return known.record;
    }
    const entry = { bytes: 0, record: load(hash).then((bytes) => {
      if (entries.get(hash) === entry) {
        entry.bytes = bytes.length;
        size += bytes.length;
        trim(hash);
      }
      return decodeRecord(bytes);
    }) };
    entries.set(hash, entry);
    entry.record.catch(() => drop(hash));
    return entry.record;
  };
}
