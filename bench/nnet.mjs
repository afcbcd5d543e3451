/**
 * A multilayer perceptron on one fold of the paper's shape, fit and prediction, against scikit-learn's on one thread,
 * columns and target standardised on both sides: `node bench/nnet.mjs [rounds]`. Fits alternate, each of 40 epochs.
 */
import { nnet } from "../dist/learners/nnet.js";
import { heldR2, ourFit, paperFold, startPeer } from "./fold.mjs";
import { machine, shown } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const EPOCHS = 40;
const fold = paperFold(false);
console.log(`${machine()}; ${rounds} rounds, alternating, one thread; CPU milliseconds an epoch, median (min-max)\n`);
console.log("| hidden units | ours | scikit-learn | ratio by round | R2 ours, theirs |\n|:--|--:|--:|--:|--:|");
for (const hidden of [[100], [64, 32]]) {
  const peer = startPeer("nnet.py", fold);
  const fit = await ourFit(nnet, { hidden: hidden.join(","), maxIter: EPOCHS, tol: 0 }, fold);
  await peer.fit({ hidden, epochs: 5, seed: 1 });
  fit(1);
  const mine = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    mine.push({ ...fit(round), iterations: EPOCHS });
    theirs.push(await peer.fit({ hidden, epochs: EPOCHS, seed: round }));
  }
  peer.stop();
  const ms = (runs) => runs.map((run) => (run.cpu * 1000) / run.iterations);
  const ratios = ms(theirs).map((value, i) => value / ms(mine)[i]);
  const mean = (runs) => (runs.reduce((sum, run) => sum + heldR2(fold, run.predictions), 0) / runs.length).toFixed(3);
  console.log(`| ${hidden.join(", ")} | ${shown(ms(mine))} | ${shown(ms(theirs), 1)} | ${shown(ratios, 1)} | ${mean(mine)}, ${mean(theirs)} |`);
}
