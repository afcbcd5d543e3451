/**
 * Every learner against its peer: out-of-fold predictions of all rows, each side in a process of its own, in turn.
 * `node bench/learners.mjs [rounds] [shape] [learner]` prints one table a shape, then how our time grows with the rows.
 * Theirs spreads folds over processes (joblib), ours pieces over threads. Large shapes and what takes minutes run once.
 */
import { join } from "node:path";
import { here, machine, python, shown, spread, start } from "./measure.mjs";
import { made, paper, thinned, wagepan, write } from "./shapes.mjs";

const rounds = Number(process.argv[2] ?? 3);
const [onlyShape = "", onlyLearner = ""] = process.argv.slice(3);

const SHAPES = [
  { name: "paper", about: "4,200 rows, 16 features, 282 and 15 levels as dummies; 5 folds", folds: 5, make: paper },
  { name: "wagepan", about: "4,360 rows, 8 features, 545 and 8 levels as dummies; 5 folds", folds: 5, make: wagepan },
  { name: "50,000 x 30", about: "no dummies; 2 folds", folds: 2, make: () => made(50_000, 30), large: true },
  { name: "1,000,000 x 20", about: "no dummies; 2 folds", folds: 2, make: () => made(1_000_000, 20), large: true, huge: true },
];

const forest = { n_estimators: 20 };
/** goal: times faster on the paper's shape, one thread. large, huge: also run on the shapes of that kind. */
const CASES = [
  { name: "ols", learner: "ols", peer: "LinearRegression", goal: 50, huge: true },
  { name: "lassocv", learner: "lassocv", peer: "LassoCV", scaled: true, goal: 8, huge: true },
  { name: "elasticcv", learner: "elasticcv", peer: "ElasticNetCV", scaled: true, large: true },
  { name: "ridgecv", learner: "ridgecv", peer: "RidgeCV", scaled: true, large: true },
  { name: "logit", learner: "logit", peer: "LogisticRegression", params: { C: 1e12, max_iter: 1000 }, scaled: true, binary: true, goal: 10, large: true },
  { name: "logit, ridge", learner: "logit", options: { penalty: "ridge", standardize: true }, peer: "LogisticRegression", scaled: true, binary: true, goal: 10, large: true },
  { name: "logit, ridge; theirs to 1e-8", learner: "logit", options: { penalty: "ridge", standardize: true }, peer: "LogisticRegression", params: { solver: "newton-cholesky", tol: 1e-8 }, scaled: true, binary: true, goal: 10 },
  { name: "lassocv, classes", learner: "lassocv", options: { classify: true }, peer: "LogisticRegressionCV", params: { l1_ratios: [1], solver: "saga", scoring: "neg_log_loss", Cs: 10, use_legacy_attributes: false }, scaled: true, binary: true, slow: true },
  { name: "rf", learner: "rf", options: { trees: 20 }, peer: "RandomForestRegressor", params: forest, goal: 20, large: true },
  { name: "rf, sqrt", learner: "rf", options: { trees: 20, maxFeatures: "sqrt" }, peer: "RandomForestRegressor", params: { ...forest, max_features: "sqrt" }, goal: 10, large: true },
  { name: "rf, classes", learner: "rf", options: { trees: 20, classify: true }, peer: "RandomForestClassifier", params: { ...forest, max_features: null }, binary: true },
  { name: "extratrees", learner: "extratrees", options: { trees: 20 }, peer: "ExtraTreesRegressor", params: forest, goal: 20, large: true },
  { name: "extratrees, sqrt", learner: "extratrees", options: { trees: 20, maxFeatures: "sqrt" }, peer: "ExtraTreesRegressor", params: { ...forest, max_features: "sqrt" }, goal: 10 },
  { name: "gradboost", learner: "gradboost", options: { trees: 50 }, peer: "GradientBoostingRegressor", params: { n_estimators: 50 }, goal: 40, large: true },
  { name: "gradboost, classes", learner: "gradboost", options: { trees: 50, classify: true }, peer: "GradientBoostingClassifier", params: { n_estimators: 50 }, binary: true, goal: 40 },
  { name: "histboost", learner: "histboost", peer: "HistGradientBoostingRegressor", params: { early_stopping: false }, goal: 20, huge: true },
  { name: "histboost against LightGBM", learner: "histboost", peer: "LGBMRegressor", params: { n_jobs: 1, verbose: -1 }, goal: 3, huge: true },
  { name: "histboost, classes", learner: "histboost", options: { classify: true }, peer: "HistGradientBoostingClassifier", params: { early_stopping: false }, binary: true, goal: 20 },
  { name: "svm", learner: "svm", peer: "SVR", scaled: true, standard: true, goal: 8 },
  { name: "svm, linear", learner: "svm", options: { kernel: "linear", C: 0.01 }, peer: "SVR", params: { kernel: "linear", C: 0.01 }, scaled: true, standard: true, goal: 8 },
  { name: "nnet, 30 epochs", learner: "nnet", options: { maxIter: 30, tol: 0 }, peer: "MLPRegressor", params: { max_iter: 30, tol: 0, n_iter_no_change: 1000 }, scaled: true, standard: true, goal: 3, large: true },
];

function questionOf(one, folds, threads, seed) {
  const { learner, options = {}, peer, params = {}, scaled = false, binary = false, standard = false } = one;
  return { learner, options, peer, params, scaled, binary, standard, folds, threads, seed };
}

async function measure(one, folder, folds, threads, count, isLong) {
  const [ours, theirs] = [start(process.execPath, [join(here, "ours.mjs"), folder]), start(python(), [join(here, "peers", "learners.py"), folder])];
  // Warmed up for a second, unless a round takes minutes: ours is compiled while it runs.
  for (const side of [ours, theirs]) {
    for (let spent = 0; spent < 1 && (!isLong || side === ours); ) spent += (await side.ask(questionOf(one, folds, threads, 0))).wall;
  }
  const runs = [];
  for (let round = 1; round <= count; round++) {
    const question = questionOf(one, folds, threads, round);
    runs.push({ ours: await ours.ask(question), theirs: await theirs.ask(question) });
  }
  ours.stop();
  theirs.stop();
  return runs;
}

console.log(`${machine()}; ${rounds} rounds in turn, median (min-max); seconds for all folds, peak megabytes of the process\n`);
for (const shape of SHAPES.filter(({ name }) => name.startsWith(onlyShape))) {
  const folder = write(shape.make());
  console.log(`### ${shape.name}\n\n${shape.about}.\n`);
  console.log("| learner | threads | ours, s | theirs, s | ratio by round | goal | MB, ours | theirs | R2 ours, theirs |\n|:--|--:|--:|--:|--:|--:|--:|--:|--:|");
  const fits = CASES.filter((one) => one.name.startsWith(onlyLearner) && (!shape.large || one.large || one.huge) && (!shape.huge || one.huge));
  for (const threads of [1, 2]) {
    for (const one of fits) {
      if (one.slow && (threads > 1 || shape.name !== "paper")) continue; // minutes a fold of theirs
      const runs = await measure(one, folder, shape.folds, threads, shape.large || one.slow ? 1 : rounds, shape.huge || one.slow);
      const walls = (side) => runs.map((run) => run[side].wall);
      const ratios = walls("theirs").map((wall, i) => wall / walls("ours")[i]);
      const peak = (side) => Math.max(...runs.map((run) => run[side].peak)).toFixed(0);
      const mean = (side) => (runs.reduce((sum, run) => sum + run[side].r2, 0) / runs.length).toFixed(3);
      const goal = shape.name === "paper" && threads === 1 ? (one.goal ?? "") : "";
      console.log(`| ${one.name} | ${threads} | ${shown(walls("ours"), 3)} | ${shown(walls("theirs"), 2)} | ${shown(ratios, 1)} | ${goal} | ${peak("ours")} | ${peak("theirs")} | ${mean("ours")}, ${mean("theirs")} |`);
    }
  }
  console.log("");
}

if (onlyShape === "" || "growth".startsWith(onlyShape)) {
  const sizes = [5_000, 10_000, 20_000, 40_000];
  console.log(`### Growth\n\nOurs, one thread, seconds for two folds of the 50,000 x 30 shape at fewer rows; the power is that of the last doubling.\n`);
  console.log(`| learner | ${sizes.map((size) => size.toLocaleString("en")).join(" | ")} | power |\n|:--|${"--:|".repeat(sizes.length + 1)}`);
  const whole = made(50_000, 30);
  const folders = sizes.map((size) => write(thinned(whole, size)));
  const learned = CASES.filter((one, i) => CASES.findIndex((other) => other.learner === one.learner) === i && one.name.startsWith(onlyLearner));
  for (const one of learned) {
    const seconds = [];
    for (const folder of folders) {
      const ours = start(process.execPath, [join(here, "ours.mjs"), folder]);
      const walls = [];
      for (let round = 0; round < 3; round++) walls.push((await ours.ask(questionOf(one, 2, 1, round))).wall);
      ours.stop();
      seconds.push(spread(walls).min);
    }
    const power = Math.log2(seconds.at(-1) / seconds.at(-2));
    console.log(`| ${one.name} | ${seconds.map((value) => value.toFixed(3)).join(" | ")} | ${power.toFixed(1)} |`);
  }
}
