import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { readPanel, type ReadOptions } from "../panel/read.js";
import { readStudy } from "../study/read.js";
import type { Study } from "../study/specification.js";

/** A study file and the panel it names. */
export interface LoadedStudy {
  readonly study: Study;
  readonly panel: Panel;
  /** The study file's own folder. */
  readonly folder: string;
}

/** Reads a study file and its data; the data file stands relative to the study. */
export async function loadStudy(file: string): Promise<LoadedStudy> {
  const study = readStudy((await readBytes(file, "study file")).toString("utf8"), basename(file));
  const folder = dirname(resolve(file));
  const { file: data, unit: _unit, time: _time, ...options } = study.data;
  const bytes = await readBytes(resolve(folder, data), `data file that ${basename(file)} names`);
  return { study, folder, panel: await readPanel(bytes, basename(data), options as ReadOptions) };
}

async function readBytes(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new InputError(`There is no file ${file} (the ${what}). Check the path.`);
    if (code === "EISDIR") throw new InputError(`${file} is a folder, not a file (the ${what}). Name the file in it.`);
    if (code === "EACCES") throw new InputError(`${file} cannot be read (the ${what}): permission denied.`);
    throw error;
  }
}

/** Writes files into a folder, each under another name first, so that none is ever half-written. */
export async function writeOutputs(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const part = join(folder, `.${name}.${process.pid}.part`);
      await writeFile(part, content);
      await rename(part, join(folder, name));
    }
  } catch (error) {
    throw new InputError(`Cannot write into ${folder}: ${(error as Error).message} Choose another folder with --out.`);
  }
}
