import type { Design, Group } from "../kernels/design.js";
import { sha256Hex } from "../plan/digest.js";
import type { FoldPlan } from "../plan/folds.js";
import type { FitTask, Within } from "../plan/task.js";
import { encodeRecord } from "./record.js";

/** Raised whenever a message or a record is written otherwise. Part of what workers compare. */
export const FORMAT = 1;

/** A task as it is queued: small facts as they are, whatever holds columns by the SHA-256 of its record. */
export interface Message extends Pick<FitTask, "key" | "learner" | "options" | "streams"> {
  readonly design: string;
  readonly folds: string;
  readonly target: string;
  readonly weights: string | null;
  readonly together: string | null;
  readonly within: string | null;
  /** Of all columns together. */
  readonly bytes: number;
}

/** A design whose columns are named by their hashes: specifications share columns more often than designs. */
export interface DesignRecord extends Pick<Design, "key" | "rows" | "products"> {
  readonly features: readonly string[];
  readonly groups: readonly GroupRecord[];
}

/** A group by the hashes of its columns. */
export interface GroupRecord extends Pick<Group, "levels"> {
  readonly codes: string;
  readonly slope?: string;
}

/** The within loss by the hashes of its columns. */
export interface WithinRecord {
  readonly effects: readonly GroupRecord[];
  readonly units: string;
}

/** What of a fold plan a worker needs. */
export type FoldsRecord = Omit<FoldPlan, "folds">;

/** Keeps a record under its hash; the same object is encoded and kept once. */
export interface Keeper {
  keep(owner: object, record: () => unknown): string;
}

/** A keeper that hands each distinct record to `put`, once. */
export function createKeeper(put: (hash: string, bytes: Uint8Array) => void): Keeper {
  const known = new WeakMap<object, string>();
  const kept = new Set<string>();
  return {
    keep(owner, record) {
      let hash = known.get(owner);
      if (hash === undefined) {
        const bytes = encodeRecord(record());
        hash = sha256Hex(bytes);
        known.set(owner, hash);
        if (!kept.has(hash)) put(hash, bytes);
        kept.add(hash);
      }
      return hash;
    },
  };
}

/** The message of a task, whose records the keeper is given. */
export function messageOf(task: FitTask, target: Float64Array, keeper: Keeper): Message {
  const { key, learner, options, streams, design, folds, weights, together, within } = task;
  const column = (values: Float64Array | Int32Array): string => keeper.keep(values, () => values);
  const group = ({ codes, levels, slope }: Group): GroupRecord => ({ codes: column(codes), levels, ...(slope === undefined ? {} : { slope: column(slope) }) });
  const designRecord = (): DesignRecord => ({
    key: design.key, rows: design.rows, features: design.features.map(column), groups: design.groups.map(group),
    ...(design.products === undefined ? {} : { products: design.products }),
  });
  const foldsRecord = (): FoldsRecord => ({ k: folds.k, train: folds.train, held: folds.held, key: folds.key });
  const withinRecord = (own: Within): WithinRecord => ({ effects: own.effects.map(group), units: column(own.units) });
  return {
    key, learner, options, streams,
    design: keeper.keep(design, designRecord),
    folds: keeper.keep(folds, foldsRecord),
    target: column(target),
    weights: weights === null ? null : column(weights),
    together: together === null ? null : column(together),
    within: within === null ? null : keeper.keep(within, () => withinRecord(within)),
    bytes: bytesOf(task, target),
  };
}

function bytesOf({ design, folds, weights, together, within }: FitTask, target: Float64Array): number {
  const groups = [...design.groups, ...(within?.effects ?? [])].flatMap(({ codes, slope }) => (slope === undefined ? [codes] : [codes, slope]));
  const columns = [...design.features, ...groups, ...folds.train, ...folds.held, target, weights, together, within?.units ?? null];
  return columns.reduce((sum, column) => sum + (column?.byteLength ?? 0), 0);
}
