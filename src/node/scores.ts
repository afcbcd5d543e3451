import { closeSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputError } from "../errors.js";
import { type CurveScores } from "../curve/rows.js";
import { type KeepScores, scoresIn } from "../curve/scores.js";
import { makeFolder } from "./files.js";

const FORMAT = "neyman-scores-1";

/**
 * Keeps the scores of curves in files `ID.scores` of a folder: a line of JSON (what the clusters are, their labels, how many
 * specifications), padded to a multiple of 8 bytes, then one little-endian double a specification and cluster, by
 * specification. A file stands under another name until it is whole.
 */
export function keepInFiles(folder: string): KeepScores {
  return async (id, size, { by, labels }) => {
    await makeFolder(folder);
    const part = join(folder, `${partsOf(id)}${process.pid}.part`);
    await removeAbandoned(folder, id);
    const header = headerOf({ format: FORMAT, size, by, labels });
    const width = 8 * labels.length;
    const file = attempt(folder, () => {
      const opened = openSync(part, "w+");
      writeSync(opened, header);
      ftruncateSync(opened, header.length + size * width);
      return opened;
    });
    process.once("exit", () => rmSync(part, { force: true }));
    return {
      put: (i, values) => void attempt(folder, () => writeSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 0, width, header.length + i * width)),
      async finish() {
        closeSync(file);
        attempt(folder, () => renameSync(part, join(folder, `${id}.scores`)));
        return readScores(folder, id);
      },
    };
  };
}

/** How this machine's unfinished files of a curve begin; the number of their process follows. */
function partsOf(id: string): string {
  return `.${id}.scores.${hostname()}.`;
}

/** Removes what killed processes of this machine have left. */
async function removeAbandoned(folder: string, id: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [pid = ""] = name.startsWith(partsOf(id)) ? name.slice(partsOf(id).length).split(".") : [];
    if (pid !== "" && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
  }
}

/** Opens a file of scores; each specification's are read when they are asked for. Throws an InputError where it is not one, or not whole. */
export function readScores(folder: string, id: string): CurveScores {
  const path = join(folder, `${id}.scores`);
  const file = attempt(folder, () => openSync(path, "r"));
  const { header, start } = readHeader(file);
  if (header?.format !== FORMAT) {
    closeSync(file);
    throw new InputError(`${path} holds no scores that this version can read. Make it again with \`neyman run\`; what was fitted is kept.`);
  }
  const { by, labels } = header;
  return scoresIn(by, labels, (i) => {
    const values = new Float64Array(labels.length);
    const bytes = readSync(file, new Uint8Array(values.buffer), 0, values.byteLength, start + i * values.byteLength);
    if (bytes < values.byteLength) throw new InputError(`${path} is not whole. Make it again with \`neyman run\`; what was fitted is kept.`);
    return values;
  });
}

interface Header {
  readonly format: string;
  readonly size: number;
  readonly by: string;
  readonly labels: readonly string[];
}

function headerOf(header: Header): Uint8Array {
  const line = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(Math.ceil((line.length + 1) / 8) * 8).fill(0x20);
  bytes.set(line);
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

const CHUNK = 65_536;

function readHeader(file: number): { readonly header: Header | null; readonly start: number } {
  const chunks: Uint8Array[] = [];
  for (let at = 0; ; at += CHUNK) {
    const chunk = new Uint8Array(CHUNK);
    const read = readSync(file, chunk, 0, CHUNK, at);
    const end = chunk.subarray(0, read).indexOf(0x0a);
    chunks.push(chunk.subarray(0, end < 0 ? read : end));
    if (end < 0 && read === CHUNK) continue;
    try {
      return { header: end < 0 ? null : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Header), start: at + end + 1 };
    } catch {
      return { header: null, start: 0 }; // not ours
    }
  }
}

function attempt<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new InputError(`The scores of a curve cannot be kept in ${folder}: ${(error as Error).message}. Choose another folder with --out.`);
  }
}
