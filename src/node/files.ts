import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { basename, dirname, join, resolve } from "node:path";
import { InputError, nearest } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { readPanel, type ReadOptions } from "../panel/read.js";
import { placeOf } from "../study/lines.js";
import type { StudyResult } from "../report/results.js";
import { readStoredResult } from "../report/stored.js";
import { readStudy } from "../study/read.js";
import type { Study } from "../study/specification.js";

/** A study file and the panel it names. */
export interface LoadedStudy {
  readonly study: Study;
  readonly panel: Panel;
  /** The study file's own folder. */
  readonly folder: string;
}

/** The bytes of a data file that the command line names. */
export async function readData(file: string): Promise<Uint8Array> {
  return readBytes(file, "", "data file");
}

/** Reads a study file and its data; the data file stands relative to the study. */
export async function loadStudy(file: string): Promise<LoadedStudy> {
  const study = readStudy((await readBytes(file, "", "study file")).toString("utf8"), basename(file));
  const folder = dirname(resolve(file));
  const { file: data } = study.data;
  const path = data === STANDARD_INPUT ? data : resolve(folder, data);
  return { study, folder, panel: await loadPanel(path, study.data, `${placeOf(study.source, "/data/file")}, \`file\`: `) };
}

/** What stands for standard input in place of a file. */
const STANDARD_INPUT = "-";

/** Reads a data file, or standard input where `file` is `-`. `place` begins the message if there is no such file. */
export async function loadPanel(file: string, options: ReadOptions, place = ""): Promise<Panel> {
  if (file === STANDARD_INPUT) return readPanel(await buffer(process.stdin), "standard input", options);
  return readPanel(await readBytes(file, place, "data file"), basename(file), options);
}

/** What `neyman run` left of a study, and the folder that it is in. */
export interface LoadedResult {
  readonly result: StudyResult;
  readonly folder: string;
}

/** Where a study's results go unless told otherwise: NAME-output beside it. */
export function outputFolder(study: string): string {
  return resolve(dirname(study), `${basename(study).replace(/\.[^.]*$/, "")}-output`);
}

/**
 * Reads stored results, by the study file, by their folder, or by results.json itself. Of a study file what concerns
 * print alone is taken anew: title, note, labels, `output`, titles of tables.
 */
export async function loadResult(path: string): Promise<LoadedResult> {
  const isStored = basename(path) === "results.json";
  if (isStored || (await isFolder(path))) {
    const file = isStored ? path : join(path, "results.json");
    return { result: readStoredResult((await readBytes(file, "", "file of results")).toString("utf8"), file), folder: dirname(resolve(file)) };
  }
  const study = readStudy((await readBytes(path, "", "study file")).toString("utf8"), basename(path));
  const folder = outputFolder(path);
  const file = join(folder, "results.json");
  if (!(await exists(file))) throw new InputError(`There are no results of ${path} in ${folder}. Run \`neyman run ${path}\` first, or name the folder that holds results.json.`);
  const { result } = await loadResult(file);
  return { result: asPrintedBy(study, result), folder };
}

function asPrintedBy({ title, note, labels, output, tables }: Study, result: StudyResult): StudyResult {
  const titled = result.study.tables.map((table) => ({ ...table, title: tables.find(({ id }) => id === table.id)?.title ?? table.title }));
  return { ...result, study: { ...result.study, title, note, labels, output, tables: titled } };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

/** `place` begins a message: the line of the study that names the file. */
async function readBytes(file: string, place: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") throw new InputError(`${place}There is no ${what} ${file}. ${await whatThereIs(file)}`);
    if (code === "EISDIR") throw new InputError(`${place}${file} is a folder. Name the ${what} in it.`);
    if (code === "EACCES" || code === "EPERM") throw new InputError(`${place}The ${what} ${file} cannot be read: permission denied.`);
    if (code === "ERR_FS_FILE_TOO_LARGE") throw new InputError(`${place}The ${what} ${file} is larger than 2 GB, which cannot be read at once.`);
    throw error;
  }
}

/** Helps to find a file that is not there: a like name in its folder, or that the folder is not there either. */
async function whatThereIs(file: string): Promise<string> {
  const folder = dirname(resolve(file));
  try {
    const near = nearest(basename(file), await readdir(folder));
    return near === undefined ? "Check the path." : `Did you mean \`${near}\`?`;
  } catch {
    return `There is no folder ${folder} either. Check the path.`;
  }
}

/** Whether files can be made in a folder, or in the folders that would have to be made first. Makes nothing. */
export async function isWritableFolder(folder: string): Promise<boolean> {
  let existing = resolve(folder);
  for (;;) {
    try {
      if (!(await stat(existing)).isDirectory()) return false;
      await access(existing, constants.W_OK | constants.X_OK);
      return true;
    } catch (error) {
      const above = dirname(existing);
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === existing) return false;
      existing = above;
    }
  }
}

/**
 * Makes a folder and those above it, also while others do the same. (Node's own recursive way never returns where the
 * system makes no folders, as in /proc.)
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  }
}

/** Whether a path is a folder, as the root always is. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? path === dirname(path);
}

/** Writes files by path below a folder: all under other names first, then renamed, so that none is ever half-written. `mend` ends the message if they cannot be. */
export async function writeOutputs(folder: string, files: Readonly<Record<string, string | Uint8Array>>, mend = "Choose another folder with --out."): Promise<void> {
  const partOf = (name: string): string => join(folder, dirname(name), `.${basename(name)}.${process.pid}.part`);
  try {
    for (const below of new Set(["", ...Object.keys(files).map(dirname)])) await makeFolder(resolve(folder, below));
    for (const [name, content] of Object.entries(files)) await writeFile(partOf(name), content);
    for (const name of Object.keys(files)) await rename(partOf(name), join(folder, name));
  } catch (error) {
    for (const name of Object.keys(files)) await rm(partOf(name), { force: true }).catch(() => undefined);
    throw new InputError(`The results cannot be written into ${folder}: ${(error as Error).message}. ${mend}`);
  }
}
