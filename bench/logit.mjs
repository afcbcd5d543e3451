/**
 * Logistic regression on one fold of the paper's shape, fit and prediction, against scikit-learn's on one thread:
 * `node bench/logit.mjs [rounds]`. Fits alternate. Theirs gets standardised columns and ours does as well
 * (`standardize`), so that a ridge is the same problem.
 */
import { logit } from "../dist/learners/logit.js";
import { ourFit, paperFold, startPeer } from "./fold.mjs";
import { machine, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const CASES = [
  { name: "ridge, C = 1, their default solver and tolerance", options: { penalty: "ridge", standardize: true }, ask: { C: 1, solver: "lbfgs", tol: 1e-4 } },
  { name: "ridge, C = 1, Newton to 1e-8", options: { penalty: "ridge", standardize: true }, ask: { C: 1, solver: "newton-cholesky", tol: 1e-8 } },
  { name: "no penalty, their default solver and tolerance", options: {}, ask: { C: null, solver: "lbfgs", tol: 1e-4 } },
];

const fold = paperFold(true);
console.log(`${machine()}; ${rounds} rounds, alternating, one thread; CPU milliseconds a fit, median (min-max)\n`);
console.log("| logistic regression | ours | scikit-learn | ratio by round | largest difference of a probability |\n|:--|--:|--:|--:|--:|");
for (const { name, options, ask } of CASES) {
  const peer = startPeer("logit.py", fold);
  const fit = await ourFit(logit, options, fold);
  await peer.fit(ask);
  for (let i = 0; i < 10; i++) fit(1);
  const mine = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(fit(1));
    theirs.push(await peer.fit(ask));
  }
  peer.stop();
  const ms = (runs) => runs.map((run) => run.cpu * 1000);
  const ratios = ms(theirs).map((value, i) => value / ms(mine)[i]);
  const apart = Math.max(...mine[0].predictions.map((value, i) => Math.abs(value - theirs[0].predictions[i])));
  console.log(`| ${name} | ${shown(ms(mine), 1)} | ${shown(ms(theirs), 0)} | ${shown(ratios, 0)} | ${apart.toExponential(1)} |`);
}
