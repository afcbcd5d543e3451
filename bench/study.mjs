/**
 * The published study's 30 columns from a cold store against the same in Python (DoubleML, scikit-learn), two threads each;
 * and beside it all of data/paper.yaml, half of whose columns (the within loss, mediation) the peer does not have, cold and
 * warm: `node bench/study.mjs [rounds] [trees of the peer's forests]`. Of the peer five columns are run; the other costs are
 * theirs: forests in proportion to trees, fits and rows, those of a subsample to rows times cities too where that is less.
 * Lasso, boosting and support vectors are not scaled. Compare CPU seconds where others use the machine.
 *
 * `node bench/study.mjs warm [runs] [store]`: all of it from a warm store alone, run by run (a store that is named need not be filled first).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { here, machine, python, shown, wholeProcess } from "./measure.mjs";

const onlyWarm = process.argv[2] === "warm";
const [rounds, trees] = onlyWarm ? [Number(process.argv[3] ?? 7), 100] : [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? 100)];
const ROWS = 4200;
/** Rows of the subsamples of tables 6 and 7. */
const GROUPS = [210, 390, 419, 224, 135, 2822, 489, 435, 375, 480, 699, 779, 649, 294];

const folder = mkdtempSync(join(tmpdir(), "study-"));
const whole = resolve(here, "../data/paper.yaml");
const published = join(folder, "published.yaml");
const study = parse(readFileSync(whole, "utf8"));
study.data.file = resolve(here, "../data/city-panel.csv");
study.tables = study.tables.filter(({ id }) => !id.includes("-"));
writeFileSync(published, stringify(study, { aliasDuplicateObjects: false }));
const ours = (file, store) => wholeProcess("node", [resolve(here, "../dist/cli/main.js"), "run", file, "--store", resolve(folder, store), "--out", join(folder, "out"), "--threads", "2"]);

/** Seconds of the published study, from those of five of its columns. */
function scaled(columns, of) {
  const cost = Object.fromEntries(columns.map((one) => [one.kind, one]));
  const forest = (cost.forest[of] * 100) / trees;
  const perCell = ((cost.zone[of] * 100) / trees) / (cost.zone.rows * (cost.zone.rows / 15)); // as many dummies as cities, 15 rows each
  const full = 2 + (2 * 3097) / ROWS + (4140 + 2 * ROWS) / ROWS + 3; // tables 2, 3 and 5
  const folds = 0.5 + 1.75; // 3 and 8 folds: training rows 2 and 7 against 4
  const instrument = 1.5; // three nuisances for two
  const groups = GROUPS.map((rows) => Math.min(forest * (rows / ROWS), perCell * rows * (rows / 15))).reduce((sum, one) => sum + one, 0);
  return forest * (full + folds + instrument) + groups + cost.lasso[of] + cost.boosting[of] + cost.svm[of];
}

if (onlyWarm) await warmRuns(process.argv[4] === undefined ? "whole" : resolve(process.argv[4]));
else await againstPeer();
rmSync(folder, { recursive: true });

async function warmRuns(store) {
  await ours(whole, store); // fills it
  const runs = [];
  while (runs.length < rounds) runs.push(await ours(whole, store));
  console.log(`${machine()}; all of paper.yaml from a warm store, whole process, ${rounds} runs: ${shown(runs.map(({ wall }) => wall))} s, of the processor ${shown(runs.map(({ cpu }) => cpu))} s, peak ${shown(runs.map(({ peak }) => peak), 0)} MB.`);
}

async function againstPeer() {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    const alone = await ours(published, `published${round}`);
    const cold = await ours(whole, `whole${round}`);
    const warm = await ours(whole, `whole${round}`);
    const { output } = await wholeProcess(python(), [join(here, "peers", "study.py"), resolve(here, "../data/city-panel.csv"), "2", String(trees), "forest,zone,lasso,boosting,svm"]);
    const columns = output.trim().split("\n").map((line) => JSON.parse(line));
    runs.push({ alone, cold, warm, columns });
  }

  const line = (name, of, digits = 1) => `| ${name} | ${shown(runs.map((run) => of(run, "wall")), digits)} | ${shown(runs.map((run) => of(run, "cpu")), digits)} |`;
  console.log(`${machine()}; ${rounds} rounds, one after the other, 2 threads; whole processes, median (min-max)\n`);
  console.log("| | wall, s | CPU, s |\n|:--|--:|--:|");
  for (const { kind, rows } of runs[0].columns) console.log(line(`peer, ${kind}${kind === "forest" || kind === "zone" ? `, ${trees} trees, ${rows} rows` : ""}`, ({ columns }, of) => columns.find((one) => one.kind === kind)[of]));
  console.log(line("peer, the published 30 columns, scaled", ({ columns }, of) => scaled(columns, of), 0));
  console.log(line("ours, the published 30 columns, cold store", ({ alone }, of) => alone[of]));
  console.log(line("peer over ours", ({ alone, columns }, of) => scaled(columns, of) / alone[of]));
  console.log(line("ours, all of paper.yaml, cold store", ({ cold }, of) => cold[of]));
  console.log(line("ours, all of it, warm store", ({ warm }, of) => warm[of], 2));
}
