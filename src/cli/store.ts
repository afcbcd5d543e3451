import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { InputError } from "../errors.js";
import { lookingInto, type Store } from "../fit/store.js";
import { loadStudy } from "../node/files.js";
import { createFolderStore } from "../node/store.js";
import { factsOf, removable, removeFiles, type StoreFile, storeFiles } from "../node/storeFolder.js";
import { outlineStudy } from "../parts.js";
import { deriveStudy, prepareStudy } from "../pipeline.js";
import { integer } from "../report/numbers.js";
import { refuseEmpty, shownPath, storeFolder } from "./options.js";
import { lastOfTwo } from "./outputOptions.js";

interface StoreArguments {
  readonly studies: readonly string[];
  readonly store: string | undefined;
  readonly clean: boolean | undefined;
}

/** `neyman store STUDY...`: what a store holds; `--clean` removes what no study of these needs. */
export const storeCommand: CommandModule<object, StoreArguments> = {
  command: "store <studies..>",
  describe: "show what a store holds and takes; --clean removes what the studies do not need",
  builder: (yargs) =>
    lastOfTwo(
      yargs
        .usage("$0 store <studies..>\n\nShows how much of a store the studies need. With --clean the rest is removed: name every study\nthat uses the store. Files that are no results are never touched.")
        .positional("studies", { type: "string", array: true, demandOption: true, describe: "study files, YAML or JSON" })
        .option("store", { type: "string", requiresArg: true, describe: "the store's folder (default: .neyman beside the first study)" })
        .option("clean", { type: "boolean", describe: "remove what none of the studies needs" }),
      ["store"],
    ),
  handler: showStore,
};

async function showStore(given: StoreArguments): Promise<void> {
  given.studies.forEach((study) => refuseEmpty({ study, store: given.store }));
  const loaded = await Promise.all(given.studies.map((file) => loadStudy(file)));
  const folder = await storeFolder(given.store, loaded[0]?.folder ?? ".");
  if (folder === null) throw new InputError("There is no store: name its folder with --store.");
  const engine = await createEngine();
  const inside = lookingInto(createFolderStore(folder));
  const [nuisances, derived] = [new Set<string>(), new Set<string>()];
  const noting: Store = {
    ...inside,
    get(key) {
      derived.add(key);
      return inside.get(key);
    },
  };
  for (const { study, panel } of loaded) {
    const prepared = prepareStudy(study, await deriveStudy(study, panel, { ...engine, store: noting }), engine.kernels);
    for (const key of outlineStudy(prepared).keys()) nuisances.add(key);
  }
  const needed = new Set([...nuisances, ...derived]);
  const files = await storeFiles(folder);
  const results = files.filter(({ kind }) => kind === "result");
  const kept = results.filter(({ key }) => needed.has(key));
  const others = await removable(files, needed);
  const those = given.studies.length === 1 ? "This study needs" : `These ${given.studies.length} studies need`;
  process.stdout.write(`${shownPath(folder)}: ${await sized(results, "result")}.\n${those} ${integer(nuisances.size)} nuisances${derived.size === 0 ? "" : ` and ${integer(derived.size)} derived`}: ${await sized(kept, "result")} of them.\n`);
  if (others.length === 0) return;
  if (given.clean !== true) {
    process.stdout.write(`Not needed: ${await sized(others, "file")}. Remove with --clean.\n`);
    return;
  }
  const text = await sized(others, "file");
  await removeFiles(others);
  process.stdout.write(`Removed: ${text}.\n`);
}

async function sized(files: readonly StoreFile[], what: string): Promise<string> {
  const bytes = [...(await factsOf(files)).values()].reduce((sum, one) => sum + one.bytes, 0);
  return `${integer(files.length)} ${what}${files.length === 1 ? "" : "s"}, ${sizeText(bytes)}`;
}

/** 512 bytes, 1.5 kB, 20.0 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 1e6 ? ["kB", bytes / 1e3] : bytes < 1e9 ? ["MB", bytes / 1e6] : ["GB", bytes / 1e9];
  return `${size.toFixed(1)} ${unit}`;
}
