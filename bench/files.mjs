/**
 * Reading a file of 1,000,000 rows and 12 columns, in each format, against pandas: whole processes in turn, seconds of
 * the processor on all threads from start to end (the machine may be shared, and pyarrow uses every core) and peak memory.
 *
 *   node bench/files.mjs [rounds] [rows]
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here, machine, python, shown, wholeProcess } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 3);
const rows = Number(process.argv[3] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "neyman-bench-"));
const peer = join(here, "peers", "files.py");
const ours = join(here, "filesRead.mjs");
const names = ["panel.csv", "panel.dta", "lz4.feather", "plain.feather", "snappy.parquet", "zstd.parquet"];

try {
  await wholeProcess(python(), [peer, "write", folder, String(rows)]);
  console.log(`${machine()}; ${rows} rows, 12 columns\n`);
  console.log("| file | its MB | ours, s | pandas, s | ratio by round | peak MB, ours | pandas |\n|:--|--:|--:|--:|--:|--:|--:|");
  for (const name of names) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    const [mine, theirs] = [[], []];
    for (let round = 0; round < rounds; round++) {
      mine.push(await wholeProcess(process.execPath, [ours, file]));
      theirs.push(await wholeProcess(python(), [peer, "read", file]));
      const [a, b] = [mine, theirs].map((all) => all.at(-1).output.split(";")[0]);
      if (a !== b) throw new Error(`${name}: ours is ${a}, theirs ${b}`);
    }
    const seconds = (all) => all.map(({ output }) => Number(output.split(";")[1]));
    const peak = (all) => Math.round(Math.max(...all.map((one) => one.peak)));
    const ratios = seconds(theirs).map((time, i) => time / seconds(mine)[i]);
    console.log(`| ${name} | ${Math.round(statSync(file).size / 1e6)} | ${shown(seconds(mine))} | ${shown(seconds(theirs))} | ${shown(ratios)} | ${peak(mine)} | ${peak(theirs)} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
